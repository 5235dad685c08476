/** Channels that were changed both here and elsewhere: known answers of the three-way rules. */
import assert from "node:assert/strict";
import { issueCertificate } from "../../../../ledger/fabric/certificate";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import {
  decodeConfigBlock,
  describeChannelConfig,
  normalizeChannelConfig,
} from "../../../../ledger/fabric/config-decode";
import { planConfigUpdates } from "../../../../ledger/fabric/config-plan";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import {
  describeChangesElsewhere,
  mergeChannelConfig,
  wishInForce,
  withoutRemovedMembers,
} from "../../../../ledger/fabric/config-merge";
import { createRevocationList } from "../../../../ledger/fabric/revocation-list";
import { serialOf } from "../../../../ledger/fabric/serial-number";
import { validateRevocationsKept, validateSigners } from "../../../../ledger/fabric/validate-revocation";
import {
  consenter,
  createAuthority,
  fixtureNetwork,
  testTime,
  peerOrganization,
  raftChannel,
  type Network,
} from "./fixtures";
import { said } from "../../../support/problems";

type Edit = (config: ChannelConfig) => ChannelConfig;

const batchTimeout =
  (timeout: string): Edit =>
  (config) => ({ ...config, batch: { ...config.batch, timeout } });
const same: Edit = (config) => config;

