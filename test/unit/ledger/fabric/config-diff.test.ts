/** The arithmetic of config updates against configtxlator, on trees that are far from any real channel's. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  Config,
  ConfigGroup,
  ConfigPolicy,
  ConfigUpdate,
  ConfigValue,
} from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { Policy } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import { applyConfigUpdate, computeConfigUpdate } from "../../../../ledger/fabric/config-update";
import { referenceConfigUpdate } from "./reference-tools";

const CHANNEL = "trade";
/** Few names and contents, so that two random trees often agree in part. */
const name = fc.constantFrom("a", "b", "c");
const modPolicy = fc.constantFrom("Admins", "/Channel/Admins", "");
const version = fc.integer({ min: 0, max: 3 });
const content = fc.constantFrom("", "x", "y").map((text) => Buffer.from(text));

const value = fc.record({ version, modPolicy, content }).map((fields) => {
  const message = new ConfigValue();
  message.setVersion(fields.version);
  message.setModPolicy(fields.modPolicy);
  message.setValue(fields.content);
  return message;
});

const policy = fc.record({ version, modPolicy, content, type: fc.constantFrom(1, 3) }).map((fields) => {
  const inner = new Policy();
  inner.setType(fields.type);
  inner.setValue(fields.content);
  const message = new ConfigPolicy();
  message.setVersion(fields.version);
  message.setModPolicy(fields.modPolicy);
  message.setPolicy(inner);
  return message;
});

const group: fc.Arbitrary<ConfigGroup> = fc.letrec<{ group: ConfigGroup }>((tie) => ({
  group: fc
    .record({
      version,
      modPolicy,
      values: fc.dictionary(name, value, { maxKeys: 3 }),
      policies: fc.dictionary(name, policy, { maxKeys: 2 }),
      groups: fc.oneof(
        { maxDepth: 3 },
        fc.constant<Record<string, ConfigGroup>>({}),
        fc.dictionary(name, tie("group"), { maxKeys: 3 }),
      ),
    })
    .map((fields) => {
      const message = new ConfigGroup();
      message.setVersion(fields.version);
      message.setModPolicy(fields.modPolicy);
      Object.entries(fields.values).forEach(([key, member]) => message.getValuesMap().set(key, member));
      Object.entries(fields.policies).forEach(([key, member]) => message.getPoliciesMap().set(key, member));
      Object.entries(fields.groups).forEach(([key, member]) => message.getGroupsMap().set(key, member));
      return message;
    }),
})).group;

function configOf(channelGroup: ConfigGroup, sequence = 0): Config {
  const config = new Config();
  config.setSequence(sequence);
  config.setChannelGroup(channelGroup);
  return config;
}

/** The tree with all versions zero: what it says, not when it was said. */
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

describe("config difference", function () {
  this.timeout(120_000);

  it("equals configtxlator's for any two trees, since orderers check it against the same rules", () => {
    fc.assert(
      fc.property(group, group, (current, target) => {
        const ours = computeConfigUpdate(CHANNEL, configOf(current), target);
        fc.pre(ours !== undefined);
        const reference = referenceConfigUpdate(
          CHANNEL,
          configOf(current).serializeBinary(),
          configOf(target).serializeBinary(),
        );
        assert.equal(
          Buffer.from(ours.serializeBinary()).toString("hex"),
          Buffer.from(ConfigUpdate.deserializeBinary(reference).serializeBinary()).toString("hex"),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("turns the current tree into the target when applied, whatever the two are", () => {
    fc.assert(
      fc.property(group, group, (current, target) => {
        const config = configOf(current, 7);
        const update = computeConfigUpdate(CHANNEL, config, target);
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
        assert.equal(computeConfigUpdate(CHANNEL, configOf(current), withoutVersions(current)), undefined);
      }),
    );
  });

  it("leaves both inputs as they were, so that a plan can go on from them", () => {
    fc.assert(
      fc.property(group, group, (current, target) => {
        const before = [bytes(current), bytes(target)];
        const update = computeConfigUpdate(CHANNEL, configOf(current), target);
        if (update !== undefined) {
          applyConfigUpdate(configOf(current), update);
        }
        assert.deepEqual([bytes(current), bytes(target)], before);
      }),
    );
  });

  it("says so when a config has no channel group", () => {
    assert.throws(() => computeConfigUpdate(CHANNEL, new Config(), new ConfigGroup()), {
      message: "the current config of channel trade has no channel group",
    });
  });
});
