/** Live channel configs: read from a config block, and described as ChannelConfig. */
import {
  Block,
  ChannelHeader,
  Envelope,
  Metadata,
  OrdererBlockMetadata,
  Payload,
} from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ConfigEnvelope, type Config, type ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { Capabilities, OrdererAddresses, Orderers } from "@hyperledger/fabric-protos/lib/common/configuration_pb";
import { FabricMSPConfig, MSPConfig } from "@hyperledger/fabric-protos/lib/msp/msp_config_pb";
import { BatchSize, BatchTimeout, ConsensusType } from "@hyperledger/fabric-protos/lib/orderer/configuration_pb";
import { ConfigMetadata } from "@hyperledger/fabric-protos/lib/orderer/etcdraft/configuration_pb";
import { AnchorPeers } from "@hyperledger/fabric-protos/lib/peer/configuration_pb";
import type {
  BatchSettings,
  ChannelConfig,
  Consensus,
  Consenter,
  HostPort,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "./channel-config";
import { groupNames, valueNames } from "./config-names";
import { messageOf } from "../../lib/errors";
import { canonicalRevocationList } from "../../lib/x509/pem";

export { keepEquivalentCertificates } from "./config-equivalence";
export { normalizeChannelConfig } from "./config-normal-form";

export interface DecodedConfig {
  channelId: string;
  /** Sequence of the channel config: 0 in the genesis block. */
  sequence: number;
  config: Config;
}

/** `HeaderType.CONFIG`. */
const headerTypeConfig = 1;

/**
 * Reads a config block.
 *
 * @param bytes protobuf bytes of `common.Block`
 * @throws Error when `bytes` are no block, or a block of transactions.
 */
export function decodeConfigBlock(bytes: Uint8Array): DecodedConfig {
  try {
    const envelope = Block.deserializeBinary(bytes).getData()?.getDataList_asU8()[0];
    const payload = Payload.deserializeBinary(Envelope.deserializeBinary(present(envelope, "data")).getPayload_asU8());
    const header = ChannelHeader.deserializeBinary(present(payload.getHeader(), "header").getChannelHeader_asU8());
    if (header.getType() !== headerTypeConfig) {
      throw new Error(`its first message has type ${header.getType()}, not ${headerTypeConfig} (CONFIG)`);
    }
    const config = present(ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig(), "config");
    return { channelId: header.getChannelId(), sequence: config.getSequence(), config };
  } catch (error) {
    throw new Error(`not a config block (${bytes.length} bytes): ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Number of the config block in force when a block was cut. Orderers record it in every block's metadata.
 *
 * @param bytes protobuf bytes of `common.Block`
 * @throws Error when `bytes` are no block, or a block without this record.
 */
export function lastConfigBlockNumber(bytes: Uint8Array): number {
  try {
    const signatures = present(Block.deserializeBinary(bytes).getMetadata(), "metadata").getMetadataList_asU8()[0];
    const value = Metadata.deserializeBinary(present(signatures, "signature metadata")).getValue_asU8();
    return present(OrdererBlockMetadata.deserializeBinary(value).getLastConfig(), "last config").getIndex();
  } catch (error) {
    throw new Error(`not a block of an orderer (${bytes.length} bytes): ${messageOf(error)}`, { cause: error });
  }
}

/**
 * A live config as a ChannelConfig. Lists have the order of the live config, organisations are sorted by name. Fields
 * that raft does not record (`mspId` and `identity` of consenters) are empty. Compare the result with inputs by
 * normalizeChannelConfig.
 *
 * @throws Error when the config is no application channel's, or has a consensus that this project does not know.
 */
export function describeChannelConfig(channelId: string, config: Config): ChannelConfig {
  const channel = present(config.getChannelGroup(), "channel group");
  const orderer = present(channel.getGroupsMap().get(groupNames.orderer), `group ${groupNames.orderer}`);
  const application = present(channel.getGroupsMap().get(groupNames.application), `group ${groupNames.application}`);
  const consensus = describeConsensus(orderer);
  return {
    channelId,
    consensus,
    ordererOrganizations: sortedGroups(orderer).map(([name, group]) => describeOrdererOrganization(name, group)),
    peerOrganizations: sortedGroups(application).map(([name, group]) => describePeerOrganization(name, group)),
    consenters: consensus === "BFT" ? describeBftConsenters(orderer) : describeRaftConsenters(orderer),
    batch: describeBatch(orderer),
    capabilities: {
      channel: describeCapability(channel),
      orderer: describeCapability(orderer),
      application: describeCapability(application),
    },
  };
}

/** Raw bytes of a value. Empty when the value is not set; every message type reads empty bytes as its default. */
export function valueBytes(group: ConfigGroup, name: string): Uint8Array {
  return group.getValuesMap().get(name)?.getValue_asU8() ?? new Uint8Array();
}

function describeConsensus(orderer: ConfigGroup): Consensus {
  const type = readConsensusType(orderer).getType();
  if (type !== "etcdraft" && type !== "BFT") {
    throw new Error(`consensus type "${type}" of the channel is neither "etcdraft" nor "BFT"`);
  }
  return type;
}

export function readConsensusType(orderer: ConfigGroup): ConsensusType {
  return ConsensusType.deserializeBinary(valueBytes(orderer, valueNames.consensusType));
}

/** The raft metadata inside the consensus type. */
export function readRaftMetadata(orderer: ConfigGroup): ConfigMetadata {
  return ConfigMetadata.deserializeBinary(readConsensusType(orderer).getMetadata_asU8());
}

function describeOrdererOrganization(name: string, group: ConfigGroup): OrdererOrganization {
  const endpoints = OrdererAddresses.deserializeBinary(valueBytes(group, valueNames.endpoints)).getAddressesList();
  return { name, msp: describeMsp(group), endpoints: endpoints.map(parseAddress) };
}

function describePeerOrganization(name: string, group: ConfigGroup): PeerOrganization {
  const peers = AnchorPeers.deserializeBinary(valueBytes(group, valueNames.anchorPeers)).getAnchorPeersList();
  return {
    name,
    msp: describeMsp(group),
    anchorPeers: peers.map((peer) => ({ host: peer.getHost(), port: peer.getPort() })),
  };
}

/** The Fabric part of an organisation's MSP value. */
export function readFabricMspConfig(group: ConfigGroup): FabricMSPConfig {
  const msp = MSPConfig.deserializeBinary(valueBytes(group, valueNames.msp));
  return FabricMSPConfig.deserializeBinary(msp.getConfig_asU8());
}

function describeMsp(group: ConfigGroup): OrganizationMsp {
  const msp = readFabricMspConfig(group);
  const intermediates = msp.getIntermediateCertsList_asU8().map(text);
  // Other tools may write DER.
  const lists = msp.getRevocationListList_asU8().map(canonicalRevocationList);
  return {
    mspId: msp.getName(),
    caCertificates: msp.getRootCertsList_asU8().map(text),
    ...(intermediates.length > 0 ? { intermediateCaCertificates: intermediates } : {}),
    tlsCaCertificates: msp.getTlsRootCertsList_asU8().map(text),
    ...(lists.length > 0 ? { revocationLists: lists } : {}),
  };
}

function describeRaftConsenters(orderer: ConfigGroup): Consenter[] {
  return readRaftMetadata(orderer)
    .getConsentersList()
    .map((consenter) => ({
      host: consenter.getHost(),
      port: consenter.getPort(),
      mspId: "",
      clientTlsCertificate: text(consenter.getClientTlsCert_asU8()),
      serverTlsCertificate: text(consenter.getServerTlsCert_asU8()),
      identity: "",
    }));
}

function describeBftConsenters(orderer: ConfigGroup): Consenter[] {
  return Orderers.deserializeBinary(valueBytes(orderer, valueNames.orderers))
    .getConsenterMappingList()
    .map((consenter) => ({
      host: consenter.getHost(),
      port: consenter.getPort(),
      mspId: consenter.getMspId(),
      clientTlsCertificate: text(consenter.getClientTlsCert_asU8()),
      serverTlsCertificate: text(consenter.getServerTlsCert_asU8()),
      identity: text(consenter.getIdentity_asU8()),
    }));
}

function describeBatch(orderer: ConfigGroup): BatchSettings {
  const size = BatchSize.deserializeBinary(valueBytes(orderer, valueNames.batchSize));
  return {
    timeout: BatchTimeout.deserializeBinary(valueBytes(orderer, valueNames.batchTimeout)).getTimeout(),
    maxMessageCount: size.getMaxMessageCount(),
    absoluteMaxBytes: size.getAbsoluteMaxBytes(),
    preferredMaxBytes: size.getPreferredMaxBytes(),
  };
}

/** The highest level set, which is the effective one; empty when the group has none. */
function describeCapability(group: ConfigGroup): string {
  const levels = Capabilities.deserializeBinary(valueBytes(group, valueNames.capabilities)).getCapabilitiesMap();
  const names: string[] = [];
  levels.forEach((_, name) => names.push(name));
  return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1) ?? "";
}

function sortedGroups(group: ConfigGroup): [string, ConfigGroup][] {
  const groups: [string, ConfigGroup][] = [];
  group.getGroupsMap().forEach((child, name) => groups.push([name, child]));
  return groups.sort(([a], [b]) => (a < b ? -1 : 1));
}

function parseAddress(address: string): HostPort {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the ${what} is missing`);
  return value;
}
