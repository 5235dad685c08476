/**
 * Signatures that a config update needs. For every element whose version rises, Fabric evaluates the policy that the
 * live element names. The same policies become rules over organisations' administrators here.
 */
import type {
  Config,
  ConfigGroup,
  ConfigPolicy,
  ConfigUpdate,
  ConfigValue,
} from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import {
  ImplicitMetaPolicy,
  SignaturePolicyEnvelope,
  type SignaturePolicy,
} from "@hyperledger/fabric-protos/lib/common/policies_pb";
import type { MSPPrincipal } from "@hyperledger/fabric-protos/lib/msp/msp_principal_pb";
import type { Map as ProtobufMap } from "google-protobuf";
import { policyTypes } from "./config-names";
import { readRolePrincipal } from "./policy";
import type { PolicyRole } from "./policy-expression";

/** Signatures that satisfy a policy: one organisation's administrator, or `n` of several rules. */
export type SignerRule = { mspId: string } | { n: number; of: SignerRule[] };

export interface RequiredSigners {
  /** Absolute policy path, for example `/Channel/Application/Admins`. */
  policy: string;
  rule: SignerRule;
}

const rootGroup = "Channel";
/** Roles for which an administrator's signature counts; a certificate has one role only. */
const administratorRoles: readonly PolicyRole[] = ["admin", "member"];
/** A rule that no administrator satisfies, for the parts of a policy about peers, orderers, clients or certificates. */
const nobodyRule: SignerRule = { n: 1, of: [] };

/** Every policy that `update` of `current` must satisfy, once each, by path. */
export function requiredSigners(current: Config, update: ConfigUpdate): RequiredSigners[] {
  const channel = current.getChannelGroup();
  const writeSet = update.getWriteSet();
  if (channel === undefined || writeSet === undefined) return [];
  const paths = new Set<string>();
  collectPolicies(channel, writeSet, [rootGroup], paths);
  return [...paths].sort().map((policy) => ({ policy, rule: policySigners(channel, policy) }));
}

/** True when one administrator of each of `mspIds` satisfies the rule. */
export function isSatisfiedBy(rule: SignerRule, mspIds: readonly string[]): boolean {
  if ("mspId" in rule) return mspIds.includes(rule.mspId);
  return rule.of.filter((inner) => isSatisfiedBy(inner, mspIds)).length >= rule.n;
}

/** `2 of (Org1MSP, Org2MSP, Org3MSP)`. */
export function describeSignerRule(rule: SignerRule): string {
  if ("mspId" in rule) return rule.mspId;
  if (rule.of.length === 0) return rule.n === 0 ? "nobody" : "no administrator can";
  const [only, ...others] = rule.of;
  if (only !== undefined && others.length === 0 && rule.n === 1) return describeSignerRule(only);
  return `${rule.n} of (${rule.of.map(describeSignerRule).join(", ")})`;
}

/** Collects the policy of each element of the write set whose version is higher than in the live tree. */
function collectPolicies(live: ConfigGroup, write: ConfigGroup, path: string[], paths: Set<string>): void {
  if (write.getVersion() > live.getVersion()) paths.add(policyPath(live.getModPolicy(), path));
  const leaves = [
    [live.getValuesMap(), write.getValuesMap()],
    [live.getPoliciesMap(), write.getPoliciesMap()],
  ] as [ProtobufMap<string, ConfigValue | ConfigPolicy>, ProtobufMap<string, ConfigValue | ConfigPolicy>][];
  for (const [liveLeaves, written] of leaves) {
    written.forEach((leaf, name) => {
      const before = liveLeaves.get(name);
      if (before !== undefined && leaf.getVersion() > before.getVersion()) {
        paths.add(policyPath(before.getModPolicy(), path));
      }
    });
  }
  write.getGroupsMap().forEach((group, name) => {
    const before = live.getGroupsMap().get(name);
    // The raised version of its parent group covers a new group.
    if (before !== undefined) collectPolicies(before, group, [...path, name], paths);
  });
}

/** Path of a mod policy, which is relative to the element's own group unless it starts at the root. */
function policyPath(modPolicy: string, groupPath: string[]): string {
  return modPolicy.startsWith("/") ? modPolicy : `/${[...groupPath, ...modPolicy.split("/")].join("/")}`;
}

/** The rule of the policy at an absolute path. @param channel channel group of a config */
export function policySigners(channel: ConfigGroup, path: string): SignerRule {
  const [root, ...names] = path.split("/").slice(1);
  const policyName = names.pop();
  let group: ConfigGroup | undefined = root === rootGroup ? channel : undefined;
  for (const name of names) {
    group = group?.getGroupsMap().get(name);
  }
  return group === undefined || policyName === undefined ? nobodyRule : resolveGroupPolicy(group, policyName);
}

function resolveGroupPolicy(group: ConfigGroup, name: string): SignerRule {
  const policy = group.getPoliciesMap().get(name)?.getPolicy();
  switch (policy?.getType()) {
    case policyTypes.signature: {
      const envelope = SignaturePolicyEnvelope.deserializeBinary(policy.getValue_asU8());
      const rule = envelope.getRule();
      return rule === undefined ? nobodyRule : resolveSignatureRule(rule, envelope.getIdentitiesList());
    }
    case policyTypes.implicitMeta:
      return resolveImplicitMeta(group, ImplicitMetaPolicy.deserializeBinary(policy.getValue_asU8()));
    default:
      return nobodyRule;
  }
}

function resolveSignatureRule(rule: SignaturePolicy, principals: MSPPrincipal[]): SignerRule {
  const outOf = rule.getNOutOf();
  if (outOf !== undefined) {
    return { n: outOf.getN(), of: outOf.getRulesList().map((inner) => resolveSignatureRule(inner, principals)) };
  }
  const principal = principals[rule.getSignedBy()];
  const role = principal === undefined ? undefined : readRolePrincipal(principal);
  return role !== undefined && administratorRoles.includes(role.role) ? { mspId: role.mspId } : nobodyRule;
}

/** Rule over the sub-groups' policies of one name: any, all, or more than half of them. Without sub-groups it is satisfied. */
function resolveImplicitMeta(group: ConfigGroup, policy: ImplicitMetaPolicy): SignerRule {
  const rules: { name: string; rule: SignerRule }[] = [];
  group.getGroupsMap().forEach((child, name) => {
    rules.push({ name, rule: resolveGroupPolicy(child, policy.getSubPolicy()) });
  });
  const of = rules.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ rule }) => rule);
  const { ANY, ALL } = ImplicitMetaPolicy.Rule;
  const majority = Math.floor(of.length / 2) + 1;
  const wanted = policy.getRule() === ANY ? 1 : policy.getRule() === ALL ? of.length : majority;
  return { n: of.length === 0 ? 0 : wanted, of };
}
