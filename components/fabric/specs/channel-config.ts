/** Config of a channel, from the stack file and the organisations' certificates. */
import type { Capabilities, ChannelConfig } from "../../../ledger/fabric/channel-config";
import type { DeepInput } from "../../../provider/sdk";
import { parseQuantity, type ChannelEntry } from "../../../config";
import { ports } from "../names";

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
  /** DNS names of its nodes' Services, in order. */
  hosts: string[];
}

export interface OrdererNode {
  mspId: string;
  host: string;
  certificate: DeepInput<string>;
  tlsCertificate: DeepInput<string>;
}

export interface ChannelConfigSpec {
  channel: ChannelEntry;
  ordererOrganizations: ChannelMember[];
  /** Members of the channel. */
  peerOrganizations: ChannelMember[];
  orderers: OrdererNode[];
}

/** With two anchor peers organisations find each other while one is down; further peers change no channel. */
const anchorsPerOrganization = 2;

/** Highest capability levels of orderers and peers that there are; every supported release knows them. */
const capabilities: Omit<Capabilities, "channel"> = { orderer: "V2_0", application: "V2_5" };

export function buildChannelConfig(spec: ChannelConfigSpec): {
  [K in keyof ChannelConfig]: DeepInput<ChannelConfig[K]>;
} {
  const { channel } = spec;
  return {
    channelId: channel.name,
    consensus: channel.consensus,
    ordererOrganizations: spec.ordererOrganizations.map(({ name, msp, hosts }) => ({
      name,
      msp: channelMsp(msp),
      endpoints: hosts.map((host) => ({ host, port: ports.orderer.grpc })),
    })),
    peerOrganizations: spec.peerOrganizations.map(({ name, msp, hosts }) => ({
      name,
      msp: channelMsp(msp),
      anchorPeers: hosts.slice(0, anchorsPerOrganization).map((host) => ({ host, port: ports.peer.grpc })),
    })),
    consenters: spec.orderers.map(({ mspId, host, certificate, tlsCertificate }) => ({
      mspId,
      host,
      port: ports.orderer.grpc,
      identity: certificate,
      clientTlsCertificate: tlsCertificate,
      serverTlsCertificate: tlsCertificate,
    })),
    batch: {
      timeout: channel.batch.timeout,
      maxMessageCount: channel.batch.maxMessageCount,
      absoluteMaxBytes: bytes(channel.batch.absoluteMaxBytes),
      preferredMaxBytes: bytes(channel.batch.preferredMaxBytes),
    },
    capabilities: { channel: channel.capability, ...capabilities },
  };
}

function channelMsp({ mspId, caCertificate, tlsCaCertificate, revocationLists }: MspMaterial) {
  return { mspId, caCertificates: [caCertificate], tlsCaCertificates: [tlsCaCertificate], revocationLists };
}

/** Bytes of a size. The config has checked its form. */
function bytes(size: string): number {
  return Math.round(parseQuantity(size) ?? 0);
}
