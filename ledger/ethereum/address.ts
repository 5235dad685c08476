/** Account addresses and their checksum, EIP-55 (https://eips.ethereum.org/EIPS/eip-55). */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { digitsOf, toHex, type Hex } from "./hex";
import { throwProblems, type Problem } from "../problem";
import { problemAt } from "./problem";

/** An account address, `0x` and 40 digits in the mixed case of EIP-55. */
export type Address = Hex;

const ADDRESS_HINT = "write 0x and 40 hexadecimal digits, quoted";

/** Checks form and, where the case is mixed, the checksum. Text without `0x` is accepted. */
export function validateAddress(value: unknown, path: string): Problem[] {
  if (typeof value !== "string") {
    // YAML reads an unquoted 0x... as a number and loses its digits.
    return [problemAt(path, { what: "an address must be text", given: value, right: ADDRESS_HINT })];
  }
  const bare = value.replace(/^0x/i, "");
  if (!/^[0-9a-fA-F]{40}$/.test(bare)) {
    return [problemAt(path, { what: "not an address", given: value, right: ADDRESS_HINT })];
  }
  const isMixedCase = /[a-f]/.test(bare) && /[A-F]/.test(bare);
  const expected = applyChecksum(bare.toLowerCase());
  if (isMixedCase && expected.slice(2) !== bare) {
    return [
      problemAt(path, {
        what: "the address has a wrong EIP-55 checksum, so a digit may be mistyped",
        given: value,
        right: `if every digit is right, write ${expected}`,
      }),
    ];
  }
  return [];
}

/**
 * An address in EIP-55 form.
 *
 * @throws InputError when it is no address or its checksum is wrong.
 */
export function checksumAddress(value: string): Address {
  throwProblems("invalid address", validateAddress(value, "address"));
  return applyChecksum(digitsOf(value));
}

/** The address of a public key: the last 20 bytes of its Keccak-256. */
export function publicKeyAddress(publicKey: Uint8Array): Address {
  return applyChecksum(toHex(keccak_256(publicKey).subarray(12)).slice(2));
}

/** Ascending by bytes, which is the order that Clique, IBFT2 and QBFT demand of validators. Result in EIP-55 form. */
export function sortAddresses(addresses: readonly string[]): Address[] {
  return addresses.map(checksumAddress).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

/** One problem per address that stands in a list more than once; `path[i]` of each repetition. */
export function validateDistinctAddresses(addresses: readonly string[], path: string): Problem[] {
  const first = new Map<string, number>();
  return addresses.flatMap((address, index) => {
    const key = digitsOf(address);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, index);
      return [];
    }
    const what = `the same address as ${path}[${earlier}]`;
    return [problemAt(`${path}[${index}]`, { what, given: address, right: "give every validator its own key" })];
  });
}

function applyChecksum(lowerCaseDigits: string): Address {
  const hash = toHex(keccak_256(new TextEncoder().encode(lowerCaseDigits))).slice(2);
  const digits = [...lowerCaseDigits].map((digit, index) => (hash[index]! >= "8" ? digit.toUpperCase() : digit));
  return `0x${digits.join("")}`;
}
