/** Config of a channel, from the stack file and the organisations' certificates. */
import type {
  Capabilities,
  ChannelConfig,
  Consenter,
  HostPort,
  OrdererOrganization,
  PeerOrganization,
} from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { addressText } from "../../../ledger/fabric/config-normal-form";
import { expandBlock } from "../../../ledger/fabric/consortium/compressed-block";
import type { OrderingOrganization } from "../../../ledger/fabric/consortium/organization-json";
import type { DeepInput } from "../../../provider/sdk";
import { parseQuantity, type FoundedChannel, type JoinedChannel } from "../../../config";

interface MspMaterial {
  mspId: string;
  caCertificate: DeepInput<string>;
  tlsCaCertificate: DeepInput<string>;
  revocationLists?: DeepInput<string[]> | undefined;
}

/** A member of a channel. */
export interface ChannelMember {
  name: string;
  msp: MspMaterial;
  /** Names and ports of its nodes in channels, in order. */
  endpoints: HostPort[];
}

export interface OrdererNode {
  mspId: string;
  /** Its name and port in channels. */
  endpoint: HostPort;
  certificate: DeepInput<string>;
  tlsCertificate: DeepInput<string>;
}

export interface ChannelConfigSpec {
  channel: FoundedChannel;
  ordererOrganizations: DeepInput<OrdererOrganization[]>;
  /** Members of the channel. */
  peerOrganizations: DeepInput<PeerOrganization[]>;
  consenters: DeepInput<Consenter[]>;
}

/** With two anchor peers organisations find each other while one is down; further peers change no channel. */
const anchorsPerOrganization = 2;

/** Highest capability levels of orderers and peers that there are; every supported release knows them. */
const capabilities: Omit<Capabilities, "channel"> = { orderer: "V2_0", application: "V2_5" };

/** This stack's members of a channel that a partner founded. */
export interface OwnMembers {
  peers: readonly PeerOrganization[];
  orderers: readonly Required<OrderingOrganization>[];
}

type Deep<T> = { [K in keyof T]: undefined extends T[K] ? DeepInput<T[K]> | undefined : DeepInput<T[K]> };

export function buildChannelConfig(spec: ChannelConfigSpec): Deep<ChannelConfig> {
  const { channel } = spec;
  return {
    channelId: channel.name,
    consensus: channel.consensus,
    ordererOrganizations: spec.ordererOrganizations,
    peerOrganizations: spec.peerOrganizations,
    consenters: spec.consenters,
    batch: {
      timeout: channel.batch.timeout,
      maxMessageCount: channel.batch.maxMessageCount,
      absoluteMaxBytes: bytes(channel.batch.absoluteMaxBytes),
      preferredMaxBytes: bytes(channel.batch.preferredMaxBytes),
    },
    capabilities: { channel: channel.capability, ...capabilities },
  };
}

/** An orderer as a consenter. */
export function consenterPart({ mspId, endpoint, certificate, tlsCertificate }: OrdererNode): Deep<Consenter> {
  return {
    mspId,
    ...endpoint,
    identity: certificate,
    clientTlsCertificate: tlsCertificate,
    serverTlsCertificate: tlsCertificate,
  };
}

/** An orderer organisation's part of a channel. */
export function ordererPart({ name, msp, endpoints }: ChannelMember): Deep<OrdererOrganization> {
  return { name, msp: channelMsp(msp), endpoints };
}

/** A peer organisation's part of a channel. */
export function peerPart({ name, msp, endpoints }: ChannelMember): Deep<PeerOrganization> {
  return { name, msp: channelMsp(msp), anchorPeers: endpoints.slice(0, anchorsPerOrganization) };
}

/**
 * Config that this stack wishes for a channel of a partner: as it was founded, with this stack's own parts and orderers, or
 * without its members where it leaves, with further members, and with the limits of blocks in the stack file.
 *
 * @param genesisBlock compressed
 * @param partners members of partners, by the names in the stack file
 */
export function buildJoinedConfig(
  genesisBlock: string,
  { batch, leave }: Pick<JoinedChannel, "batch" | "leave">,
  own: OwnMembers,
  partners: readonly PeerOrganization[],
): ChannelConfig {
  const { channelId, config } = decodeConfigBlock(expandBlock(genesisBlock));
  const founded = describeChannelConfig(channelId, config);
  const voting = own.orderers.flatMap(({ consenters }) => consenters);
  const isOwn = (consenter: Consenter) => voting.some((each) => addressText(each) === addressText(consenter));
  const stays = ({ name }: PeerOrganization) => !leave || !own.peers.some((each) => each.name === name);
  const { timeout, maxMessageCount, absoluteMaxBytes, preferredMaxBytes } = batch;
  return {
    ...founded,
    ordererOrganizations: withMembers(
      founded.ordererOrganizations,
      own.orderers.map(({ consenters: _, ...organization }) => organization),
    ),
    peerOrganizations: withMembers(founded.peerOrganizations, own.peers, partners).filter(stays),
    consenters: [...founded.consenters.filter((consenter) => !isOwn(consenter)), ...voting],
    batch: {
      timeout: timeout ?? founded.batch.timeout,
      maxMessageCount: maxMessageCount ?? founded.batch.maxMessageCount,
      absoluteMaxBytes: absoluteMaxBytes === undefined ? founded.batch.absoluteMaxBytes : bytes(absoluteMaxBytes),
      preferredMaxBytes: preferredMaxBytes === undefined ? founded.batch.preferredMaxBytes : bytes(preferredMaxBytes),
    },
  };
}

/** Organisations with this stack's in their place, then those that were none, this stack's and others'. */
function withMembers<T extends { name: string }>(
  founded: readonly T[],
  own: readonly T[],
  others: readonly T[] = [],
): T[] {
  const names = founded.map(({ name }) => name);
  const isNew = ({ name }: T) => !names.includes(name);
  return [
    ...founded.map((member) => own.find(({ name }) => name === member.name) ?? member),
    ...own.filter(isNew),
    ...others.filter(isNew),
  ];
}

function channelMsp({ mspId, caCertificate, tlsCaCertificate, revocationLists }: MspMaterial) {
  return { mspId, caCertificates: [caCertificate], tlsCaCertificates: [tlsCaCertificate], revocationLists };
}

/** Bytes of a size. The config has checked its form. */
function bytes(size: string): number {
  return Math.round(parseQuantity(size) ?? 0);
}
