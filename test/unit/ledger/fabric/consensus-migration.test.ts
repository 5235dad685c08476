/** Plans of the way from raft to BFT. test/nodes/fabric has orderers that go it. */
import assert from "node:assert/strict";
import { ConfigUpdate, type Config } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import {
  describeChannelConfig,
  normalizeChannelConfig,
  readConsensusType,
  valueBytes,
} from "../../../../ledger/fabric/config-decode";
import {
  describeChangesElsewhere,
  mergeChannelConfig,
  planConfigUpdates,
} from "../../../../ledger/fabric/config-update";
import { bftOptions, buildBlockValidationPolicy, buildOrderers } from "../../../../ledger/fabric/consenters";
import { isInMaintenance } from "../../../../ledger/fabric/consensus-migration";
import { stepInWords } from "../../../../ledger/fabric/consortium/steps-in-words";
import { describeConfigUpdate } from "../../../../ledger/fabric/consortium/update-description";
import { genesisConfig, growableRaftChannel, walk } from "./config-edits";
import { fixtureNetwork, type Network } from "./fixtures";

describe("the way from raft to BFT", () => {
  let network: Network;
  let raft: ChannelConfig;
  let bft: ChannelConfig;
  /** Configs on the way: raft, raft in maintenance mode, BFT in maintenance mode, BFT. */
  let configs: Config[];

  before(async () => {
    network = await fixtureNetwork();
    raft = growableRaftChannel(network);
    bft = { ...raft, consensus: "BFT" };
    const start = genesisConfig(raft);
    configs = [start, ...walk(start, planConfigUpdates(raft.channelId, start, bft)).slice(1)];
    assert.equal(configs.length, 4);
  });

  const plan = (config: Config | undefined, desired: ChannelConfig) =>
    planConfigUpdates(desired.channelId, config!, desired);
  const described = (config: Config | undefined) => describeChannelConfig(raft.channelId, config!);

  it("is the same from every point, as for a run that was interrupted there", () => {
    const whole = plan(configs[0], bft);
    assert.deepEqual(
      whole.map(({ isAfterRestart }) => isAfterRestart),
      [false, false, true],
    );
    configs.forEach((config, index) => assert.deepEqual(plan(config, bft), whole.slice(index)));
    assert.deepEqual(configs.map(isInMaintenance), [false, true, true, false]);
  });

  it("ends in the options, the mapping and the policy of a channel that began with BFT", () => {
    const orderer = configs.at(-1)!.getChannelGroup()!.getGroupsMap().get("Orderer")!;
    const mapping = buildOrderers(bft.consenters);
    assert.equal(Buffer.from(valueBytes(orderer, "Orderers")).toString("hex"), hex(mapping.serializeBinary()));
    assert.equal(hex(readConsensusType(orderer).getMetadata_asU8()), hex(bftOptions().serializeBinary()));
    const policy = orderer.getPoliciesMap().get("BlockValidation")?.getPolicy();
    assert.equal(policy?.getType(), 1);
    const expected = buildBlockValidationPolicy(mapping.getConsenterMappingList());
    assert.equal(hex(policy.getValue_asU8()), hex(expected.serializeBinary()));
    assert.deepEqual(normalizeChannelConfig(described(configs.at(-1))), normalizeChannelConfig(bft));
  });

  it("is told with its restarts, and only as far as it is left", () => {
    const own = raft.ordererOrganizations.map(({ msp }) => msp.mspId);
    const told = configs.map((config) =>
      plan(config, bft).map((step) => stepInWords(step, { own, partners: [] }).text),
    );
    const signed = "this stack's signatures are enough";
    const steps = [
      `begin maintenance mode, in which orderers refuse transactions; ${signed}`,
      `consensus etcdraft -> BFT; ${signed}`,
      `restart each orderer that does not run BFT yet, one at a time, then end maintenance mode; ${signed}`,
    ];
    assert.deepEqual(told, [steps, steps.slice(1), steps.slice(2), []]);
  });

  it("leaves maintenance mode for a channel that is to stay raft, before any other change", () => {
    const steps = plan(configs[1], { ...raft, batch: { ...raft.batch, timeout: "1s" } });
    assert.deepEqual(
      steps.map(({ description, isAfterRestart }) => ({ description, isAfterRestart })),
      [
        { description: "end maintenance mode", isAfterRestart: false },
        { description: "batch timeout 2s -> 1s", isAfterRestart: false },
      ],
    );
  });

  it("keeps every consenter until maintenance mode is over, as Fabric demands", () => {
    const fewer = { ...bft, consenters: bft.consenters.slice(1) };
    const gone = `${bft.consenters[0]?.host}:7050`;
    assert.throws(() => plan(configs[1], { ...fewer, consenters: [...fewer.consenters, extra()] }), {
      name: "InputError",
      message: `channel trade:\n  config.consenters: must have ${gone}, because the channel is in maintenance mode, in which its consenters stay. Remove it once the channel has left the mode`,
    });
  });

  const extra = () => ({
    ...bft.consenters[0]!,
    host: "orderer9.orderer.example",
    clientTlsCertificate: network.org1.nodes[0]!.tls.certificate,
  });

  it("is refused back, below four orderers, and without the capability", () => {
    assert.throws(() => plan(configs[3], raft), {
      message: /must stay "BFT", because Fabric has no way back from BFT/,
    });
    const three = { ...bft, consenters: bft.consenters.slice(1) };
    assert.throws(() => plan(configs[0], three), {
      message: /must stay "etcdraft", because BFT with 3 orderers tolerates no faulty one; 4 tolerate one/,
    });
    const low = { ...raft, capabilities: { ...raft.capabilities, channel: "V2_0" } };
    assert.throws(() => plan(genesisConfig(low), bft), { message: /has the capability V2_0, and BFT needs V3_0/ });
    assert.throws(() => plan(configs[0], low), { message: /capabilities\.channel: .* must stay "V3_0"/ });
  });

  it("is described to partners step by step, with nothing left over", () => {
    const told = plan(configs[0], bft).map(({ update }, index) =>
      describeConfigUpdate(raft.channelId, configs[index]!, ConfigUpdate.deserializeBinary(update)),
    );
    assert.deepEqual(
      told.map(({ changes }) => changes),
      [
        ["begin maintenance mode, in which orderers refuse transactions"],
        ["consensus etcdraft -> BFT"],
        ["end maintenance mode"],
      ],
    );
    assert.deepEqual(
      told.flatMap(({ problems }) => problems),
      [],
    );
  });

  it("is another party's change for a stack that still wishes raft, and stays", () => {
    const live = described(configs[3]);
    const { config, conflicts } = mergeChannelConfig({ base: raft, live, wished: raft }, "config");
    assert.deepEqual(conflicts, []);
    assert.deepEqual(config, normalizeChannelConfig(bft));
    assert.deepEqual(describeChangesElsewhere(raft, live), ["consensus etcdraft -> BFT"]);
  });

  it("is this stack's change where the channel is raft still, with the identities that raft does not record", () => {
    const { config } = mergeChannelConfig({ base: raft, live: described(configs[0]), wished: bft }, "config");
    assert.deepEqual(config, normalizeChannelConfig(bft));
    // As the state has it after an interruption: the last config in force, with no identities.
    const base = normalizeChannelConfig(raft);
    const merged = mergeChannelConfig({ base, live: described(configs[2]), wished: bft }, "config");
    assert.deepEqual(merged, { config: normalizeChannelConfig(bft), conflicts: [] });
  });
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