describe("a channel changed here and elsewhere", function () {
  this.timeout(60_000);
  let network: Network;
  let base: ChannelConfig;

  before(async () => {
    network = await fixtureNetwork();
    base = raftChannel(network);
  });

  const withOrg3: Edit = (config) => ({
    ...config,
    peerOrganizations: [...config.peerOrganizations, peerOrganization(network.org3)],
  });
  const withoutOrg2: Edit = (config) => ({ ...config, peerOrganizations: config.peerOrganizations.slice(0, 1) });
  const anchor =
    (index: number, host: string): Edit =>
    (config) => ({
      ...config,
      peerOrganizations: config.peerOrganizations.map((organization, at) =>
        at === index
          ? { ...organization, anchorPeers: [...organization.anchorPeers, { host, port: 7051 }] }
          : organization,
      ),
    });
  const withConsenter =
    (index: number): Edit =>
    (config) => ({ ...config, consenters: [...config.consenters, consenter(network.orderer, index)] });
  const withoutConsenter: Edit = (config) => ({ ...config, consenters: config.consenters.slice(0, 2) });
  const compose =
    (...edits: Edit[]): Edit =>
    (config) =>
      edits.reduce((edited, edit) => edit(edited), config);

  function merge(elsewhere: Edit, here: Edit) {
    return mergeChannelConfig({ base, live: elsewhere(base), wished: here(base) }, "config");
  }

  /** Edit elsewhere, edit here, and the edits of base in the result. */
  const table: [string, Edit, Edit, Edit][] = [
    [
      "keeps an organisation that others added while we changed the batch",
      withOrg3,
      batchTimeout("1s"),
      compose(withOrg3, batchTimeout("1s")),
    ],
    [
      "keeps the batch that others changed while we added an organisation",
      batchTimeout("1s"),
      withOrg3,
      compose(withOrg3, batchTimeout("1s")),
    ],
    ["removes an organisation that we held and no longer wish", same, withoutOrg2, withoutOrg2],
    ["removes it also when others changed it meanwhile", anchor(1, "peer9"), withoutOrg2, withoutOrg2],
    [
      "leaves out what others removed and we did not touch",
      withoutOrg2,
      batchTimeout("1s"),
      compose(withoutOrg2, batchTimeout("1s")),
    ],
    [
      "is at peace when both sides made the same change",
      compose(withOrg3, batchTimeout("1s")),
      compose(withOrg3, batchTimeout("1s")),
      compose(withOrg3, batchTimeout("1s")),
    ],
    [
      "joins anchor peers that both sides added",
      anchor(0, "peer8"),
      anchor(0, "peer9"),
      compose(anchor(0, "peer8"), anchor(0, "peer9")),
    ],
    [
      "keeps consenters that others added while we add another",
      withConsenter(3),
      withConsenter(4),
      compose(withConsenter(3), withConsenter(4)),
    ],
    [
      "removes a consenter of ours beside one that others added",
      withConsenter(3),
      withoutConsenter,
      compose(withoutConsenter, withConsenter(3)),
    ],
    [
      "changes nothing when only others did",
      compose(withOrg3, batchTimeout("1s"), withConsenter(3)),
      same,
      compose(withOrg3, batchTimeout("1s"), withConsenter(3)),
    ],
  ];
  for (const [name, elsewhere, here, expected] of table) {
    it(name, () => {
      assert.deepEqual(merge(elsewhere, here), { config: normalizeChannelConfig(expected(base)), conflicts: [] });
    });
  }

  /** What is in force of a wish, by the live channel: edits of base in the channel, in the wish, and in the answer. */
  const inForce: [string, Edit, Edit, Edit][] = [
    ["nothing while the channel is as before", same, compose(withOrg3, batchTimeout("1s")), same],
    [
      "a part that others brought about, and not the rest",
      withOrg3,
      compose(withOrg3, batchTimeout("1s"), withConsenter(3)),
      withOrg3,
    ],
    [
      "all of it",
      compose(withOrg3, batchTimeout("1s")),
      compose(withOrg3, batchTimeout("1s")),
      compose(withOrg3, batchTimeout("1s")),
    ],
    ["a removal that others brought about", withoutOrg2, compose(withoutOrg2, batchTimeout("1s")), withoutOrg2],
    ["no removal that waits", same, withoutOrg2, same],
    ["nothing of what others changed by themselves", compose(withOrg3, batchTimeout("1s")), withConsenter(3), same],
    [
      "an anchor peer beside those of others",
      compose(anchor(0, "peer8"), anchor(0, "peer9")),
      compose(anchor(0, "peer9"), anchor(1, "peer9")),
      anchor(0, "peer9"),
    ],
    ["the former where both changed the same", batchTimeout("1s"), compose(batchTimeout("3s"), withOrg3), same],
  ];
  for (const [name, elsewhere, here, expected] of inForce) {
    it(`has in force of a wish: ${name}`, () => {
      const wished = here(base);
      const found = wishInForce({ base, live: elsewhere(base), wished }, wished);
      assert.ok(found);
      assert.deepEqual(normalizeChannelConfig(found), normalizeChannelConfig(expected(base)));
    });
  }

  it("is refused when both changed one setting, with all three values and the correction", () => {
    const { config, conflicts } = merge(batchTimeout("1s"), batchTimeout("3s"));
    assert.equal(config.batch.timeout, "1s");
    assert.deepEqual(said(conflicts), [
      {
        path: "config.batch.timeout",
        message:
          'must be "1s", not "3s", because somebody else has changed it from "2s", which was applied last. Once theirs is applied here, any other value is possible',
      },
    ]);
  });

  it("is refused where others removed what we changed", () => {
    const { conflicts } = merge(withoutOrg2, anchor(1, "peer9"));
    assert.deepEqual(
      conflicts.map(({ path }) => path),
      ["config.peerOrganizations[org2]"],
    );
  });

  it("is refused where both gave one consenter other keys, and not for a certificate renewed with its key", async () => {
    const renew = async (privateKey?: string): Promise<Edit> => {
      const { certificate } = await issueCertificate({
        ca: network.orderer.tlsCa,
        privateKey,
        commonName: "node",
        organization: "orderer",
        usage: "tls",
        dnsNames: ["node"],
        ipAddresses: [],
        validityDays: 20,
        now: testTime,
      });
      return (config) => ({
        ...config,
        consenters: config.consenters.map((item, index) =>
          index === 0 ? { ...item, clientTlsCertificate: certificate, serverTlsCertificate: certificate } : item,
        ),
      });
    };
    const [theirs, ours, kept] = [await renew(), await renew(), await renew(network.orderer.nodes[0]!.tls.privateKey)];
    assert.deepEqual(
      merge(theirs, ours).conflicts.map(({ path }) => path),
      [`config.consenters[${base.consenters[0]!.host}:7050]`],
    );
    assert.deepEqual(merge(same, ours), { config: normalizeChannelConfig(ours(base)), conflicts: [] });
    assert.deepEqual(merge(same, kept), { config: normalizeChannelConfig(base), conflicts: [] });
  });

  it("keeps an authority that others put beside ours while ours is renewed", async () => {
    const authorities = async (name: string) => (await createAuthority(name, name)).certificate;
    const [theirs, renewed] = [await authorities("theirs"), await authorities("renewed")];
    const own = base.peerOrganizations[0]!.msp.caCertificates;
    const withAuthorities =
      (caCertificates: string[]): Edit =>
      (config) => ({
        ...config,
        peerOrganizations: config.peerOrganizations.map((organization, index) =>
          index === 0 ? { ...organization, msp: { ...organization.msp, caCertificates } } : organization,
        ),
      });
    const { config, conflicts } = merge(withAuthorities([...own, theirs]), withAuthorities([renewed]));
    assert.deepEqual(conflicts, []);
    assert.deepEqual(config, normalizeChannelConfig(withAuthorities([theirs, renewed])(base)));
  });

  it("that is taken over gets every setting and member of the inputs, and loses none of its own", () => {
    const live = compose(withOrg3, batchTimeout("1s"), withConsenter(3))(base);
    const { config, conflicts } = mergeChannelConfig({ base: undefined, live, wished: base }, "config");
    assert.deepEqual(conflicts, []);
    assert.deepEqual(config, normalizeChannelConfig(compose(withOrg3, withConsenter(3))(base)));
  });

  it("is reported in words, and removed members leave the state", () => {
    const live = normalizeChannelConfig(compose(withoutOrg2, withOrg3, batchTimeout("1s"))(base));
    assert.deepEqual(describeChangesElsewhere(base, live), [
      "add peer organisation org3",
      "remove peer organisation org2",
      "batch timeout 2s -> 1s",
    ]);
    assert.deepEqual(withoutRemovedMembers(base, live), withoutOrg2(base));
  });

  it("can be updated although others gave it what our own rules would refuse", () => {
    const { config } = decodeConfigBlock(buildGenesisBlock(base));
    const orderers = config.getChannelGroup()!.getGroupsMap().get("Orderer")!;
    orderers.getGroupsMap().get("orderer")!.getValuesMap().del("Endpoints");
    const odd = describeChannelConfig(base.channelId, config);
    const wished = batchTimeout("1s")(base);
    const merged = mergeChannelConfig({ base, live: odd, wished }, "config").config;
    assert.deepEqual(merged.ordererOrganizations[0]!.endpoints, []);
    assert.deepEqual(
      planConfigUpdates(base.channelId, config, merged).map(({ description }) => description),
      ["batch timeout 2s -> 1s"],
    );
  });
});

