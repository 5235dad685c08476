/** Companies change their own parts of a channel, and leave those of others as they are. */
import assert from "node:assert/strict";
import type { ChannelConfig } from "../../../../../ledger/fabric/channel-config";
import {
  mergeChannelConfig,
  planConfigUpdates,
  withoutRemovedMembers,
} from "../../../../../ledger/fabric/config-update";
import {
  foundingConfig,
  isMember,
  ownMspIds,
  validateFarewell,
  withEndpointsOfOthers,
  withLostMembersOfOthers,
  withPartsOfOthers,
} from "../../../../../ledger/fabric/consortium/ownership";
import { genesisConfig } from "../config-edits";
import {
  bftChannel,
  consenter,
  createMember,
  fixtureNetwork,
  ordererOrganization,
  peerOrganization,
  raftChannel,
  type Network,
  type Organization,
} from "../fixtures";

describe("parts of others", () => {
  let network: Network;
  let founded: ChannelConfig;

  before(async () => {
    network = await fixtureNetwork();
    founded = raftChannel(network);
  });

  const anchored = (config: ChannelConfig, name: string, host: string): ChannelConfig => ({
    ...config,
    peerOrganizations: config.peerOrganizations.map((organization) =>
      organization.name === name ? { ...organization, anchorPeers: [{ host, port: 7051 }] } : organization,
    ),
  });

  const anchorsOf = ({ peerOrganizations }: ChannelConfig): string[] =>
    peerOrganizations.map(({ name, anchorPeers }) => `${name} ${anchorPeers.map(({ host }) => host).join(" ")}`);

  it("are as in the channel, whatever a newer document of theirs says, while its own part changes", () => {
    const wished = anchored(anchored(founded, "org1", "own.example"), "org2", "new.example");
    const live = anchored(founded, "org2", "live.example");
    const ours = (config: ChannelConfig) => withPartsOfOthers(config, live, ["OrdererMSP", "Org1MSP"]);
    assert.deepEqual(anchorsOf(ours(wished)), ["org1 own.example", "org2 live.example"]);
    const { config, conflicts } = mergeChannelConfig({ base: ours(founded), live, wished: ours(wished) }, "config");
    assert.deepEqual(conflicts, []);
    assert.deepEqual(anchorsOf(config), ["org1 own.example", "org2 live.example"]);
  });

  it("that have left are no wish of a stack that did not found the channel, and its own that are missing are", () => {
    const live: ChannelConfig = {
      ...founded,
      peerOrganizations: [],
      consenters: founded.consenters.slice(2),
    };
    const isOwn = ({ host }: { host: string }) => host === founded.consenters[0]?.host;
    const seen = withLostMembersOfOthers(live, founded, ["Org1MSP"], isOwn);
    const base = withoutRemovedMembers(founded, seen);
    const { config } = mergeChannelConfig({ base, live, wished: founded }, "config");
    assert.deepEqual(
      config.peerOrganizations.map(({ name }) => name),
      ["org1"],
    );
    assert.deepEqual(
      config.consenters.map(({ host }) => host).sort(),
      [founded.consenters[0]?.host, ...live.consenters.map(({ host }) => host)].sort(),
    );
  });

  /** The channel with orderers of a second company. */
  const shared = (capability: string): ChannelConfig => ({
    ...founded,
    ordererOrganizations: [...founded.ordererOrganizations, ordererOrganization(network.orderer2, [0])],
    consenters: [...founded.consenters, consenter(network.orderer2, 0)],
    capabilities: { ...founded.capabilities, channel: capability },
  });

  const endpointsOf = ({ ordererOrganizations }: ChannelConfig): number[] =>
    ordererOrganizations.map(({ endpoints }) => endpoints.length);

  it("begin without orderers of others, whose endpoints are missing where Fabric lets them", () => {
    const first = foundingConfig(shared("V2_0"), ["OrdererMSP"]);
    assert.deepEqual(first.consenters, founded.consenters);
    assert.deepEqual(endpointsOf(first), [3, 0]);
    assert.deepEqual(endpointsOf(foundingConfig(shared("V3_0"), ["OrdererMSP"])), [3, 1]);
    assert.deepEqual(foundingConfig(founded, ["OrdererMSP"]), founded);
  });

  it("are the same bytes for the company that adds its orderers and for the one that founded the channel", () => {
    const live = foundingConfig(shared("V2_0"), ["OrdererMSP"]);
    const [theirs, ours] = [
      ["Orderer2MSP", "Org2MSP"],
      ["OrdererMSP", "Org1MSP"],
    ].map((mspIds) => {
      const side = (config: ChannelConfig) => withPartsOfOthers(config, live, mspIds);
      const { config } = mergeChannelConfig({ base: side(live), live, wished: side(shared("V2_0")) }, "config");
      return planConfigUpdates("trade", genesisConfig(live), config);
    });
    assert.deepEqual(theirs?.[0]?.description, "add consenter orderer0.orderer2.example:7050");
    assert.deepEqual(ours?.[0]?.update, theirs?.[0]?.update);
    // The endpoint is its owner's alone.
    assert.deepEqual([theirs?.length, ours?.length], [2, 1]);
  });

  it("are the same bytes on both sides, too, for the renewed identity of a BFT consenter, which each asks for", async () => {
    const { orderer2 } = network;
    const { channelId, ...bft } = bftChannel(network);
    const live: ChannelConfig = {
      ...bft,
      channelId,
      ordererOrganizations: [...bft.ordererOrganizations, ordererOrganization(orderer2, [0])],
      consenters: [...bft.consenters, consenter(orderer2, 0)],
    };
    const renewed = await createMember({
      ca: orderer2.ca,
      tlsCa: orderer2.tlsCa,
      organization: "orderer2",
      name: "orderer0",
      nodeOu: "orderer",
    });
    const { certificate: identity } = renewed.identity;
    const consenters = [...bft.consenters, { ...consenter(orderer2, 0), identity }];
    const steps = ["Orderer2MSP", "OrdererMSP"].map((mspId) => {
      const side = (config: ChannelConfig) => withPartsOfOthers(config, live, [mspId]);
      const { config } = mergeChannelConfig(
        { base: side(live), live, wished: side({ ...live, consenters }) },
        "config",
      );
      return planConfigUpdates(channelId, genesisConfig(live), config);
    });
    assert.deepEqual(
      steps[0]?.map(({ description }) => description),
      ["renew certificates of consenter orderer0.orderer2.example:7050"],
    );
    assert.deepEqual(steps[1], steps[0]);
  });

  it("are no changes elsewhere where others gave their orderers endpoints", () => {
    const live = foundingConfig(shared("V2_0"), ["OrdererMSP"]);
    const seen = (mspIds: string[]) => endpointsOf(withEndpointsOfOthers(shared("V2_0"), live, mspIds));
    assert.deepEqual(seen(["OrdererMSP"]), [3, 0]);
    assert.deepEqual(seen(["OrdererMSP", "Orderer2MSP"]), [3, 1]);
  });

  it("stay as wished for organisations that are no members yet, and for another owner of the same name", () => {
    const org3 = peerOrganization(network.org3);
    const wished = { ...founded, peerOrganizations: [...founded.peerOrganizations, org3] };
    assert.deepEqual(withPartsOfOthers(wished, founded, []).peerOrganizations.at(-1), org3);
    const impostor = { ...peerOrganization(network.org3), name: "org2" };
    const changed = { ...founded, peerOrganizations: [impostor] };
    assert.deepEqual(withPartsOfOthers(changed, founded, []).peerOrganizations, [impostor]);
  });

  it("are those of another company with the same MSP id, whose administrator is no member", () => {
    const administrator = (mspId: string, { admin }: Organization) => ({
      mspId,
      certificate: admin.identity.certificate,
    });
    const own = administrator("OrdererMSP", network.orderer);
    const namesake = administrator("OrdererMSP", network.orderer2);
    const coming = administrator("Orderer2MSP", network.orderer2);
    assert.ok(isMember(own, founded));
    assert.ok(!isMember(namesake, founded));
    assert.ok(!isMember(coming, founded));
    assert.deepEqual(ownMspIds([own, coming], founded, founded), ["OrdererMSP", "Orderer2MSP"]);
    assert.deepEqual(ownMspIds([namesake], founded, founded), []);
    const [organization] = founded.ordererOrganizations;
    assert.ok(organization);
    const { caCertificates } = network.orderer2.msp;
    const ordererOrganizations = [{ ...organization, msp: { ...organization.msp, caCertificates } }];
    assert.deepEqual(ownMspIds([namesake], founded, { ...founded, ordererOrganizations }), ["OrdererMSP"]);
  });
});

