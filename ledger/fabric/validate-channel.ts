/** Whether a channel can be built as described, and whether a live channel can become another. */
import type {
  BatchSettings,
  Capabilities,
  ChannelConfig,
  Consenter,
  OrdererOrganization,
  PeerOrganization,
} from "./channel-config";
import { addressText } from "./config-normal-form";
import { endpointsNeeded } from "./first-endpoints";
import { problem, show, type Problem } from "../../lib/problem";
import { validateAddress } from "./validate-address";
import { duplicates, each, notEmpty } from "./validate-lists";
import { validateChannelId, validateDuration } from "./validate-names";
import {
  validateCertificate,
  validateMemberships,
  validateOrdererOrganization,
  validatePeerOrganization,
  validateReachable,
} from "./validate-organization";

/** Largest value of the protobuf type uint32. */
const maxUint32 = 0xffffffff;
/**
 * Levels that some release of Fabric 2.5 or 3 knows (`HasCapability` in its `common/capabilities`): a node that reads another one
 * in a channel's config ends, and does so again whenever it starts.
 */
const capabilities: Readonly<Record<keyof Capabilities, readonly string[]>> = {
  channel: ["V1_1", "V1_3", "V1_4_2", "V1_4_3", "V2_0", "V3_0"],
  orderer: ["V1_1", "V1_4_2", "V2_0"],
  application: ["V1_1", "V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5"],
};
const bftChannelCapability = "V3_0";

/** All reasons why no channel can be built from `config`. */
export function validateChannelConfig(config: ChannelConfig, path: string): Problem[] {
  return [
    ...validateChannelId(config.channelId, `${path}.channelId`),
    ...notEmpty(config.ordererOrganizations, `${path}.ordererOrganizations`, "an ordering service needs one"),
    ...notEmpty(config.consenters, `${path}.consenters`, "a channel needs one to exist"),
    ...each(config.ordererOrganizations, `${path}.ordererOrganizations`, validateOrdererOrganization),
    ...validateEndpoints(config, `${path}.ordererOrganizations`),
    ...each(config.peerOrganizations, `${path}.peerOrganizations`, validatePeerOrganization),
    ...validateMemberships(config, path),
    ...each(config.consenters, `${path}.consenters`, validateConsenter),
    ...validateConsenterSet(config, path),
    ...validateBatch(config.batch, `${path}.batch`),
    ...validateCapabilities(config, `${path}.capabilities`),
  ];
}

/** All reasons why the channel `previous` cannot become `next` by config updates. */
export function validateChannelChange(previous: ChannelConfig, next: ChannelConfig, path: string): Problem[] {
  return [
    ...unchanged(previous.channelId, next.channelId, `${path}.channelId`, "a channel keeps its name for life"),
    ...validateConsensusChange(previous, next, `${path}.consensus`),
    ...keptCapabilities(previous.capabilities, next.capabilities, `${path}.capabilities`),
    ...keptMspIds(previous.ordererOrganizations, next.ordererOrganizations, `${path}.ordererOrganizations`),
    ...keptMspIds(previous.peerOrganizations, next.peerOrganizations, `${path}.peerOrganizations`),
  ];
}

/** Some orderer must be known to clients. A newer channel has to know one of each organisation. */
function validateEndpoints(
  { ordererOrganizations, capabilities: { channel } }: ChannelConfig,
  path: string,
): Problem[] {
  const isReachable = ordererOrganizations.some(({ endpoints }) => endpoints.length > 0);
  return isReachable && channel !== endpointsNeeded ? [] : each(ordererOrganizations, path, validateReachable);
}

function validateConsenter(consenter: Consenter, path: string): Problem[] {
  return [
    ...validateAddress(consenter, path),
    ...validateCertificate(consenter.clientTlsCertificate, `${path}.clientTlsCertificate`),
    ...validateCertificate(consenter.serverTlsCertificate, `${path}.serverTlsCertificate`),
  ];
}

function validateConsenterSet(config: ChannelConfig, path: string): Problem[] {
  const addresses = config.consenters.map(addressText);
  const clientCertificates = config.consenters.map(({ clientTlsCertificate }) => clientTlsCertificate.trim());
  const problems = [
    ...duplicates(addresses, `${path}.consenters`, "an address"),
    ...duplicates(clientCertificates, `${path}.consenters`, "a client TLS certificate", false),
  ];
  return config.consensus === "BFT" ? [...problems, ...validateBftIdentities(config, path)] : problems;
}