describe("revocation lists of a channel", () => {
  let network: Network;
  let base: ChannelConfig;
  let [first, second, theirs] = ["", "", ""];

  before(async () => {
    network = await fixtureNetwork();
    base = raftChannel(network);
    const list = (number: number, ...serials: string[]): Promise<string> => {
      const revoked = serials.map((serial) => ({ serial, revokedAt: testTime.toISOString() }));
      return createRevocationList({ ca: network.org1.ca, number, revoked, now: testTime });
    };
    first = await list(1, "a1");
    second = await list(2, "a1", "b2");
    theirs = await list(7, "99");
  });

  const withLists =
    (...revocationLists: string[]): Edit =>
    (config) => ({
      ...config,
      peerOrganizations: config.peerOrganizations.map((organization) =>
        organization.name === "org1"
          ? { ...organization, msp: { ...organization.msp, revocationLists } }
          : organization,
      ),
    });
  const listsOf = ({ peerOrganizations }: ChannelConfig): string[] | undefined =>
    peerOrganizations.find(({ name }) => name === "org1")?.msp.revocationLists;

  function merged(before: Edit | undefined, elsewhere: Edit, here: Edit): string[] | undefined {
    const sides = { base: before?.(base), live: elsewhere(base), wished: here(base) };
    const { config, conflicts } = mergeChannelConfig(sides, "config");
    assert.deepEqual(conflicts, []);
    return listsOf(config);
  }

  it("follow each other, and leave those of others alone", () => {
    assert.deepEqual(merged(same, same, withLists(first)), [first]);
    assert.deepEqual(merged(withLists(first), withLists(first), withLists(second)), [second]);
    assert.deepEqual(merged(withLists(first), withLists(first, theirs), withLists(second)), [theirs, second]);
    assert.deepEqual(merged(same, withLists(theirs), same), [theirs]);
  });

  it("of a channel that is taken over stay, since nobody here knows whom they keep out", () => {
    assert.deepEqual(merged(undefined, withLists(theirs), same), [theirs]);
    assert.deepEqual(merged(undefined, withLists(theirs), withLists(first)), [theirs, first]);
  });

  it("come back after somebody took them away", () => {
    const held = withoutRemovedMembers(withLists(first)(base), base);
    assert.deepEqual(listsOf(held), []);
    assert.deepEqual(describeChangesElsewhere(withLists(first)(base), base), [
      "peer organisation org1: revocation lists",
    ]);
    const sides = { base: held, live: base, wished: withLists(first)(base) };
    assert.deepEqual(listsOf(mergeChannelConfig(sides, "config").config), [first]);
  });

  it("change by the signature of their own organisation alone, with the form that others gave them", () => {
    const { config } = decodeConfigBlock(buildGenesisBlock(withLists(first)(base)));
    const [step, ...others] = planConfigUpdates("trade", config, withLists(second)(base));
    assert.deepEqual(others, []);
    assert.equal(step?.description, "peer organisation org1: revocation lists");
    assert.deepEqual(step?.requiredSigners, [
      { policy: "/Channel/Application/org1/Admins", rule: { n: 1, of: [{ mspId: "Org1MSP" }] } },
    ]);
    assert.deepEqual(planConfigUpdates("trade", config, base), [], "a wish without lists takes none away");
    assert.deepEqual(listsOf(describeChannelConfig("trade", config)), [first]);
  });

  it("never lose a certificate, whatever the stack file says", () => {
    const [before, after] = [withLists(first)(base), withLists(second)(base)];
    assert.deepEqual(validateRevocationsKept(before, after, "config"), []);
    assert.deepEqual(validateRevocationsKept(base, before, "config"), []);
    assert.deepEqual(validateRevocationsKept(before, { ...base, peerOrganizations: [] }, "config"), []);
    assert.deepEqual(said(validateRevocationsKept(after, base, "config")), [
      {
        path: "config.peerOrganizations[0].msp.revocationLists",
        message:
          "must have a1, b2, because these certificates are revoked, and would be good again. Keep `users` of " +
          "organisation org1 in the stack file, an empty list at least",
      },
    ]);
  });

  it("have no administrator who must sign", async () => {
    const { certificate } = network.org1.admin.identity;
    const revoked = [{ serial: serialOf(certificate), revokedAt: testTime.toISOString() }];
    const list = await createRevocationList({ ca: network.org1.ca, number: 3, revoked, now: testTime });
    const signers = [{ mspId: "Org1MSP", certificate }];
    assert.deepEqual(validateSigners(withLists(first)(base), signers, "administrators"), []);
    assert.deepEqual(said(validateSigners(withLists(list)(base), signers, "administrators")), [
      {
        path: "administrators[0].certificate",
        message: "must be another one, because the administrator of Org1MSP is on the revocation list of the channel",
      },
    ]);
  });
});
