/** Ranges of networks in CIDR form. */
import { isIPv6 } from "node:net";
import { parseCidr } from "../../lib/ipv4";

/** Prefix length of the widest plausible IPv4 network; private ones have 8 at least. */
const widestIPv4 = 8;
/** Prefix length of the widest plausible IPv6 network: providers have /32, and all of them together one /3. */
const widestIPv6 = 16;

/** Whether a network is the whole internet or a large part of it. */
export function isEverybody(cidr: string): boolean {
  const [address = "", bits] = cidr.split("/");
  return Number(bits) < (isIPv6(address) ? widestIPv6 : widestIPv4);
}

/** Addresses that the internet does not route: RFC 1918, and RFC 6598, which clouds use for pods. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parseCidr);

/** Whether all addresses of a network are private IPv4 addresses. */
export function isPrivate(cidr: string): boolean {
  const range = parseCidr(cidr);
  return (
    range !== undefined &&
    privateNetworks.some((whole) => whole !== undefined && whole.first <= range.first && range.last <= whole.last)
  );
}

/** First of `others` that overlaps an IPv4 network; undefined without an overlap. */
export function overlapping(cidr: string | undefined, others: readonly string[]): string | undefined {
  const range = parseCidr(cidr);
  return others.find((each) => {
    const other = parseCidr(each);
    return range !== undefined && other !== undefined && other.first <= range.last && range.first <= other.last;
  });
}
