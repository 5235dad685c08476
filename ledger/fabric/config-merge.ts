/**
 * Three-way changes of a channel, which several parties may change.
 *
 * `base` is the config wished at the last update, `live` the channel's config now, `wished` the config wished now. A
 * difference between base and wished is our change, and is applied to live. A difference between base and live is
 * another party's change, and stays. An element with both changes is a conflict that only a person can resolve.
 */
import { isDeepStrictEqual } from "node:util";
import { problem, show, type Problem } from "../../lib/problem";
import type { ChannelConfig, Consenter, HostPort, OrganizationMsp } from "./channel-config";
import { describeChanges } from "./config-changes";
import { keepEquivalentCertificates } from "./config-equivalence";
import { canonicalRevocationList } from "../../lib/x509/pem";
import { addressText, normalizeChannelConfig } from "./config-normal-form";

export interface ChannelSides {
  /**
   * Undefined for a channel that is taken over. Everything wished is then a change, and members that only the live
   * channel has stay, since this side never wished them.
   */
  base: ChannelConfig | undefined;
  live: ChannelConfig;
  wished: ChannelConfig;
}

export interface ChannelMerge {
  /** Live with our changes, in normal form. Conflicting elements stay as in live. */
  config: ChannelConfig;
  conflicts: Problem[];
}

/** Applies the changes between base and wished to live. Paths of conflicts are those of ChannelConfig below `path`. */
export function mergeChannelConfig(sides: ChannelSides, path: string): ChannelMerge {
  const live = normalizeChannelConfig(sides.live);
  const align = (config: ChannelConfig): ChannelConfig =>
    normalizeChannelConfig({
      ...withIdentities(keepEquivalentCertificates(config, live), live),
      consensus: live.consensus,
    });
  const merge = new Merge();
  const wished = align(sides.wished);
  const base = sides.base && align(sides.base);
  const at = (name: string): string => `${path}.${name}`;
  const config: ChannelConfig = {
    // It cannot change; a later check refuses a difference.
    channelId: wished.channelId,
    consensus: merge.value(
      { base: sides.base?.consensus, live: live.consensus, wished: sides.wished.consensus },
      at("consensus"),
      show,
    ),
    ordererOrganizations: merge.members(
      { base: base?.ordererOrganizations, live: live.ordererOrganizations, wished: wished.ordererOrganizations },
      byName,
      (item) => ({ ...mergeOrganization(item), endpoints: mergeAddresses(item, ({ endpoints }) => endpoints) }),
      at("ordererOrganizations"),
    ),
    peerOrganizations: merge.members(
      { base: base?.peerOrganizations, live: live.peerOrganizations, wished: wished.peerOrganizations },
      byName,
      (item) => ({ ...mergeOrganization(item), anchorPeers: mergeAddresses(item, ({ anchorPeers }) => anchorPeers) }),
      at("peerOrganizations"),
    ),
    consenters: merge.members<Consenter>(
      { base: base?.consenters, live: live.consenters, wished: wished.consenters },
      addressText,
      (item) => merge.value(item, at(`consenters[${addressText(item.wished)}]`), () => "other certificates"),
      at("consenters"),
    ),
    batch: merge.fields({ base: base?.batch, live: live.batch, wished: wished.batch }, at("batch")),
    capabilities: merge.fields(
      { base: base?.capabilities, live: live.capabilities, wished: wished.capabilities },
      at("capabilities"),
    ),
  };
  return { config: normalizeChannelConfig(withIdentities(config, sides.wished)), conflicts: merge.conflicts };
}

/**
 * The part of a wish that is in force, which is the base of the next change: the wished config without what the live channel lacks of it,
 * and with what the wish takes out and the channel still has. It does not matter who brought it into force. The former base is
 * the answer where a conflict keeps the sides apart.
 */
export function wishInForce(sides: ChannelSides, wished: ChannelConfig): ChannelConfig | undefined {
  const { config: goal, conflicts } = mergeChannelConfig(sides, "config");
  if (conflicts.length > 0) return sides.base;
  // The work that is left, undone on the wish.
  return mergeChannelConfig({ base: goal, live: wished, wished: sides.live }, "config").config;
}

/** The config with identities of `other` for consenters that have none, since they come from a raft channel. */
function withIdentities(config: ChannelConfig, other: ChannelConfig): ChannelConfig {
  const known = new Map(other.consenters.map((consenter) => [addressText(consenter), consenter]));
  const complete = (consenter: Consenter): Consenter => {
    const { mspId, identity } = known.get(addressText(consenter)) ?? consenter;
    return consenter.identity === "" ? { ...consenter, mspId, identity } : consenter;
  };
  return { ...config, consenters: config.consenters.map(complete) };
}

/**
 * Changes of a channel by other parties since `own`, the config wished at the last update: one phrase for each
 * remaining difference, for example `batch timeout 2s -> 1s`.
 */
export function describeChangesElsewhere(own: ChannelConfig, live: ChannelConfig): string[] {
  return describeChanges(normalizeChannelConfig(keepEquivalentCertificates(own, live)), normalizeChannelConfig(live));
}

/**
 * `base` without the members that the live channel no longer has. When another party removed a member, wishing the
 * member again is then a change like any other.
 */
