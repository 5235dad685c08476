/** Config trees unlike any real channel's. */
import fc from "fast-check";
import { Config, ConfigGroup, ConfigPolicy, ConfigValue } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { Policy } from "@hyperledger/fabric-protos/lib/common/policies_pb";

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

/** Any tree. */
export const group: fc.Arbitrary<ConfigGroup> = fc.letrec<{ group: ConfigGroup }>((tie) => ({
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

export function configOf(channelGroup: ConfigGroup, sequence = 0): Config {
  const config = new Config();
  config.setSequence(sequence);
  config.setChannelGroup(channelGroup);
  return config;
}
