/** Networks in lists of sources and destinations. */
import { problem, type Problem } from "../lib/problem";

/** Prefix length of the widest plausible IPv4 network; private ones have 8 at least. */
const widestIPv4 = 8;
/** Prefix length of the widest plausible IPv6 network: providers have /32, and all of them together one /3. */
const widestIPv6 = 16;

/**
 * Whether a network is everybody or a large part of everybody.
 *
 * @param cidr For example `203.0.113.0/24`; without a length it is one address.
 */
function isEverybody(cidr: string): boolean {
  const [address = "", length] = cidr.trim().split("/");
  if (length === undefined) return false;
  return Number(length) < (address.includes(":") ? widestIPv6 : widestIPv4);
}

/**
 * Problem of a source or destination that is everybody or a large part of everybody; none of another one.
 *
 * @param hint Another remedy than a narrower network.
 */
export function checkNetwork(path: string, cidr: string, hint?: string): Problem[] {
  return isEverybody(cidr) ? [everybodyProblem(path, cidr, hint)] : [];
}

/** Problem of a value that means everybody. */
export function everybodyProblem(path: string, given: string, hint?: string): Problem {
  const because = "this one is everybody or much of everybody";
  return problem({ path, given, must: "be a network that you know", because, hint });
}
