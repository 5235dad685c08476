/** Two ways to compare a described channel with a wished one: by a normal form, and side by side. */
import type {
  ChannelConfig,
  Consenter,
  HostPort,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "./channel-config";
import { formatDuration, parseDuration } from "./duration";
import { canonicalCertificate } from "./pem";

/**
 * The same channel in one spelling: lists without meaning in their order are sorted, certificates and durations
 * written canonically, and what a raft channel does not record (`mspId` and `identity` of consenters) emptied.
 * Two configs ask for the same channel exactly when their normal forms are deeply equal.
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

/**
 * `live`, written as `known` writes it wherever both mean the same: order of lists, spelling of certificates and
 * durations, and the parts a raft channel does not record. What differs, differs in the result; so the result equals
 * `known` exactly when nothing has drifted.
 */
export function alignChannelConfig(live: ChannelConfig, known: ChannelConfig): ChannelConfig {
  return {
    ...live,
    ordererOrganizations: alignList(
      live.ordererOrganizations,
      known.ordererOrganizations,
      ({ name }) => name,
      (theirs, ours) => ({
        ...theirs,
        msp: alignMsp(theirs.msp, ours.msp),
        endpoints: alignList(theirs.endpoints, ours.endpoints, addressText, (_, address) => address),
      }),
    ),
    peerOrganizations: alignList(
      live.peerOrganizations,
      known.peerOrganizations,
      ({ name }) => name,
      (theirs, ours) => ({
        ...theirs,
        msp: alignMsp(theirs.msp, ours.msp),
        anchorPeers: alignList(theirs.anchorPeers, ours.anchorPeers, addressText, (_, address) => address),
      }),
    ),
    consenters: alignList(live.consenters, known.consenters, addressText, (theirs, ours) =>
      alignConsenter(theirs, ours, live.consensus),
    ),
    batch: { ...live.batch, timeout: alignText(live.batch.timeout, known.batch.timeout, canonicalDuration) },
  };
}

function normalizeOrdererOrganization({ name, msp, endpoints }: OrdererOrganization): OrdererOrganization {
  return { name, msp: normalizeMsp(msp), endpoints: sortBy(endpoints.map(hostPort), addressText) };
}

function normalizePeerOrganization({ name, msp, anchorPeers }: PeerOrganization): PeerOrganization {
  return { name, msp: normalizeMsp(msp), anchorPeers: sortBy(anchorPeers.map(hostPort), addressText) };
}

/** `host:port`: what tells consenters, endpoints and anchor peers apart. */
export function addressText({ host, port }: HostPort): string {
  return `${host}:${port}`;
}

/** The spelling Go prints: `2000ms` becomes `2s`. A text that is no duration stays as it is. */
export function canonicalDuration(text: string): string {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? text : formatDuration(nanoseconds);
}

function normalizeMsp(msp: OrganizationMsp): OrganizationMsp {
  const intermediates = (msp.intermediateCaCertificates ?? []).map(canonicalCertificate);
  return {
    mspId: msp.mspId,
    caCertificates: msp.caCertificates.map(canonicalCertificate),
    ...(intermediates.length > 0 ? { intermediateCaCertificates: intermediates } : {}),
    tlsCaCertificates: msp.tlsCaCertificates.map(canonicalCertificate),
  };
}

function normalizeConsenter(consenter: Consenter, consensus: ChannelConfig["consensus"]): Consenter {
  return {
    host: consenter.host,
    port: consenter.port,
    mspId: consensus === "BFT" ? consenter.mspId : "",
    clientTlsCertificate: canonicalCertificate(consenter.clientTlsCertificate),
    serverTlsCertificate: canonicalCertificate(consenter.serverTlsCertificate),
    identity: consensus === "BFT" ? canonicalCertificate(consenter.identity) : "",
  };
}

function alignConsenter(live: Consenter, known: Consenter, consensus: ChannelConfig["consensus"]): Consenter {
  const isRecorded = consensus === "BFT";
  return {
    ...known,
    mspId: isRecorded ? live.mspId : known.mspId,
    clientTlsCertificate: alignText(live.clientTlsCertificate, known.clientTlsCertificate, canonicalCertificate),
    serverTlsCertificate: alignText(live.serverTlsCertificate, known.serverTlsCertificate, canonicalCertificate),
    identity: isRecorded ? alignText(live.identity, known.identity, canonicalCertificate) : known.identity,
  };
}

function alignMsp(live: OrganizationMsp, known: OrganizationMsp): OrganizationMsp {
  return JSON.stringify(normalizeMsp(live)) === JSON.stringify(normalizeMsp(known)) ? known : live;
}

function alignText(live: string, known: string, canonical: (text: string) => string): string {
  return canonical(live) === canonical(known) ? known : live;
}

/** Entries both lists have, in the order of `known`; then those only `live` has. */
function alignList<T>(live: T[], known: T[], key: (item: T) => string, align: (live: T, known: T) => T): T[] {
  const byKey = new Map(live.map((item) => [key(item), item]));
  const shared = known.flatMap((item) => {
    const theirs = byKey.get(key(item));
    return theirs === undefined ? [] : [align(theirs, item)];
  });
  const knownKeys = new Set(known.map(key));
  return [...shared, ...live.filter((item) => !knownKeys.has(key(item)))];
}

function hostPort({ host, port }: HostPort): HostPort {
  return { host, port };
}

function sortBy<T>(items: T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
