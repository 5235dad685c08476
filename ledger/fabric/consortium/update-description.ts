/**
 * A config update in words, computed from its bytes and a live config, without its author's description.
 *
 * The words are complete. Changes of a channel's settings and members have phrases of their own. A second look finds
 * all other changes: it makes the described changes on the live tree, and names every element in which the result
 * differs from the update's result.
 */
import { createHash, X509Certificate } from "node:crypto";
import type { Config, ConfigGroup, ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { ConfigPolicy } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { ImplicitMetaPolicy, SignaturePolicyEnvelope } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import type { ChannelConfig, OrganizationMsp } from "../channel-config";
import { describeChanges } from "../config-changes";
import { describeChannelConfig } from "../config-decode";
import { applyConfigUpdate } from "../config-diff";
import { groupNames, policyNames, policyTypes } from "../config-names";
import { normalizeChannelConfig } from "../config-normal-form";
import { overlayChannelGroup } from "../config-overlay";
import { describeSignerRule, policySigners } from "../config-signers";
import { consenterStages } from "../config-plan";
import { migrationBetween } from "../consensus-migration";
import { formatImplicitMetaPolicy, formatSignaturePolicy } from "../../fabric/policy";
import { messageOf } from "../../../lib/errors";
import { problem, type Problem } from "../../../lib/problem";
import { validateChannelChange, validateChannelConfig } from "../validate-channel";
import { configElements, elementName, type ConfigElement } from "./config-elements";
import { printable } from "./printable";

export interface UpdateDescription {
  /** One phrase for each change, for example `batch timeout 2s -> 1s`. */
  changes: string[];
  /** One phrase for each consequence: the deciders from then on, the number of orderers that may fail. */
  consequences: string[];
  /** Reasons why no orderer or no peer could work with the outcome. Such an update is not to be signed. */
  problems: Problem[];
}

/** @throws Error when the outcome cannot be read */
export function describeConfigUpdate(channelId: string, live: Config, update: ConfigUpdate): UpdateDescription {
  const next = applyConfigUpdate(live, update);
  const before = describe(channelId, live, "the live config");
  const after = describe(channelId, next, "the config that the update makes");
  const [tree, outcome] = [groupOf(live), groupOf(next)];
  const migration = migrationBetween(tree, outcome, after);
  const migrated = live.clone();
  migrated.setChannelGroup(migration.group);
  const state = describe(channelId, migrated, "the config with the new consensus");
  const inherited = new Set(validateChannelConfig(before, "config").map(({ message }) => message));
  return {
    changes: [
      ...describeChanges(before, after).map(printable),
      ...describeAuthorities(before, after),
      ...migration.words,
      ...describeFurtherChanges(tree, overlayChannelGroup(migration.group, state, after), outcome),
    ],
    consequences: [...describeDeciders(tree, outcome), ...describeTolerance(before, after)],
    problems: [
      ...validateChannelConfig(after, "config").filter(({ message }) => !inherited.has(message)),
      ...validateChannelChange(before, after, "config"),
      ...validateConsenterStep(before, after, "config.consenters"),
    ],
  };
}

function describe(channelId: string, config: Config, what: string): ChannelConfig {
  try {
    return normalizeChannelConfig(describeChannelConfig(channelId, config));
  } catch (error) {
    throw new Error(`${what} of channel ${channelId} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function groupOf(config: Config): ConfigGroup {
  const group = config.getChannelGroup();
  if (group === undefined) throw new Error("the config has no channel group");
  return group;
}

/** Certificate authorities that come and go, by the fingerprints that `openssl x509 -fingerprint -sha256` prints. */
function describeAuthorities(before: ChannelConfig, after: ChannelConfig): string[] {
  const former = new Set(authorities(before));
  const future = new Set(authorities(after));
  return [
    ...[...future].filter((authority) => !former.has(authority)).map((authority) => `trust ${printable(authority)}`),
    ...[...former]
      .filter((authority) => !future.has(authority))
      .map((authority) => `trust no more ${printable(authority)}`),
  ];
}

function authorities({ ordererOrganizations, peerOrganizations }: ChannelConfig): string[] {
  const list = (kind: string, { mspId }: OrganizationMsp, certificates: string[] = []): string[] =>
    certificates.map((pem) => `${kind} of ${mspId} with SHA-256 ${new X509Certificate(pem).fingerprint256}`);
  return [...ordererOrganizations, ...peerOrganizations].flatMap(({ msp }) => [
    ...list("identity CA", msp, msp.caCertificates),
    ...list("intermediate identity CA", msp, msp.intermediateCaCertificates),
    ...list("TLS CA", msp, msp.tlsCaCertificates),
  ]);
}

function describeFurtherChanges(live: ConfigGroup, expected: ConfigGroup, outcome: ConfigGroup): string[] {
  const [former, known, real] = [configElements(live), configElements(expected), configElements(outcome)];
  const keys = [...new Set([...known.keys(), ...real.keys()])].sort();
  return keys.flatMap((key) => {
    const [before, should, is] = [former.get(key), known.get(key), real.get(key)];
    const name = elementName(key);
    if (is === undefined) return [`remove ${name}`];
    if (should === undefined) return [`add ${name}: ${contentInWords(is)}`];
    const modPolicy =
      should.modPolicy === is.modPolicy
        ? []
        : [`${name} is changed by ${printable(is.modPolicy)} instead of ${printable(should.modPolicy)}`];
    // Members that come and go have keys of their own.
    const isSame = should.content === is.content || key.startsWith("group ");
    const content = isSame ? [] : [`${name}: ${contentInWords(before ?? should)} -> ${contentInWords(is)}`];
    return [...modPolicy, ...content];
  });
}

/** A policy as text. Of other elements the size and the digest: their content has no words here. */
function contentInWords({ source, content }: ConfigElement): string {
  if (!(source instanceof ConfigPolicy)) {
    return `content with SHA-256 ${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
  }
  const policy = source.getPolicy();
  const bytes = policy?.getValue_asU8() ?? new Uint8Array();
  switch (policy?.getType()) {
    case policyTypes.signature:
      return printable(formatSignaturePolicy(SignaturePolicyEnvelope.deserializeBinary(bytes)));
    case policyTypes.implicitMeta:
      return printable(formatImplicitMetaPolicy(ImplicitMetaPolicy.deserializeBinary(bytes)));
    default:
      return `a policy of type ${policy?.getType() ?? 0}`;
  }
}

/** Elements of a channel by the policy that decides on their changes. */
const decisionNames = [
  ["the channel", `/Channel/${policyNames.admins}`],
  ["its ordering service", `/Channel/${groupNames.orderer}/${policyNames.admins}`],
  ["its members", `/Channel/${groupNames.application}/${policyNames.admins}`],
] as const;

function describeDeciders(before: ConfigGroup, after: ConfigGroup): string[] {
  return decisionNames.flatMap(([what, policy]) => {
    const [former, future] = [before, after].map((group) => describeSignerRule(policySigners(group, policy)));
    return former === future ? [] : [printable(`changes of ${what} then need ${future}, no longer ${former}`)];
  });
}

/** How many orderers may fail: half of raft's less one, a third of BFT's. */
function describeTolerance(before: ChannelConfig, after: ChannelConfig): string[] {
  const tolerance = ({ consensus, consenters }: ChannelConfig): number =>
    Math.floor((consenters.length - 1) / (consensus === "BFT" ? 3 : 2));
  const [former, future] = [tolerance(before), tolerance(after)];
  if (former === future) return [];
  const count = after.consenters.length;
  const then =
    future === 0
      ? `stops when ${count === 1 ? "its only orderer" : `one of its ${count} orderers`} does: it has no quorum without it`
      : `goes on without ${future} of ${count} orderers`;
  return [`the ordering service then ${then}; now it goes on without ${former} of ${before.consenters.length}`];
}

/** More than one consenter at a time could cost the ordering service its quorum, and orderers take no such update. */
function validateConsenterStep(before: ChannelConfig, after: ChannelConfig, path: string): Problem[] {
  if (before.consensus !== after.consensus) return [];
  const changed = consenterStages(before.consenters, after.consenters).length;
  if (changed <= 1) return [];
  const because = "more could leave the ordering service without a quorum";
  return [problem({ path, given: `${changed} changes`, must: "change one at a time", because })];
}
