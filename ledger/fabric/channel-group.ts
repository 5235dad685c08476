/**
 * The config tree of a channel, equal to what configtxgen makes of its sample profiles with NodeOU roles:
 * organisations' policies by role, everything above by implicit meta policies, every element governed by `Admins`.
 */
import type { Message } from "google-protobuf";
import { ConfigGroup, ConfigPolicy, ConfigValue } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import {
  BlockDataHashingStructure,
  Capabilities,
  Capability,
  HashingAlgorithm,
  OrdererAddresses,
} from "@hyperledger/fabric-protos/lib/common/configuration_pb";
import { Policy } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import {
  BatchSize,
  BatchTimeout,
  ChannelRestrictions,
  ConsensusType,
} from "@hyperledger/fabric-protos/lib/orderer/configuration_pb";
import { AnchorPeer, AnchorPeers } from "@hyperledger/fabric-protos/lib/peer/configuration_pb";
import type { BatchSettings, ChannelConfig, HostPort, OrdererOrganization, PeerOrganization } from "./channel-config";
import { groupNames, policyNames, policyTypes, valueNames } from "./config-names";
import { buildBlockValidationPolicy, buildOrderers, buildRaftMetadata, bftOptions } from "./consenters";
import { canonicalDuration } from "./config-normal-form";
import { fabricMspConfig } from "./msp";
import { parseImplicitMetaPolicy, parseSignaturePolicy } from "./policy";
import { throwProblems } from "../../lib/problem";
import { validateChannelConfig } from "./validate-channel";

/** The only width Fabric supports: 2^32-1, a flat hash over the block's data. */
const blockDataHashWidth = 0xffffffff;

const metaPolicies = {
  [policyNames.readers]: "ANY Readers",
  [policyNames.writers]: "ANY Writers",
  [policyNames.admins]: "MAJORITY Admins",
};

/**
 * The channel group of a new channel.
 *
 * @throws InputError with everything that is wrong with the config.
 */
export function buildChannelGroup(config: ChannelConfig): ConfigGroup {
  throwProblems(`channel ${config.channelId}`, validateChannelConfig(config, "config"));
  const group = newGroup();
  setMetaPolicies(group, metaPolicies);
  const hashing = new HashingAlgorithm();
  hashing.setName("SHA256");
  setValue(group, valueNames.hashingAlgorithm, hashing);
  const structure = new BlockDataHashingStructure();
  structure.setWidth(blockDataHashWidth);
  setValue(group, valueNames.blockDataHashingStructure, structure);
  setValue(group, valueNames.capabilities, buildCapabilities(config.capabilities.channel));
  group.getGroupsMap().set(groupNames.orderer, buildOrdererGroup(config));
  group.getGroupsMap().set(groupNames.application, buildApplicationGroup(config));
  return group;
}

export function buildOrdererOrganization(organization: OrdererOrganization): ConfigGroup {
  const { mspId } = organization.msp;
  const group = newGroup();
  setSignaturePolicies(group, {
    [policyNames.readers]: `OR('${mspId}.member')`,
    [policyNames.writers]: `OR('${mspId}.member')`,
    [policyNames.admins]: `OR('${mspId}.admin')`,
  });
  setValue(group, valueNames.msp, fabricMspConfig(organization.msp));
  setValue(group, valueNames.endpoints, buildEndpoints(organization.endpoints));
  return group;
}

export function buildPeerOrganization(organization: PeerOrganization): ConfigGroup {
  const { mspId } = organization.msp;
  const group = newGroup();
  setSignaturePolicies(group, {
    [policyNames.readers]: `OR('${mspId}.admin', '${mspId}.peer', '${mspId}.client')`,
    [policyNames.writers]: `OR('${mspId}.admin', '${mspId}.client')`,
    [policyNames.admins]: `OR('${mspId}.admin')`,
    [policyNames.endorsement]: `OR('${mspId}.peer')`,
  });
  setValue(group, valueNames.msp, fabricMspConfig(organization.msp));
  if (organization.anchorPeers.length > 0) {
    setValue(group, valueNames.anchorPeers, buildAnchorPeers(organization.anchorPeers));
  }
  return group;
}

/** Puts a message under `name`, governed by the group's `Admins`; version and mod policy of a live value are kept. */
export function setValue(group: ConfigGroup, name: string, message: Message): void {
  const value = group.getValuesMap().get(name) ?? new ConfigValue();
  value.setValue(message.serializeBinary());
  value.setModPolicy(value.getModPolicy() === "" ? policyNames.admins : value.getModPolicy());
  group.getValuesMap().set(name, value);
}

