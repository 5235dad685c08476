import { cautionOf } from "./cautions";
import { lossOf, rankOf } from "./holdings";
import type { Change, Preview } from "./preview";

/**
 * `refused`: data or keys would be lost. `allowed`: they would be, and the stack file allows it by name. `careful`:
 * nothing is lost yet, and a reviewer must know of the change.
 */
export type Verdict = "refused" | "allowed" | "careful" | "fine";

/** Resources of one kind with the same change for the same reason. */
export interface Row {
  verdict: Verdict;
  operation: string;
  kind: string;
  /** Loss or caution, in words; empty without one. */
  holds: string;
  reasons: string[];
  names: string[];
}

/** A policy of the pack that a resource breaks. */
export interface Violation {
  policy: string;
  /** Resource, finding and correction. */
  message: string;
}

/** Result of a preview for a reviewer, and whether it may be applied. */
export interface Report {
  stack: string;
  /** Counts of operations, the most dangerous first, for example `3 to replace, 2 to delete`. */
  summary: string;
  /** Replacements, deletions, updates and creations with a caution. */
  rows: Row[];
  /** Other creations by kind, for example `StatefulSet 3`. */
  created: string[];
  errors: string[];
  violations: Violation[];
  isIncomplete: boolean;
  /** Entries to write under `allowReplacement` if the loss is intended. */
  refused: string[];
  /** Entries of `allowReplacement` that no change needs. */
  unused: string[];
  /** Entries with a kind and no name: they would allow later changes as well, so they allow nothing. */
  wide: string[];
  isAcceptable: boolean;
}

/** Most dangerous first. Other operations follow in alphabetical order. */
const operations = [
  "replace",
  "delete",
  "unprotect",
  "update",
  "import",
  "read",
  "refresh",
  "discard",
  "create",
  "same",
];

const words: Record<string, string> = { same: "unchanged" };

/** Judges a preview. */
export function judge(stack: string, preview: Preview, violations: readonly Violation[] = []): Report {
  const noteworthy = preview.changes.filter(({ operation }) => operation !== "create");
  const refused = noteworthy.filter((change) => verdictOf(change, preview.allowed) === "refused");
  const { errors, isIncomplete } = preview;
  return {
    stack,
    summary: summarize(preview.counts),
    rows: group(noteworthy, preview.allowed),
    created: countKinds(preview.changes.filter(({ operation }) => operation === "create")),
    errors,
    violations: [...violations],
    isIncomplete,
    refused: refused.map(entryFor).sort(),
    unused: preview.allowed.filter((entry) => !isWide(entry) && !noteworthy.some((change) => needs(change, entry))),
    wide: preview.allowed.filter(isWide),
    isAcceptable: refused.length + errors.length + violations.length === 0 && !isIncomplete,
  };
}

function verdictOf(change: Change, allowed: readonly string[]): Verdict {
  if (lossOf(change) === undefined) return cautionOf(change) === undefined ? "fine" : "careful";
  return allowed.some((entry) => needs(change, entry)) ? "allowed" : "refused";
}

/** Whether an entry matches this change, and the change needs an entry. */
function needs(change: Change, entry: string): boolean {
  return lossOf(change) !== undefined && !isWide(entry) && matches(entryFor(change), entry);
}

function isWide(entry: string): boolean {
  return /^[^/]*\/\*+$/.test(entry);
}

function entryFor({ kind, name }: Change): string {
  return `${kind}/${name}`;
}

/** Whether an entry matches a resource. A `*` in the name stands for any characters; the kind is literal. */
function matches(resource: string, entry: string): boolean {
  const pattern = entry.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
  return kindIn(resource) === kindIn(entry) && new RegExp(`^${pattern}$`, "s").test(resource);
}

function kindIn(entry: string): string {
  return entry.split("/")[0] ?? "";
}

function summarize(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => rankOperation(a) - rankOperation(b) || a.localeCompare(b))
    .map(([operation, count]) => `${count} ${words[operation] ?? `to ${operation}`}`);
  return parts.length > 0 ? parts.join(", ") : "nothing";
}

function rankOperation(operation: string): number {
  const rank = operations.indexOf(operation);
  return rank < 0 ? operations.length : rank;
}

function group(changes: readonly Change[], allowed: readonly string[]): Row[] {
  const rows = new Map<string, Row & { rank: number }>();
  for (const change of changes) {
    const { operation, kind, reasons } = change;
    const verdict = verdictOf(change, allowed);
    const key = JSON.stringify([verdict, operation, change.type, reasons]);
    const row = rows.get(key) ?? {
      ...{ verdict, operation, kind, reasons, names: [], rank: rankOf(change) },
      holds: lossOf(change) ?? cautionOf(change) ?? "",
    };
    row.names.push(change.name);
    rows.set(key, row);
  }
  return [...rows.values()]
    .sort(
      (a, b) =>
        rankVerdict(a) - rankVerdict(b) ||
        rankOperation(a.operation) - rankOperation(b.operation) ||
        a.rank - b.rank ||
        a.kind.localeCompare(b.kind),
    )
    .map(({ rank: _, ...row }) => ({ ...row, names: row.names.sort() }));
}

function rankVerdict({ verdict }: Row): number {
  return (["refused", "allowed", "careful", "fine"] satisfies Verdict[]).indexOf(verdict);
}

function countKinds(changes: readonly Change[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind } of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([kind, count]) => `${kind} ${count}`);
}
