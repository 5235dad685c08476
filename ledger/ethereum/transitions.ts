/**
 * Rule changes that a living chain takes later: `config.transitions` of Besu (one list per protocol) and GoQuorum (one
 * list), and GoQuorum's `config.maxCodeSizeConfig`.
 */
import { isRecord, isSameJson, type Json } from "./json";
import { parseQuantity } from "./hex";
import type { Problem } from "../problem";
import { problemAt } from "./problem";

export interface TransitionChange {
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** Where the chain is, in the two ways in which an entry can say when it takes effect. */
export interface Progress {
  /** What the `block` of an entry is: the number of a block, or seconds since 1970. */
  unitOf: (value: bigint) => "block" | "time";
  /** Up to here entries have taken effect. */
  reached: Record<"block" | "time", bigint>;
  /** New entries have to come after that: the chain, or the clock where it is later. */
  earliest: Record<"block" | "time", bigint>;
}

/** Below that nobody means seconds since 1970: it was September 2001. */
const LEAST_TIME = 1_000_000_000n;

/** Checks a change of transitions: those that have taken effect stay, new ones come later, ascending. */
export function validateTransitions({ path, before, after }: TransitionChange, progress: Progress): Problem[] {
  const [old, planned] = [listsOf(before), listsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(planned)])].toSorted();
  return names.flatMap((name) => validateList(`${path}${name}`, old[name] ?? [], planned[name] ?? [], progress));
}

function validateList(path: string, before: Json[], after: Json[], progress: Progress): Problem[] {
  const starts = after.map(startOf);
  const broken = starts.findIndex((start) => start === undefined);
  if (broken >= 0) {
    const right = "give every transition the number of the block it takes effect at";
    return [problemAt(`${path}[${broken}].block`, { what: "not a block number", given: after[broken], right })];
  }
  const known = starts as bigint[];
  const problems: Problem[] = [];
  const late = known.findIndex((start, index) => index > 0 && start < known[index - 1]!);
  if (late >= 0) {
    const what = `block ${known[late]} comes after block ${known[late - 1]} in the list`;
    problems.push(problemAt(`${path}[${late}].block`, { what, right: "order transitions by block" }));
  }
  const hasCome = (entry: Json): boolean => {
    const start = startOf(entry) ?? 0n;
    return start <= progress.reached[progress.unitOf(start)];
  };
  const isAmong = (list: readonly Json[], entry: Json): boolean => list.some((other) => isSameJson(other, entry));
  const past = before.filter(hasCome);
  if (!past.every((entry) => isAmong(after, entry))) {
    const what = `transitions that have taken effect were ${JSON.stringify(past)}`;
    const right = "restore those and give new ones a later block, late enough to restart every node with the new file";
    return [...problems, problemAt(path, { what, given: after, right })];
  }
  const added = after.flatMap((entry, index) => (isAmong(before, entry) ? [] : [index]));
  return [...problems, ...added.flatMap((index) => validateStart(`${path}[${index}].block`, known[index]!, progress))];
}

function validateStart(path: string, start: bigint, { unitOf, earliest }: Progress): Problem[] {
  const unit = unitOf(start);
  if (unit === "time" && start < LEAST_TIME) {
    const what = "a fork by time is active before this, so Besu takes the number for a time that has long passed";
    const right = "write when it shall take effect, in seconds since 1970, late enough to restart every node before";
    return [problemAt(path, { what, given: Number(start), right })];
  }
  if (start > earliest[unit]) return [];
  const what = `${unit} ${start} is not after ${unit} ${earliest[unit]}`;
  const right = `choose a later ${unit}, late enough to restart every node with the new file`;
  return [problemAt(path, { what, right })];
}

function startOf(entry: Json): bigint | undefined {
  return isRecord(entry) ? parseQuantity(entry.block) : undefined;
}

/** The lists of a value by their path below it: `""` for a bare list, `.qbft` for one under a key. */
function listsOf(value: Json | undefined): Record<string, Json[]> {
  if (Array.isArray(value)) {
    return { "": value };
  }
  const lists = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(lists.map(([name, list]) => [`.${name}`, Array.isArray(list) ? list : [list]]));
}
