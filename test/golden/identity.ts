/**
 * Identity of resources: the URNs by which the engine knows what a living stack has. A resource under another URN is
 * deleted and made anew, with its ledger, unless it names the former one as an alias.
 */
import { nameOf, urnOf, type Alias, type Registration } from "../support/program/run";

/** What of a resource its identity depends on. */
export type Identified = Pick<Registration, "urn" | "type" | "name" | "parent" | "aliases">;

export interface IdentityChange {
  /** Known before, and now neither the URN of a resource nor an alias of one: would be deleted. */
  lost: string[];
  /** Neither known before nor under an alias: would be created. */
  added: string[];
  /** What a stack of today may have: known before and still there, or new. */
  next: string[];
}

/** Compares resources with the identities that were there before, each as `urnTail` gives it. */
export function compareIdentities(resources: readonly Identified[], before: readonly string[]): IdentityChange {
  const known = new Set(before);
  const all = formerUrns(resources);
  const names = [...all].map(([urn, former]) => [urn, ...former].map(urnTail));
  const reached = new Set(names.flat());
  const added = names.flatMap(([urn = "", ...former]) => ([urn, ...former].some((name) => known.has(name)) ? [] : urn));
  return {
    lost: before.filter((urn) => !reached.has(urn)),
    added,
    next: [...before.filter((urn) => reached.has(urn)), ...added].sort(),
  };
}

/** Types of the parents and of the resource, and its name: the part of a URN that is alike in every stack. */
export function urnTail(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** URNs that the engine takes for the same resource, by its present one. Parents come before their children. */
function formerUrns(resources: readonly Identified[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { urn, type, name, parent, aliases } of resources) {
    const own = aliases.map(
      (alias) => alias.urn ?? urnOf(alias.parent ?? parent, alias.type ?? type, alias.name ?? name),
    );
    const inherited = (all.get(parent) ?? []).flatMap((formerParent) =>
      [{}, ...aliases].map((alias: Alias) => {
        const former = inheritedName(alias.name ?? name, nameOf(parent), nameOf(formerParent));
        return urnOf(formerParent, alias.type ?? type, former);
      }),
    );
    all.set(urn, [...own, ...inherited]);
  }
  return all;
}

/** A child named after its parent was named after the parent's former name. */
function inheritedName(name: string, parent: string, formerParent: string): string {
  return name.startsWith(parent) ? formerParent + name.slice(parent.length) : name;
}
