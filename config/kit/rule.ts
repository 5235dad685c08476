/** Rules between several values of a stack file, and helpers for them. */
import { problem, type Problem } from "../../lib/problem";
import type { ReadFile } from "./read-file";

/** An error prevents the deployment, a warning does not. */
export type Severity = "error" | "warning";

/** Values of the rest of the file for rules and derived defaults of a section. */
export interface Surroundings {
  /** Value of `cluster.vendor`. */
  vendor?: string | undefined;
  /** Value of `cluster.networkPolicyEnforced` of an existing cluster. */
  networkPolicyEnforced?: boolean | undefined;
  /** Default protection of keys and volumes for the network. */
  protect?: boolean | undefined;
  readFile: ReadFile;
}

/**
 * A rule. It reads values with defaults, any of which may be missing, since their own problems are reported elsewhere.
 * Error rules run on every file, warning rules on files without errors.
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

/** Problems that the rules of one severity find; none in a missing section. */
export function check<T>(
  rules: readonly Rule<T>[],
  severity: Severity,
  value: T | undefined,
  around: Surroundings,
): Problem[] {
  if (value === undefined) return [];
  return rules.flatMap((rule) => (rule.severity === severity ? rule.find(value, around) : []));
}

/** Readable entries of a list, with positions and paths. */
export function entriesOf<T>(
  items: readonly (T | undefined)[] | undefined,
  path: string,
): { item: T; index: number; path: string }[] {
  return (items ?? []).flatMap((item, index) =>
    item === undefined ? [] : [{ item, index, path: `${path}[${index}]` }],
  );
}

/** A value at a path; undefined if it is missing. */
export interface Named {
  value: string | undefined;
  path: string;
  /** Text that must not repeat. Default: the value itself. */
  key?: string | undefined;
}

/** A problem for each value that repeats an earlier one. */
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

/** Problems of repeated texts in a list. */
export function repeated(what: string, items: readonly (string | undefined)[] | undefined, path: string): Problem[] {
  return duplicates(
    what,
    entriesOf(items, path).map(({ item, path: at }) => ({ value: item, path: at })),
  );
}