export function withoutRemovedMembers(base: ChannelConfig, live: ChannelConfig): ChannelConfig {
  const kept = <T>(own: T[], theirs: T[], key: (item: T) => string): T[] => {
    const present = new Set(theirs.map(key));
    return own.filter((item) => present.has(key(item)));
  };
  const withLists = <T extends Organization>(own: T, { msp }: Organization): T => {
    if (own.msp.revocationLists === undefined) return own;
    const revocationLists = kept(own.msp.revocationLists, msp.revocationLists ?? [], canonicalRevocationList);
    return { ...own, msp: { ...own.msp, revocationLists } };
  };
  return {
    ...base,
    ordererOrganizations: kept(base.ordererOrganizations, live.ordererOrganizations, byName).map((organization) => ({
      ...withLists(organization, twin(organization, live.ordererOrganizations)),
      endpoints: kept(organization.endpoints, twin(organization, live.ordererOrganizations).endpoints, addressText),
    })),
    peerOrganizations: kept(base.peerOrganizations, live.peerOrganizations, byName).map((organization) => ({
      ...withLists(organization, twin(organization, live.peerOrganizations)),
      anchorPeers: kept(organization.anchorPeers, twin(organization, live.peerOrganizations).anchorPeers, addressText),
    })),
    consenters: kept(base.consenters, live.consenters, addressText),
  };
}

interface Sides<T> {
  base: T | undefined;
  live: T;
  wished: T;
}

type ListSides<T> = Sides<T[]>;

class Merge {
  readonly conflicts: Problem[] = [];

  /** Merges members of a list by their keys. Removes a member of base that is not wished; keeps one that only live has. */
  members<T extends object>(
    { base, live, wished }: ListSides<T>,
    key: (item: T) => string,
    mergeItem: (item: Sides<T>) => T,
    path: string,
  ): T[] {
    const find = (list: T[] | undefined, item: T): T | undefined => list?.find((other) => key(other) === key(item));
    const staying = live.flatMap((item) => {
      const [before, after] = [find(base, item), find(wished, item)];
      if (after !== undefined) return [mergeItem({ base: before, live: item, wished: after })];
      return before === undefined ? [item] : [];
    });
    const coming = wished.filter((item) => {
      if (find(live, item) !== undefined) return false;
      const before = find(base, item);
      if (before !== undefined && !isDeepStrictEqual(before, item)) {
        this.conflicts.push(
          problem({
            path: `${path}[${key(item)}]`,
            must: "be left out",
            because: "somebody else removed it while it was changed here",
            hint: "`pulumi refresh` has it added anew as it is here",
          }),
        );
      }
      return before === undefined;
    });
    return [...staying, ...coming];
  }

  fields<T extends object>({ base, live, wished }: Sides<T>, path: string): T {
    const keys = Object.keys(live) as (keyof T & string)[];
    const entries = keys.map((key) => [
      key,
      this.value({ base: base?.[key], live: live[key], wished: wished[key] }, `${path}.${key}`, show),
    ]);
    return Object.fromEntries(entries) as T;
  }

  value<T>({ base, live, wished }: Sides<T>, path: string, inWords: (value: T) => string): T {
    const isSame = (one: T | undefined, other: T): boolean => isDeepStrictEqual(one, other);
    if (isSame(wished, live) || (base !== undefined && isSame(base, wished))) return live;
    if (base === undefined || isSame(base, live)) return wished;
    this.conflicts.push(
      problem({
        path,
        must: `be ${inWords(live)}, not ${inWords(wished)}`,
        because: `somebody else has changed it from ${inWords(base)}, which was applied last`,
        hint: "Once theirs is applied here, any other value is possible",
      }),
    );
    return live;
  }
}

interface Organization {
  name: string;
  msp: OrganizationMsp;
}

/** Merges an organisation. Its authorities are a set, like members: those of other parties stay beside ours. */
function mergeOrganization<T extends Organization>({ base, live, wished }: Sides<T>): T {
  const list = (of: (msp: OrganizationMsp) => string[] | undefined): string[] =>
    mergeList(
      { base: base && (of(base.msp) ?? []), live: of(live.msp) ?? [], wished: of(wished.msp) ?? [] },
      (pem) => pem,
    );
  return {
    ...wished,
    msp: {
      mspId: wished.msp.mspId,
      caCertificates: list(({ caCertificates }) => caCertificates),
      intermediateCaCertificates: list(({ intermediateCaCertificates }) => intermediateCaCertificates),
      tlsCaCertificates: list(({ tlsCaCertificates }) => tlsCaCertificates),
      revocationLists: mergeRevocationLists({ base, live, wished }),
    },
  };
}

/**
 * Merges revocation lists. A list that only the live channel has stays, also in an organisation that base does not have:
 * without it certificates would be good again.
 */
function mergeRevocationLists({ base, live, wished }: Sides<Organization>): string[] {
  const of = (organization: Organization | undefined): string[] => organization?.msp.revocationLists ?? [];
  return mergeList({ base: of(base), live: of(live), wished: of(wished) }, (pem) => pem);
}

function mergeAddresses<T>({ base, live, wished }: Sides<T>, of: (organization: T) => HostPort[]): HostPort[] {
  return mergeList({ base: base && of(base), live: of(live), wished: of(wished) }, addressText);
}

/** Merges a list. An organisation that base does not have is wished as a whole, and so are its lists. */
function mergeList<T>({ base, live, wished }: ListSides<T>, key: (item: T) => string): T[] {
  const keys = (list: T[]): string[] => list.map(key);
  if (base === undefined || isDeepStrictEqual(keys(base), keys(live))) return wished;
  const [before, after, present] = [new Set(keys(base)), new Set(keys(wished)), new Set(keys(live))];
  return [
    ...live.filter((item) => after.has(key(item)) || !before.has(key(item))),
    ...wished.filter((item) => !before.has(key(item)) && !present.has(key(item))),
  ];
}

function byName({ name }: { name: string }): string {
  return name;
}

function twin<T extends { name: string }>(organization: T, live: T[]): T {
  return live.find(({ name }) => name === organization.name) ?? organization;
}
