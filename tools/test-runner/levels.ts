import type { Group } from "../installer/tool";

/** Outcome of tests. */
export interface Count {
  passed: number;
  failed: number;
}

/** One kind of tests: the files `test/<name>/**\\/*.test.ts`. */
export interface Level {
  name: string;
  /** Tools that its tests call. */
  needs: readonly Group[];
  /** Whether its tests run on the local cluster. */
  usesCluster?: boolean;
  /** A level that takes longer hangs: it is stopped and counts as failed. */
  deadlineMinutes: number;
  /** Whether it runs only when it is named: its stories take too long for each change. */
  isByHand?: boolean;
}

/** In the order in which they run: the quick ones, which tell most about a mistake, come first. */
export const levels: readonly Level[] = [
  { name: "unit", needs: [], deadlineMinutes: 5 },
  { name: "golden", needs: [], deadlineMinutes: 10 },
  { name: "program", needs: [], deadlineMinutes: 15 },
  { name: "nodes", needs: ["fabric", "ethereum", "builtin"], deadlineMinutes: 15 },
  { name: "engine", needs: ["engine", "fabric", "builtin"], deadlineMinutes: 30 },
  { name: "e2e", needs: ["engine", "fabric", "ethereum", "cluster"], usesCluster: true, deadlineMinutes: 45 },
  { name: "soak", needs: ["engine", "fabric", "cluster"], usesCluster: true, deadlineMinutes: 180, isByHand: true },
];

/**
 * What a level counts for.
 *
 * @param counted what its tests reported; `undefined` when they did not come to an end
 * @param code exit code of mocha
 * @returns a level that breaks, finds no tests, or ends with an error and no failed test has one failure more than it reported
 */
export function levelCount(counted: Count | undefined, code: number): Count {
  const { passed, failed } = counted ?? { passed: 0, failed: 0 };
  const isBroken = counted === undefined || passed + failed === 0 || (code !== 0 && failed === 0);
  return { passed, failed: isBroken ? failed + 1 : failed };
}

/** The sum of counts. */
export function sum(counts: readonly Count[]): Count {
  return counts.reduce(
    (total, count) => ({ passed: total.passed + count.passed, failed: total.failed + count.failed }),
    { passed: 0, failed: 0 },
  );
}

/** The line that closes every test run. */
export function summary({ passed, failed }: Count): string {
  return `${passed} passed, ${failed} failed`;
}
