/** Normal form of channel configs, in which a live config is compared with a wished one. */
import type {
  ChannelConfig,
  Consenter,
  HostPort,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "./channel-config";
import { formatDuration, parseDuration } from "./duration";
import { canonicalCertificate, canonicalRevocationList } from "../../lib/x509/pem";

/**
 * The same channel in normal form: lists whose order has no meaning are sorted, certificates and durations are
 * canonical, and fields that a raft channel does not record (`mspId` and `identity` of consenters) are empty.
 * Two configs describe the same channel exactly when their normal forms are deeply equal.
 */
export function normalizeChannelConfig(config: ChannelConfig): ChannelConfig {
  const { channelId, consensus, capabilities, batch } = config;
  return {
    channelId,
    consensus,
    ordererOrganizations: sortBy(config.ordererOrganizations.map(normalizeOrdererOrganization), ({ name }) => name),
    peerOrganizations: sortBy(config.peerOrganizations.map(normalizePeerOrganization), ({ name }) => name),
    consenters: sortBy(
      config.consenters.map((consenter) => normalizeConsenter(consenter, consensus)),
      addressText,
    ),
    batch: {
      timeout: canonicalDuration(batch.timeout),
      maxMessageCount: batch.maxMessageCount,
      absoluteMaxBytes: batch.absoluteMaxBytes,
      preferredMaxBytes: batch.preferredMaxBytes,
    },
    capabilities: {
      channel: capabilities.channel,
      orderer: capabilities.orderer,
      application: capabilities.application,
    },
  };
}

function normalizeOrdererOrganization({ name, msp, endpoints }: OrdererOrganization): OrdererOrganization {
  return { name, msp: normalizeMsp(msp), endpoints: sortBy(endpoints.map(hostPort), addressText) };
}

function normalizePeerOrganization({ name, msp, anchorPeers }: PeerOrganization): PeerOrganization {
  return { name, msp: normalizeMsp(msp), anchorPeers: sortBy(anchorPeers.map(hostPort), addressText) };
}

/** `host:port`, the key of consenters, endpoints and anchor peers. */
export function addressText({ host, port }: HostPort): string {
  return `${host}:${port}`;
}

/** A duration in Go's form: `2000ms` becomes `2s`. Other text stays as it is. */
export function canonicalDuration(text: string): string {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? text : formatDuration(nanoseconds);
}

function normalizeMsp(msp: OrganizationMsp): OrganizationMsp {
  const intermediates = (msp.intermediateCaCertificates ?? []).map(canonicalCertificate);
  const lists = (msp.revocationLists ?? []).map(canonicalRevocationList);
  return {
    mspId: msp.mspId,
    caCertificates: msp.caCertificates.map(canonicalCertificate),
    ...(intermediates.length > 0 ? { intermediateCaCertificates: intermediates } : {}),
    tlsCaCertificates: msp.tlsCaCertificates.map(canonicalCertificate),
    ...(lists.length > 0 ? { revocationLists: lists } : {}),
  };
}

function normalizeConsenter(consenter: Consenter, consensus: ChannelConfig["consensus"]): Consenter {
  return {
    host: consenter.host,
    port: consenter.port,
    mspId: consensus === "BFT" ? consenter.mspId : "",
    clientTlsCertificate: canonicalCertificate(consenter.clientTlsCertificate),
    serverTlsCertificate: canonicalCertificate(consenter.serverTlsCertificate),
    identity: consensus === "BFT" && consenter.identity !== "" ? canonicalCertificate(consenter.identity) : "",
  };
}

function hostPort({ host, port }: HostPort): HostPort {
  return { host, port };
}

function sortBy<T>(items: T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
