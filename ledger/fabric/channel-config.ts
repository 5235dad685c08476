/**
 * Description of a Fabric channel, in plain data.
 *
 * The same value builds the genesis block of a new channel and is, later, the target of the config update that is
 * computed from the live config. PEM strings hold one certificate unless a field says bundle.
 */

/** Consensus of a channel's ordering service, by the names Fabric's `ConsensusType` uses. */
export type Consensus = "etcdraft" | "BFT";

/** Verification material of an organisation: the channel half of its MSP. */
export interface OrganizationMsp {
  /** MSP identifier, for example `Org1MSP`. */
  mspId: string;
  /**
   * Root CA certificates (PEM) of enrolment identities. At least one. NodeOU roles are bound to it when it is the
   * only one; with several roots or with intermediates, Fabric takes a role from any of them only if it is not bound.
   */
  caCertificates: string[];
  /** Intermediate CA certificates (PEM). */
  intermediateCaCertificates?: string[];
  /** Root CA certificates (PEM) of TLS identities. At least one. */
  tlsCaCertificates: string[];
  /** Revocation lists (PEM) of the CAs of enrolment identities. Left out: the lists of a live channel stay. */
  revocationLists?: string[];
}

export interface HostPort {
  host: string;
  port: number;
}

export interface OrdererOrganization {
  /** Group name in the channel config, for example `orderer`. */
  name: string;
  msp: OrganizationMsp;
  /** Addresses that peers and gateways deliver from and broadcast to. */
  endpoints: HostPort[];
}

export interface PeerOrganization {
  /** Group name in the channel config, for example `org1`. */
  name: string;
  msp: OrganizationMsp;
  anchorPeers: HostPort[];
}

/** One voting orderer. Raft reads the TLS certificates, BFT also `mspId` and `identity`. */
export interface Consenter extends HostPort {
  mspId: string;
  clientTlsCertificate: string;
  serverTlsCertificate: string;
  /** Enrolment certificate (PEM) of the orderer. */
  identity: string;
}

/** When an orderer cuts a block. */
export interface BatchSettings {
  /** Longest wait after the first transaction, a Go duration such as `2s` or `200ms`. */
  timeout: string;
  /** Maximum number of transactions in a block. */
  maxMessageCount: number;
  /** Maximum size of a block in bytes. */
  absoluteMaxBytes: number;
  /** Size in bytes at which a block is closed. */
  preferredMaxBytes: number;
}

/** Capability levels; `V3_0` for the channel is what BFT needs. */
export interface Capabilities {
  channel: string;
  orderer: string;
  application: string;
}

export interface ChannelConfig {
  /** `[a-z][a-z0-9.-]*`, at most 249 characters. */
  channelId: string;
  consensus: Consensus;
  ordererOrganizations: OrdererOrganization[];
  peerOrganizations: PeerOrganization[];
  consenters: Consenter[];
  batch: BatchSettings;
  capabilities: Capabilities;
}
