/** What a network in CIDR form stands for. */
import { isIPv6 } from "node:net";
import { parseCidr } from "../../lib/ipv4";

/** IPv4 networks wider than this hold a part of the internet that nobody knows; private ones are /8 at most. */
const widestIPv4 = 8;
/** Providers get /32 of IPv6, and all of them together are one /3. */
const widestIPv6 = 16;

/** Whether a network is the whole internet, or so large a part of it that a few of them together are. */
export function isEverybody(cidr: string): boolean {
  const [address = "", bits] = cidr.split("/");
  return Number(bits) < (isIPv6(address) ? widestIPv6 : widestIPv4);
}

/** Addresses that the internet does not route: RFC 1918, and RFC 6598, which clouds use for pods. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parseCidr);

/** Whether all addresses of a network are private ones of IPv4. */
export function isPrivate(cidr: string): boolean {
  const range = parseCidr(cidr);
  return (
    range !== undefined &&
    privateNetworks.some((whole) => whole !== undefined && whole.first <= range.first && range.last <= whole.last)
  );
}

/** The first of `others` that shares an address with a network of IPv4; undefined where none does. */
export function overlapping(cidr: string | undefined, others: readonly string[]): string | undefined {
  const range = parseCidr(cidr);
  return others.find((each) => {
    const other = parseCidr(each);
    return range !== undefined && other !== undefined && other.first <= range.last && range.first <= other.last;
  });
}
