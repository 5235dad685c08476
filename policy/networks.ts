/** Networks in lists of sources and destinations. */

/** Prefix length of the widest plausible IPv4 network; private ones have 8 at least. */
const widestIPv4 = 8;
/** Prefix length of the widest plausible IPv6 network: providers have /32, and all of them together one /3. */
const widestIPv6 = 16;

/**
 * Whether a network is everybody or a large part of everybody.
 *
 * @param cidr For example `203.0.113.0/24`; without a length it is one address.
 */
export function isEverybody(cidr: string): boolean {
  const [address = "", length] = cidr.trim().split("/");
  if (length === undefined) return false;
  return Number(length) < (address.includes(":") ? widestIPv6 : widestIPv4);
}
