/** Differences between two channels, as phrases for previews and messages. */
import { isDeepStrictEqual } from "node:util";
import type { ChannelConfig, HostPort, OrganizationMsp } from "./channel-config";
import { addressText, normalizeChannelConfig } from "./config-normal-form";
import { pairConsenters } from "./config-overlay";

/** One phrase for each difference. Both configs must be in normal form. */
export function describeChanges(current: ChannelConfig, next: ChannelConfig): string[] {
  if (current.consensus !== next.consensus) {
    // Raft records no identities, so those of BFT are no change.
    const [before, after] = [current, next].map((config) =>
      normalizeChannelConfig({ ...config, consensus: "etcdraft" }),
    );
    return [`consensus ${current.consensus} -> ${next.consensus}`, ...describeChanges(before!, after!)];
  }
  return [
    ...describeOrganizations("orderer organisation", current.ordererOrganizations, next.ordererOrganizations, (a, b) =>
      describeAddresses("endpoints", a.endpoints, b.endpoints),
    ),
    ...describeOrganizations("peer organisation", current.peerOrganizations, next.peerOrganizations, (a, b) =>
      describeAddresses("anchor peers", a.anchorPeers, b.anchorPeers),
    ),
    ...describeConsenters(current, next),
    ...describeFields("batch", current.batch, next.batch),
    ...describeFields("capability", current.capabilities, next.capabilities),
  ];
}

function describeOrganizations<T extends { name: string; msp: OrganizationMsp }>(
  kind: string,
  current: T[],
  next: T[],
  describeRest: (current: T, next: T) => string[],
): string[] {
  const added = next.filter(({ name }) => !current.some((organization) => organization.name === name));
  const changes = current.flatMap((before) => {
    const after = next.find(({ name }) => name === before.name);
    if (after === undefined) return [`remove ${kind} ${before.name}`];
    const parts = [...describeMsp(before.msp, after.msp), ...describeRest(before, after)];
    return parts.length === 0 ? [] : [`${kind} ${before.name}: ${parts.join(", ")}`];
  });
  return [...added.map(({ name }) => `add ${kind} ${name}`), ...changes];
}

function describeMsp(current: OrganizationMsp, next: OrganizationMsp): string[] {
  const { revocationLists: before, ...authorities } = current;
  const { revocationLists: after, ...nextAuthorities } = next;
  return [
    ...(isDeepStrictEqual(authorities, nextAuthorities) ? [] : ["certificate authorities"]),
    ...(isDeepStrictEqual(before, after) ? [] : ["revocation lists"]),
  ];
}

function describeAddresses(what: string, current: HostPort[], next: HostPort[]): string[] {
  const before = current.map(addressText);
  const after = next.map(addressText);
  const changes = [
    ...after.filter((address) => !before.includes(address)).map((address) => `+${address}`),
    ...before.filter((address) => !after.includes(address)).map((address) => `-${address}`),
  ];
  return changes.length === 0 ? [] : [`${what} ${changes.join(" ")}`];
}

function describeConsenters(current: ChannelConfig, next: ChannelConfig): string[] {
  const pairs = pairConsenters(current.consenters, next.consenters);
  const kept = new Set(pairs.values());
  const changed = [...pairs].flatMap(([before, after]) => {
    if (isDeepStrictEqual(before, after)) return [];
    const isMoved = addressText(before) !== addressText(after);
    return [
      isMoved
        ? `move consenter ${addressText(before)} to ${addressText(after)}`
        : `renew certificates of consenter ${addressText(after)}`,
    ];
  });
  return [
    ...changed,
    ...next.consenters.filter((item) => !kept.has(item)).map((item) => `add consenter ${addressText(item)}`),
    ...current.consenters.filter((item) => !pairs.has(item)).map((item) => `remove consenter ${addressText(item)}`),
  ];
}

function describeFields<T extends object>(what: string, current: T, next: T): string[] {
  return (Object.keys(next) as (keyof T & string)[]).flatMap((field) =>
    current[field] === next[field] ? [] : [`${what} ${field} ${String(current[field])} -> ${String(next[field])}`],
  );
}
