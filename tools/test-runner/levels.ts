import type { Group } from "../installer/tool";

/** Outcome of tests. */
export interface Count {
  passed: number;
  failed: number;
}

/** One kind of tests: the files `test/<name>/**\\/*.test.ts`. */
export interface Level {
  name: string;
  /** Groups of tools that its tests call. */
  needs: readonly Group[];
  /** Whether its tests run on the local cluster. */
  usesCluster?: boolean;
  /** Whether its files run side by side: they start nothing that another one could notice. */
  isParallel?: boolean;
  /** Limit after which the level is stopped and counts as failed. */
  deadlineMinutes: number;
  /** Whether it runs only when it is named, because it takes too long for each change. */
  isByHand?: boolean;
}

/** Levels in the order of their run. Quick ones, which locate a mistake best, come first. */
export const levels: readonly Level[] = [
  { name: "unit", needs: [], isParallel: true, deadlineMinutes: 5 },
  { name: "golden", needs: [], deadlineMinutes: 10 },
  { name: "program", needs: [], deadlineMinutes: 15 },
  { name: "nodes", needs: ["fabric", "ethereum", "builtin"], deadlineMinutes: 15 },
  { name: "engine", needs: ["engine", "fabric", "builtin"], deadlineMinutes: 30 },
  { name: "e2e", needs: ["engine", "fabric", "ethereum", "cluster"], usesCluster: true, deadlineMinutes: 45 },
  {
    name: "soak",
    needs: ["engine", "fabric", "ethereum", "router", "monitoring", "metrics", "snapshots", "ladder", "cluster"],
    usesCluster: true,
    deadlineMinutes: 180,
    isByHand: true,
  },
];

/**
 * Count of a level in the sum.
 *
 * @param counted count that its tests reported; `undefined` when they did not end
 * @param code exit code of mocha
 * @returns the reported count, with one more failure for a level that broke, had no tests, or ended with an error but no
 *   failed test
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
