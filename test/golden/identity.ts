/**
 * Identity of resources: the URNs by which the engine finds the resources of a living stack. A resource with another
 * URN is deleted and created anew, with its ledger, unless it has the former URN as an alias.
 */
import { nameOf, urnOf, type Alias, type Registration } from "../support/program/run";

/** Parts of a resource that determine its identity. */
export type Identified = Pick<Registration, "urn" | "type" | "name" | "parent" | "aliases">;

export interface IdentityChange {
  /** Known before, and now neither the URN nor an alias of a resource: would be deleted. */
  lost: string[];
  /** Neither known before nor under an alias: would be created. */
  added: string[];
  /** Resources of a stack of today: known before and still present, or new. */
  next: string[];
}

/** Compares resources with former identities, each in the form of `urnTail`. */
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

/** Types of the parents and of the resource, and its name: the part of a URN that is the same in every stack. */
export function urnTail(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** URNs that mean the same resource to the engine, with its present URN. Parents come before their children. */
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

/** Former name of a child that contains the name of its parent. */
function inheritedName(name: string, parent: string, formerParent: string): string {
  return name.startsWith(parent) ? formerParent + name.slice(parent.length) : name;
}
