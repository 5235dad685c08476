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
  withoutRemovedMembers,
} from "../../../../ledger/fabric/config-merge";
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
