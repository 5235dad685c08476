/**
 * Labels and taints of node pools, the same on every vendor.
 *
 * The taint is on the system pool, not on the ledger pool: the network's pods bear no taints, so they run where there is
 * none, and whatever the cloud installs finds room somewhere. See docs/decisions/0013-taint-on-the-system-pool.md.
 */
export type PoolName = "system" | "ledger";

/** Label by which pods and people find a pool's nodes. */
export function poolLabels(pool: PoolName): Record<string, string> {
  return { "blockchain-clusters/pool": pool };
}

/** Clouds' own Deployments bear this taint; its name is older than taints: https://github.com/kubernetes/kubernetes/pull/34825 */
export const systemTaint = { key: "CriticalAddonsOnly", value: "true" } as const;
