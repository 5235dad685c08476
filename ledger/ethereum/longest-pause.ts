import type { Genesis } from "./genesis-file";
import { isRecord } from "../../lib/values";

/** Names of the time between two blocks, or two empty ones, in every client's genesis.json. */
const periods = ["period", "blockperiodseconds", "emptyblockperiodseconds", "xemptyblockperiodseconds"];

/**
 * Longest time between two blocks of a chain that works, in seconds: that of its rules, and of those to which a transition
 * leads.
 *
 * @returns 0 for a chain whose genesis.json names no time
 */
export function longestPauseSeconds({ config }: Pick<Genesis, "config">): number {
  const { qbft, ibft2, clique, transitions } = config;
  return longestIn([qbft, ibft2, clique, transitions]);
}

function longestIn(value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(longestIn));
  if (!isRecord(value)) return 0;
  return Math.max(
    0,
    ...Object.entries(value).map(([key, part]) =>
      periods.includes(key) ? (typeof part === "number" ? part : 0) : longestIn(part),
    ),
  );
}
