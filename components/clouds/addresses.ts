/**
 * How many of `total` nodes each of `zones` gets: as even as can be, the first ones more.
 *
 * @example nodesPerZone(7, 3) // [3, 2, 2]
 */
export function nodesPerZone(total: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.floor(total / zones) + (zone < total % zones ? 1 : 0));
}
