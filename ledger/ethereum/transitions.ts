/**
 * Rule changes that a living chain takes at a later block: `config.transitions` of Besu (one list per
 * protocol) and GoQuorum (one list), and GoQuorum's `config.maxCodeSizeConfig`.
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

/**
 * Checks a change of transitions: those up to the newest block stay, new ones come after it, ascending.
 *
 * @param newest Number of the newest block.
 */
export function validateTransitions({ path, before, after }: TransitionChange, newest: bigint): Problem[] {
  const [old, planned] = [listsOf(before), listsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(planned)])].toSorted();
  return names.flatMap((name) => validateList(`${path}${name}`, old[name] ?? [], planned[name] ?? [], newest));
}

function validateList(path: string, before: Json[], after: Json[], newest: bigint): Problem[] {
  const blocks = after.map((entry) => (isRecord(entry) ? parseQuantity(entry.block) : undefined));
  const broken = blocks.findIndex((block) => block === undefined);
  if (broken >= 0) {
    const right = "give every transition the number of the block it takes effect at";
    return [problemAt(`${path}[${broken}].block`, { what: "not a block number", given: after[broken], right })];
  }
  const problems: Problem[] = [];
  const late = blocks.findIndex((block, index) => index > 0 && block! < blocks[index - 1]!);
  if (late >= 0) {
    const what = `block ${blocks[late]} comes after block ${blocks[late - 1]} in the list`;
    problems.push(problemAt(`${path}[${late}].block`, { what, right: "order transitions by block" }));
  }
  const hasCome = (entry: Json) => isRecord(entry) && (parseQuantity(entry.block) ?? 0n) <= newest;
  if (!isSameJson(before.filter(hasCome), after.filter(hasCome))) {
    const what = `transitions up to block ${newest}, the newest, have taken effect and were ${JSON.stringify(before.filter(hasCome))}`;
    const right = "restore those and give new ones a later block, late enough to restart every node with the new file";
    problems.push(problemAt(path, { what, given: after, right }));
  }
  return problems;
}

/** The lists of a value by their path below it: `""` for a bare list, `.qbft` for one under a key. */
function listsOf(value: Json | undefined): Record<string, Json[]> {
  if (Array.isArray(value)) {
    return { "": value };
  }
  const lists = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(lists.map(([name, list]) => [`.${name}`, Array.isArray(list) ? list : [list]]));
}
