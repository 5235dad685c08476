/**
 * The order in which GoQuorum's validators take turns. Release 22.7 sorts validators by the bytes of their addresses.
 * After a restart it reads them from its database and sorts them by the characters of the EIP-55 form
 * (consensus/istanbul/backend/snapshot.go), where upper case comes before lower case. Where the two orders differ,
 * validators disagree on whose turn it is as soon as some have restarted. The chain then stalls from round to round,
 * and some validators never seal again (https://github.com/Consensys/quorum/issues/1681, 1692).
 */
import { sortAddresses, type Address } from "./address";
import { problem, type Problem } from "../../lib/problem";

/** Whether the orders before and after a restart are the same. */
export function takesTurnsAlike(addresses: readonly string[]): boolean {
  const byBytes = sortAddresses(addresses);
  return byBytes.join() === [...byBytes].sort().join();
}

/**
 * Whether an address has the same place in both orders, whatever the others are: no lower case among its first eight
 * digits. One address in five fulfils this, and in practice no two addresses have these digits in common.
 */
export function keepsItsTurn(address: Address): boolean {
  return /^0x[0-9A-F]{8}/.test(address);
}

/** One problem, if GoQuorum's validators with these addresses would take turns differently after a restart. */
export function validateTurns(addresses: readonly string[], path: string): Problem[] {
  if (takesTurnsAlike(addresses)) return [];
  const because =
    "GoQuorum orders others differently after a restart, and validators would disagree on whose turn it is";
  const wrong = sortAddresses(addresses).filter((address) => !keepsItsTurn(address));
  const must = "have no lower case among their first eight digits";
  const hint = "Use other keys: those that are made here keep their order";
  return [problem({ path, given: wrong, must, because, hint })];
}
