/** Arithmetic of IPv4 networks in CIDR form. */

/** First and last address of a network as numbers; undefined for anything that is no IPv4 network. */
export function parseCidr(cidr: string | undefined): { first: number; last: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr ?? "");
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return { first, last: first + size - 1 };
}

/** A network by its first address: `10.1.2.3/8` -> `10.0.0.0/8`; undefined for anything that is no IPv4 network. */
export function byFirstAddress(cidr: string): string | undefined {
  const range = parseCidr(cidr);
  if (range === undefined) return undefined;
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(range.first / 2 ** shift) % 256);
  return `${bytes.join(".")}/${cidr.split("/")[1]}`;
}
