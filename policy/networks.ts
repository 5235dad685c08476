/** Networks as lists of sources and destinations name them. */

/** IPv4 networks wider than this hold a part of the internet that nobody knows; private ones are /8 at most. */
const widestIPv4 = 8;
/** Providers get /32 of IPv6, and all of them together are one /3. */
const widestIPv6 = 16;

/**
 * Whether a network stands for everybody, or for a large part of everybody, so that a few of them together do.
 *
 * @param cidr `203.0.113.0/24`; without a length it is one address
 */
export function isEverybody(cidr: string): boolean {
  const [address = "", length] = cidr.trim().split("/");
  if (length === undefined) return false;
  return Number(length) < (address.includes(":") ? widestIPv6 : widestIPv4);
}