/** Puts a policy under `name`, governed by the group's `Admins`; version and mod policy of a live policy are kept. */
export function setPolicy(group: ConfigGroup, name: string, type: number, message: Message): void {
  const content = new Policy();
  content.setType(type);
  content.setValue(message.serializeBinary());
  const policy = group.getPoliciesMap().get(name) ?? new ConfigPolicy();
  policy.setPolicy(content);
  policy.setModPolicy(policy.getModPolicy() === "" ? policyNames.admins : policy.getModPolicy());
  group.getPoliciesMap().set(name, policy);
}

export function buildCapabilities(level: string): Capabilities {
  const capabilities = new Capabilities();
  capabilities.getCapabilitiesMap().set(level, new Capability());
  return capabilities;
}

export function buildEndpoints(endpoints: HostPort[]): OrdererAddresses {
  const addresses = new OrdererAddresses();
  addresses.setAddressesList(endpoints.map(({ host, port }) => `${host}:${port}`));
  return addresses;
}

export function buildAnchorPeers(peers: HostPort[]): AnchorPeers {
  const anchorPeers = new AnchorPeers();
  anchorPeers.setAnchorPeersList(
    peers.map(({ host, port }) => {
      const peer = new AnchorPeer();
      peer.setHost(host);
      peer.setPort(port);
      return peer;
    }),
  );
  return anchorPeers;
}

export function buildBatchSize(batch: BatchSettings): BatchSize {
  const size = new BatchSize();
  size.setMaxMessageCount(batch.maxMessageCount);
  size.setAbsoluteMaxBytes(batch.absoluteMaxBytes);
  size.setPreferredMaxBytes(batch.preferredMaxBytes);
  return size;
}

export function buildBatchTimeout(batch: BatchSettings): BatchTimeout {
  const timeout = new BatchTimeout();
  timeout.setTimeout(canonicalDuration(batch.timeout));
  return timeout;
}

function buildOrdererGroup(config: ChannelConfig): ConfigGroup {
  const group = newGroup();
  setMetaPolicies(group, { ...metaPolicies, [policyNames.blockValidation]: "ANY Writers" });
  setValue(group, valueNames.batchSize, buildBatchSize(config.batch));
  setValue(group, valueNames.batchTimeout, buildBatchTimeout(config.batch));
  setValue(group, valueNames.channelRestrictions, new ChannelRestrictions());
  setValue(group, valueNames.capabilities, buildCapabilities(config.capabilities.orderer));
  setConsensus(group, config);
  for (const organization of config.ordererOrganizations) {
    group.getGroupsMap().set(organization.name, buildOrdererOrganization(organization));
  }
  return group;
}

function setConsensus(group: ConfigGroup, config: ChannelConfig): void {
  const consensus = new ConsensusType();
  consensus.setType(config.consensus);
  if (config.consensus === "BFT") {
    const orderers = buildOrderers(config.consenters);
    setValue(group, valueNames.orderers, orderers);
    const validation = buildBlockValidationPolicy(orderers.getConsenterMappingList());
    setPolicy(group, policyNames.blockValidation, policyTypes.signature, validation);
    consensus.setMetadata(bftOptions().serializeBinary());
  } else {
    consensus.setMetadata(buildRaftMetadata(config.consenters).serializeBinary());
  }
  setValue(group, valueNames.consensusType, consensus);
}

function buildApplicationGroup(config: ChannelConfig): ConfigGroup {
  const group = newGroup();
  setMetaPolicies(group, {
    ...metaPolicies,
    [policyNames.endorsement]: "MAJORITY Endorsement",
    [policyNames.lifecycleEndorsement]: "MAJORITY Endorsement",
  });
  setValue(group, valueNames.capabilities, buildCapabilities(config.capabilities.application));
  for (const organization of config.peerOrganizations) {
    group.getGroupsMap().set(organization.name, buildPeerOrganization(organization));
  }
  return group;
}

function newGroup(): ConfigGroup {
  const group = new ConfigGroup();
  group.setModPolicy(policyNames.admins);
  return group;
}

function setMetaPolicies(group: ConfigGroup, policies: Record<string, string>): void {
  for (const [name, rule] of Object.entries(policies)) {
    setPolicy(group, name, policyTypes.implicitMeta, parseImplicitMetaPolicy(rule));
  }
}

function setSignaturePolicies(group: ConfigGroup, policies: Record<string, string>): void {
  for (const [name, rule] of Object.entries(policies)) {
    setPolicy(group, name, policyTypes.signature, parseSignaturePolicy(rule));
  }
}
