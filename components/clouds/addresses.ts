/**
 * One of the equal parts of an IPv4 network.
 *
 * @param bits How much longer the part's prefix is: 3 makes eight parts.
 * @example subnetCidr("10.64.0.0/16", 3, 1) // "10.64.32.0/19"
 */
export function subnetCidr(cidr: string, bits: number, index: number): string {
  const [address = "", prefix = ""] = cidr.split("/");
  const length = Number(prefix) + bits;
  if (length > 32 || index < 0 || index >= 2 ** bits) throw new Error(`${cidr} has no part ${index} of ${2 ** bits}`);
  const start = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0) + index * 2 ** (32 - length);
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${bytes.join(".")}/${length}`;
}

/**
 * How many of `total` nodes each of `zones` gets: as even as can be, the first ones more.
 *
 * @example nodesPerZone(7, 3) // [3, 2, 2]
 */
export function nodesPerZone(total: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.floor(total / zones) + (zone < total % zones ? 1 : 0));
}
