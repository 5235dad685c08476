/** Arithmetic of config updates, on trees unlike any real channel's. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Config, ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { applyConfigUpdate, computeConfigUpdate } from "../../../../ledger/fabric/config-update";
import { configOf, group } from "./config-trees";

const channelId = "trade";

/** The tree with all versions zero: its content without its history. */
function withoutVersions(tree: ConfigGroup): ConfigGroup {
  const copy = tree.clone();
  copy.setVersion(0);
  copy.getValuesMap().forEach((member) => member.setVersion(0));
  copy.getPoliciesMap().forEach((member) => member.setVersion(0));
  const children: [string, ConfigGroup][] = [];
  copy.getGroupsMap().forEach((member, key) => children.push([key, withoutVersions(member)]));
  children.forEach(([key, member]) => copy.getGroupsMap().set(key, member));
  return copy;
}

function bytes(tree: ConfigGroup | undefined): string {
  return Buffer.from(tree?.serializeBinary() ?? "").toString("hex");
}

describe("config difference", () => {
  it("turns any current tree into any target when applied", () => {
    fc.assert(
      fc.property(group, group, (current, target) => {
        const config = configOf(current, 7);
        const update = computeConfigUpdate(channelId, config, target);
        const next = update === undefined ? config : applyConfigUpdate(config, update);
        assert.equal(bytes(withoutVersions(next.getChannelGroup()!)), bytes(withoutVersions(target)));
        assert.equal(next.getSequence(), update === undefined ? 7 : 8);
      }),
      { numRuns: 500 },
    );
  });

  it("is nothing between trees that differ in versions alone, since there is nothing to change", () => {
    fc.assert(
      fc.property(group, (current) => {
        assert.equal(computeConfigUpdate(channelId, configOf(current), withoutVersions(current)), undefined);
      }),
    );
  });

  it("leaves both inputs as they were, so that a plan can go on from them", () => {
    fc.assert(
      fc.property(group, group, (current, target) => {
        const before = [bytes(current), bytes(target)];
        const update = computeConfigUpdate(channelId, configOf(current), target);
        if (update !== undefined) applyConfigUpdate(configOf(current), update);
        assert.deepEqual([bytes(current), bytes(target)], before);
      }),
    );
  });

  it("says so when a config has no channel group", () => {
    assert.throws(() => computeConfigUpdate(channelId, new Config(), new ConfigGroup()), {
      message: "the current config of channel trade has no channel group",
    });
  });
});
