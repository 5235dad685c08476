/**
 * Node pools as every vendor has them: labels, taints and sizes. `<vendor>/node-pools.ts` makes them.
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

/** Numbers of nodes between which the autoscaler of the cluster decides. */
export interface PoolSize {
  minNodes: number;
  maxNodes: number;
}

/**
 * A pool as one pool in each zone: a disk belongs to a zone, and an autoscaler can help its waiting pod only where it
 * knows the zone of a new node. Together these pools have the size of the one.
 */
export function poolPerZone<Zone>(zones: readonly Zone[], size: PoolSize): { zone: Zone; size: PoolSize }[] {
  const smallest = nodesPerZone(size.minNodes, zones.length);
  const largest = nodesPerZone(size.maxNodes, zones.length);
  return zones.map((zone, index) => ({ zone, size: { minNodes: smallest[index]!, maxNodes: largest[index]! } }));
}

/**
 * Numbers of nodes per zone, with a difference of one at most; the first zones get more.
 *
 * @param total Nodes over all zones.
 * @param zones Number of zones.
 * @example nodesPerZone(7, 3) // [3, 2, 2]
 */
export function nodesPerZone(total: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.floor(total / zones) + (zone < total % zones ? 1 : 0));
}
