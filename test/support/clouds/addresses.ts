/** Arithmetic on IPv4 ranges. */

/** First address and number of addresses of an IPv4 range. */
function rangeOf(cidr: string): { first: number; size: number } {
  const [address = "", bits = "32"] = cidr.split("/");
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { first, size: 2 ** (32 - Number(bits)) };
}

export function contains(outer: string, inner: string): boolean {
  const [large, small] = [rangeOf(outer), rangeOf(inner)];
  return small.first >= large.first && small.first + small.size <= large.first + large.size;
}

export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a.first < b.first + b.size && b.first < a.first + a.size;
}
