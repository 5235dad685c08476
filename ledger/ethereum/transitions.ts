/**
 * Scheduled rule changes of a living chain: `config.transitions` of Besu (one list per protocol) and GoQuorum (one
 * list), and GoQuorum's `config.maxCodeSizeConfig`.
 */
import { isSameJson, type Json } from "./json";
import { parseQuantity } from "./hex";
import { problem, type Problem } from "../../lib/problem";
import { isRecord } from "../../lib/values";

export interface TransitionChange {
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** Progress of the chain, in the two units of an entry's start. */
export interface Progress {
  /** Unit of the `block` of an entry: the number of a block, or seconds since 1970. */
  unitOf: (value: bigint) => "block" | "time";
  /** Entries up to this value have taken effect. */
  reached: Record<"block" | "time", bigint>;
  /** New entries must come after this value: the chain's progress, or the clock when that is later. */
  earliest: Record<"block" | "time", bigint>;
}

const lateEnough = "late enough to restart every node with the new file before";

/** Lowest number that is plausible as seconds since 1970: September 2001. */
const leastTime = 1_000_000_000n;

/** Checks a change of transitions: those in effect must stay, new ones must come later, in ascending order. */
export function validateTransitions({ path, before, after }: TransitionChange, progress: Progress): Problem[] {
  const [old, planned] = [listsOf(before), listsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(planned)])].toSorted();
  return names.flatMap((name) => validateList(`${path}${name}`, old[name] ?? [], planned[name] ?? [], progress));
}

function validateList(path: string, before: Json[], after: Json[], progress: Progress): Problem[] {
  const starts = after.map(startOf);
  const broken = starts.findIndex((start) => start === undefined);
  if (broken >= 0) {
    const must = "have the number of the block at which the transition takes effect";
    return [problem({ path: `${path}[${broken}].block`, given: after[broken], must })];
  }
  const known = starts as bigint[];
  const problems: Problem[] = [];
  const late = known.findIndex((start, index) => index > 0 && start < known[index - 1]!);
  if (late >= 0) {
    const must = `be no earlier than the one before in the list, ${known[late - 1]}`;
    problems.push(problem({ path: `${path}[${late}].block`, given: Number(known[late]), must }));
  }
  const hasCome = (entry: Json): boolean => {
    const start = startOf(entry) ?? 0n;
    return start <= progress.reached[progress.unitOf(start)];
  };
  const isAmong = (list: readonly Json[], entry: Json): boolean => list.some((other) => isSameJson(other, entry));
  const past = before.filter(hasCome);
  if (!past.every((entry) => isAmong(after, entry))) {
    const must = `keep what has taken effect: ${JSON.stringify(past)}`;
    return [...problems, problem({ path, given: after, must, hint: `Give new ones a later block, ${lateEnough}` })];
  }
  const added = after.flatMap((entry, index) => (isAmong(before, entry) ? [] : [index]));
  return [...problems, ...added.flatMap((index) => validateStart(`${path}[${index}].block`, known[index]!, progress))];
}

function validateStart(path: string, start: bigint, { unitOf, earliest }: Progress): Problem[] {
  const unit = unitOf(start);
  if (unit === "time" && start < leastTime) {
    const because = "a fork by time is active before, and the number would be taken for a time that has long passed";
    const must = `be the time at which it takes effect, in seconds since 1970, ${lateEnough}`;
    return [problem({ path, given: Number(start), must, because })];
  }
  if (start > earliest[unit]) return [];
  const must = `be after ${unit} ${earliest[unit]}, ${lateEnough}`;
  return [problem({ path, given: Number(start), must })];
}

function startOf(entry: Json): bigint | undefined {
  return isRecord(entry) ? parseQuantity(entry.block) : undefined;
}

/** The lists of a value by their path below it: `""` for a bare list, `.qbft` for one under a key. */
function listsOf(value: Json | undefined): Record<string, Json[]> {
  if (Array.isArray(value)) return { "": value };
  const lists = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(lists.map(([name, list]) => [`.${name}`, Array.isArray(list) ? list : [list]]));
}