function validateBftIdentities(config: ChannelConfig, path: string): Problem[] {
  const mspIds = config.ordererOrganizations.map(({ msp }) => msp.mspId);
  return config.consenters.flatMap((consenter, index) => [
    ...(mspIds.includes(consenter.mspId)
      ? []
      : [
          problem({
            path: `${path}.consenters[${index}].mspId`,
            given: consenter.mspId,
            must: `be an orderer organisation's: ${mspIds.join(", ")}`,
          }),
        ]),
    ...validateCertificate(consenter.identity, `${path}.consenters[${index}].identity`),
  ]);
}

function validateBatch(batch: BatchSettings, path: string): Problem[] {
  const counts = (["maxMessageCount", "absoluteMaxBytes", "preferredMaxBytes"] as const).flatMap((field) =>
    Number.isInteger(batch[field]) && batch[field] > 0 && batch[field] <= maxUint32
      ? []
      : [problem({ path: `${path}.${field}`, given: batch[field], must: `be a whole number from 1 to ${maxUint32}` })],
  );
  const order =
    batch.preferredMaxBytes > batch.absoluteMaxBytes
      ? [
          problem({
            path: `${path}.preferredMaxBytes`,
            given: batch.preferredMaxBytes,
            must: `be ${batch.absoluteMaxBytes} (absoluteMaxBytes) or less`,
          }),
        ]
      : [];
  return [...validateDuration(batch.timeout, `${path}.timeout`), ...counts, ...order];
}

function validateCapabilities(config: ChannelConfig, path: string): Problem[] {
  const names = (["channel", "orderer", "application"] as const).flatMap((group) =>
    capabilities[group].includes(config.capabilities[group])
      ? []
      : [
          problem({
            path: `${path}.${group}`,
            given: config.capabilities[group],
            must: `be one of ${capabilities[group].join(", ")}`,
            because: "nodes end on a level that they do not know",
          }),
        ],
  );
  const bft =
    config.consensus === "BFT" && config.capabilities.channel !== bftChannelCapability
      ? [
          problem({
            path: `${path}.channel`,
            given: config.capabilities.channel,
            must: `be "${bftChannelCapability}"`,
            because: "consensus is BFT",
          }),
        ]
      : [];
  return [...names, ...bft];
}

/** Fewest consenters of a BFT channel that tolerates a faulty one: 3f+1. */
export const fewestBftConsenters = 4;

/** Fabric leads from raft to BFT only, and with fewer consenters accepts a BFT channel that tolerates no fault. */
function validateConsensusChange(previous: ChannelConfig, next: ChannelConfig, path: string): Problem[] {
  if (previous.consensus === next.consensus) return [];
  if (next.consensus === "etcdraft") {
    return unchanged(previous.consensus, next.consensus, path, "Fabric has no way back from BFT");
  }
  const given = next.consensus;
  const must = `stay ${show(previous.consensus)}`;
  const { channel } = previous.capabilities;
  const count = next.consenters.length;
  return [
    ...(channel === bftChannelCapability
      ? []
      : [
          problem({
            path,
            given,
            must,
            because: `the channel has the capability ${channel}, and BFT needs ${bftChannelCapability}`,
            hint: `First raise the channel's capability to ${bftChannelCapability}, in an update of its own`,
          }),
        ]),
    ...(count >= fewestBftConsenters
      ? []
      : [
          problem({
            path,
            given,
            must,
            because: `BFT with ${count} orderers tolerates no faulty one; ${fewestBftConsenters} tolerate one`,
          }),
        ]),
  ];
}

/** Fabric documents no way to a lower level, and nodes may have written data by the higher one. */
function keptCapabilities(previous: Capabilities, next: Capabilities, path: string): Problem[] {
  return (["channel", "orderer", "application"] as const).flatMap((group) => {
    const levels = capabilities[group];
    return levels.indexOf(next[group]) < levels.indexOf(previous[group]) && levels.includes(next[group])
      ? unchanged(previous[group], next[group], `${path}.${group}`, "a channel keeps the level that it reached")
      : [];
  });
}

function keptMspIds(
  previous: (OrdererOrganization | PeerOrganization)[],
  next: (OrdererOrganization | PeerOrganization)[],
  path: string,
): Problem[] {
  return next.flatMap((organization, index) => {
    const before = previous.find(({ name }) => name === organization.name);
    return before === undefined
      ? []
      : unchanged(
          before.msp.mspId,
          organization.msp.mspId,
          `${path}[${index}].msp.mspId`,
          "Fabric fixes it; add the organisation under another name",
        );
  });
}

function unchanged(previous: string, next: string, path: string, because: string): Problem[] {
  return previous === next ? [] : [problem({ path, given: next, must: `stay ${show(previous)}`, because })];
}
