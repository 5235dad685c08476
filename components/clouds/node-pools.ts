/**
 * Labels and taints of node pools, the same on every vendor.
 *
 * The system pool has the taint, the ledger pool has none: pods of the network run on nodes without taints, and
 * programs of the cloud find a node in any case. See docs/decisions/0013-taint-on-the-system-pool.md.
 */
export type PoolName = "system" | "ledger";

/** Labels of a pool's nodes, for selectors of pods and for people. */
export function poolLabels(pool: PoolName): Record<string, string> {
  return { "blockchain-clusters/pool": pool };
}

/**
 * Clouds' own Deployments tolerate this taint. Its name is older than taints:
 * https://github.com/kubernetes/kubernetes/pull/34825
 */
export const systemTaint = { key: "CriticalAddonsOnly", value: "true" } as const;
