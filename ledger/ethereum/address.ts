/** Account addresses and their checksum, EIP-55 (https://eips.ethereum.org/EIPS/eip-55). */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { digitsOf, toHex, type Hex } from "./hex";
import { problem, throwProblems, type Problem } from "../../lib/problem";

/** An account address, `0x` and 40 digits in the mixed case of EIP-55. */
export type Address = Hex;

/** Quotes are needed: YAML reads a bare 0x... as a number and loses its digits. */
const form = "be an address in quotes: 0x and 40 hexadecimal digits";

/** Checks form and, where the case is mixed, the checksum. Text without `0x` is accepted. */
export function validateAddress(value: unknown, path: string): Problem[] {
  const bare = typeof value === "string" ? value.replace(/^0x/i, "") : "";
  if (!/^[0-9a-fA-F]{40}$/.test(bare)) return [problem({ path, given: value, must: form })];
  const isMixedCase = /[a-f]/.test(bare) && /[A-F]/.test(bare);
  const expected = applyChecksum(bare.toLowerCase());
  if (isMixedCase && expected.slice(2) !== bare) {
    return [
      problem({
        path,
        given: value,
        must: "be an address in the upper and lower case of EIP-55",
        because: "another case means that a digit may be mistyped",
        hint: `If every digit is right, write ${expected}`,
      }),
    ];
  }
  return [];
}

/**
 * An address in EIP-55 form.
 *
 * @throws InputError when `value` is no address or its checksum is wrong.
 */
export function checksumAddress(value: string): Address {
  throwProblems("invalid address", validateAddress(value, "address"));
  return applyChecksum(digitsOf(value));
}

/** The address of a public key: the last 20 bytes of its Keccak-256. */
export function publicKeyAddress(publicKey: Uint8Array): Address {
  return applyChecksum(toHex(keccak_256(publicKey).subarray(12)).slice(2));
}

/** Addresses ascending by bytes, the order that Clique, IBFT2 and QBFT demand of validators. Result in EIP-55 form. */
export function sortAddresses(addresses: readonly string[]): Address[] {
  return addresses.map(checksumAddress).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

/** One problem per repetition of an address in a list, at `path[i]`. */
export function validateDistinctAddresses(addresses: readonly string[], path: string): Problem[] {
  const first = new Map<string, number>();
  return addresses.flatMap((address, index) => {
    const key = digitsOf(address);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, index);
      return [];
    }
    const because = `${path}[${earlier}] has it already`;
    return [problem({ path: `${path}[${index}]`, given: address, must: "be an address of its own", because })];
  });
}

function applyChecksum(lowerCaseDigits: string): Address {
  const hash = toHex(keccak_256(new TextEncoder().encode(lowerCaseDigits))).slice(2);
  const digits = [...lowerCaseDigits].map((digit, index) => (hash[index]! >= "8" ? digit.toUpperCase() : digit));
  return `0x${digits.join("")}`;
}
