/** Rules between several values of a stack file, and what many of them need. */
import { problem, type Problem } from "../../lib/problem";
import type { ReadFile } from "./read-file";

/** Of an error nothing is deployed, of a warning everything. */
export type Severity = "error" | "warning";

/** What rules and derived defaults of one section know of the rest of the file. */
export interface Surroundings {
  /** `cluster.vendor`. */
  vendor?: string | undefined;
  /** `cluster.networkPolicyEnforced` of an existing cluster. */
  networkPolicyEnforced?: boolean | undefined;
  /** Whether keys and volumes may be lost where the network does not say. */
  protect?: boolean | undefined;
  readFile: ReadFile;
}

/**
 * One rule. It reads values with defaults filled in, of which any may be missing: what is wrong with those is said
 * already. Rules of errors run on every file, rules of warnings on files without errors.
 */
export interface Rule<T> {
  severity: Severity;
  find(value: T, around: Surroundings): Problem[];
}

export function error<T>(find: Rule<T>["find"]): Rule<T> {
  return { severity: "error", find };
}

export function warning<T>(find: Rule<T>["find"]): Rule<T> {
  return { severity: "warning", find };
}

/** What the rules of one severity find; nothing in a section that is not there. */
export function check<T>(
  rules: readonly Rule<T>[],
  severity: Severity,
  value: T | undefined,
  around: Surroundings,
): Problem[] {
  if (value === undefined) return [];
  return rules.flatMap((rule) => (rule.severity === severity ? rule.find(value, around) : []));
}

/** The entries of a list that are there, with their positions and paths. */
export function entriesOf<T>(
  items: readonly (T | undefined)[] | undefined,
  path: string,
): { item: T; index: number; path: string }[] {
  return (items ?? []).flatMap((item, index) =>
    item === undefined ? [] : [{ item, index, path: `${path}[${index}]` }],
  );
}

/** A value, or nothing, at a path. */
export interface Named {
  value: string | undefined;
  path: string;
  /** What must not repeat, where it is not the value as it stands. */
  key?: string | undefined;
}

/** A problem for each value that an earlier one of the list has already. */
export function duplicates(what: string, entries: readonly Named[]): Problem[] {
  const first = new Map<string, string>();
  return entries.flatMap(({ value, path, key = value }) => {
    if (key === undefined) return [];
    const taken = first.get(key);
    if (taken === undefined) {
      first.set(key, path);
      return [];
    }
    return [problem({ path, given: value, must: `be ${what} of its own`, because: `${taken} has it already` })];
  });
}

/** The problems of a list of texts that repeat. */
export function repeated(what: string, items: readonly (string | undefined)[] | undefined, path: string): Problem[] {
  return duplicates(
    what,
    entriesOf(items, path).map(({ item, path: at }) => ({ value: item, path: at })),
  );
}
