/** Arithmetic of IPv4 networks in CIDR form. */

/** First and last address of a network as numbers; undefined when the text is no IPv4 network. */
export function parseCidr(cidr: string | undefined): { first: number; last: number } | undefined {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr ?? "");
  if (match === null) return undefined;
  const [, address = "", bits] = match;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(addressNumber(address) / size) * size;
  return { first, last: first + size - 1 };
}

/** A network by its first address: `10.1.2.3/8` -> `10.0.0.0/8`; undefined when the text is no IPv4 network. */
export function byFirstAddress(cidr: string): string | undefined {
  const range = parseCidr(cidr);
  return range && `${formatAddress(range.first)}/${cidr.split("/")[1]}`;
}

/**
 * One of the equal parts of a network.
 *
 * @param bits How much longer the part's prefix is: 3 makes eight parts.
 * @example subnetCidr("10.64.0.0/16", 3, 1) // "10.64.32.0/19"
 * @throws Error when the network has no such part
 */
export function subnetCidr(cidr: string, bits: number, index: number): string {
  const [address = "", prefix = ""] = cidr.split("/");
  const length = Number(prefix) + bits;
  if (length > 32 || index < 0 || index >= 2 ** bits) throw new Error(`${cidr} has no part ${index} of ${2 ** bits}`);
  return `${formatAddress(addressNumber(address) + index * 2 ** (32 - length))}/${length}`;
}

/** Whether a whole network, or an address, is inside another network. */
export function isInside(outer: string, inner: string): boolean {
  const [a, b] = [outer, inner].map((network) => parseCidr(network.includes("/") ? network : `${network}/32`));
  return a !== undefined && b !== undefined && b.first >= a.first && b.last <= a.last;
}

function addressNumber(address: string): number {
  return address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
