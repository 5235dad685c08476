/** Whether an update still fits the live config, as Fabric would say. */
import assert from "node:assert/strict";
import { ConfigUpdate, type Config } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../../../ledger/fabric/channel-config";
import { applyConfigUpdate, planConfigUpdates } from "../../../../../ledger/fabric/config-update";
import { updateStanding } from "../../../../../ledger/fabric/consortium/update-standing";
import { edits, genesisConfig, walk } from "../config-edits";
import { fixtureNetwork, peerOrganization, raftChannel, type Network } from "../fixtures";

describe("standing of an update", () => {
  let network: Network;
  let channel: ChannelConfig;
  let live: Config;

  before(async () => {
    network = await fixtureNetwork();
    channel = raftChannel(network);
    live = genesisConfig(channel);
  });

  function stepTo(change: Partial<ChannelConfig>): ConfigUpdate {
    const [step] = planConfigUpdates("trade", live, { ...channel, ...change });
    return ConfigUpdate.deserializeBinary(step!.update);
  }

  const timeout = (value: string): Partial<ChannelConfig> => ({ batch: { ...channel.batch, timeout: value } });
  const withOrg3 = (): Partial<ChannelConfig> => ({
    peerOrganizations: [...channel.peerOrganizations, peerOrganization(network.org3)],
  });

  for (const { name, from, to } of edits.filter(({ steps }) => steps.length > 0)) {
    it(`is applicable before and in force after each step that ${name}`, () => {
      const current = genesisConfig(from(network));
      const plan = planConfigUpdates(from(network).channelId, current, to(from(network), network));
      const configs = walk(current, plan);
      plan.forEach(({ update }, index) => {
        const decoded = ConfigUpdate.deserializeBinary(update);
        assert.deepEqual(updateStanding(configs[index]!, decoded), { kind: "applicable" });
        assert.deepEqual(updateStanding(configs[index + 1]!, decoded), { kind: "inForce" });
      });
    });
  }

  it("stays applicable when others change something else", () => {
    const other = applyConfigUpdate(live, stepTo(timeout("1s")));
    assert.deepEqual(updateStanding(other, stepTo(withOrg3())), { kind: "applicable" });
  });

  it("is stale, with the element's name, when others changed the same one", () => {
    const other = applyConfigUpdate(live, stepTo(timeout("1s")));
    assert.deepEqual(updateStanding(other, stepTo(timeout("3s"))), {
      kind: "stale",
      because: ["value /Channel/Orderer/BatchTimeout has version 1, and the update needs 0"],
    });
  });

  it("is stale when the membership that it builds on changed", () => {
    const other = applyConfigUpdate(live, stepTo({ peerOrganizations: channel.peerOrganizations.slice(0, 1) }));
    const standing = updateStanding(other, stepTo(withOrg3()));
    assert.equal(standing.kind, "stale");
    assert.ok(standing.because.includes("group /Channel/Application has version 1, and the update needs 0"));
    assert.ok(standing.because.includes("group /Channel/Application/org2 does not exist any more"));
  });

  it("is stale for an update that skips a version, which Fabric refuses, too", () => {
    const update = stepTo(timeout("1s"));
    update.getWriteSet()?.getGroupsMap().get("Orderer")?.getValuesMap().get("BatchTimeout")?.setVersion(2);
    assert.equal(updateStanding(live, update).kind, "stale");
  });

  it("is stale for an update without any change", () => {
    const update = stepTo(timeout("1s"));
    update.setWriteSet(update.getReadSet());
    assert.deepEqual(updateStanding(live, update), { kind: "stale", because: ["it changes nothing"] });
  });
});
