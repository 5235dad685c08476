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