describe("a farewell", () => {
  let live: ChannelConfig;

  before(async () => {
    const network = await fixtureNetwork();
    const founded = raftChannel(network);
    live = {
      ...founded,
      ordererOrganizations: [...founded.ordererOrganizations, ordererOrganization(network.orderer2, [0])],
      consenters: [...founded.consenters, consenter(network.orderer2, 0)].map((each) => ({ ...each, mspId: "" })),
    };
  });

  const mspIds = ["Orderer2MSP", "Org2MSP"];

  const without = (config: ChannelConfig, name: "org2" | "orderer2"): ChannelConfig => ({
    ...config,
    ordererOrganizations: config.ordererOrganizations.filter((each) => each.name !== name),
    peerOrganizations: config.peerOrganizations.filter((each) => each.name !== name),
    consenters: config.consenters.filter(({ host }) => !host.includes(`.${name}.`)),
  });

  const problemsOf = (before: ChannelConfig, after: ChannelConfig): string[] =>
    validateFarewell(before, after, mspIds).map(({ path, message }) => `${path}: ${message}`);

  it("is refused while orderers of this stack vote, whether the same edit takes them out or not", () => {
    const refusal = [
      "config.peerOrganizations: must have an organisation of this stack, because orderers of this stack vote in the channel: " +
        "orderer0.orderer2.example:7050. First take them out by an edit of `ordererOrganizations` alone; leave once the others agreed " +
        "to that",
    ];
    assert.deepEqual(problemsOf(live, without(live, "org2")), refusal);
    assert.deepEqual(problemsOf(live, without(without(live, "orderer2"), "org2")), refusal);
    const unreachable = { ...live, ordererOrganizations: without(live, "orderer2").ordererOrganizations };
    assert.deepEqual(problemsOf(unreachable, without(without(live, "orderer2"), "org2")), refusal);
  });

  it("is none of the orderers alone, and none where they vote no more", () => {
    assert.deepEqual(problemsOf(live, without(live, "orderer2")), []);
    const silent = without(live, "orderer2");
    assert.deepEqual(problemsOf(silent, without(silent, "org2")), []);
    assert.deepEqual(problemsOf(without(live, "org2"), without(live, "org2")), []);
  });
});
