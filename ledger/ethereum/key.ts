/**
 * secp256k1 keys: what a node signs with, and the two names that follow from it.
 *
 * Curve and order: https://www.secg.org/sec2-v2.pdf section 2.4.1.
 */
import { createECDH, ECDH } from "node:crypto";
import { publicKeyAddress, type Address } from "./address";
import { digitsOf, fromHex, type Hex } from "./hex";
import { throwProblems, type Problem } from "../problem";
import { problemAt } from "./problem";

/** A private key and what follows from it. */
export interface AccountKey {
  /** 32 bytes, `0x` and 64 lower-case digits. Secret. */
  privateKey: Hex;
  /** The node's enode id: the uncompressed public key without its leading 04, 128 lower-case digits, no `0x`. */
  enodeId: string;
  /** EIP-55 form. */
  address: Address;
}

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const KEY_DIGITS = 64;
const KEY_HINT = "write 64 hexadecimal digits (32 bytes), with or without 0x";

/**
 * Checks that a text is a private key: length, digits, and the range 1 to curve order - 1.
 * The messages never hold the key itself.
 */
export function validatePrivateKey(value: unknown, path: string): Problem[] {
  if (typeof value !== "string") {
    return [
      problemAt(path, { what: `a private key must be text, given a ${typeof value}`, right: `${KEY_HINT}, quoted` }),
    ];
  }
  if (value !== value.trim()) {
    const what = "the private key has blanks or a line break around it";
    return [problemAt(path, { what, right: "give the digits alone" })];
  }
  if (value.startsWith("-----BEGIN")) {
    const what = "the private key is PEM, which Ethereum clients do not read";
    return [problemAt(path, { what, right: KEY_HINT })];
  }
  const digits = digitsOf(value);
  if (!/^[0-9a-f]*$/.test(digits)) {
    return [
      problemAt(path, { what: "the private key holds characters that are not hexadecimal digits", right: KEY_HINT }),
    ];
  }
  if (digits.length !== KEY_DIGITS) {
    return [problemAt(path, { what: `the private key has ${digits.length} hexadecimal digits`, right: KEY_HINT })];
  }
  const scalar = BigInt(`0x${digits}`);
  if (scalar === 0n || scalar >= CURVE_ORDER) {
    const what = scalar === 0n ? "the private key is 0" : "the private key is not below the order of secp256k1";
    return [problemAt(path, { what, right: "take 32 other random bytes" })];
  }
  return [];
}

/**
 * Public key, enode id and address of a private key.
 *
 * @param privateKey 64 hexadecimal digits, with or without `0x`.
 * @throws InputError when it is no private key.
 */
export function deriveAccount(privateKey: string): AccountKey {
  throwProblems("invalid private key", validatePrivateKey(privateKey, "privateKey"));
  const ecdh = createECDH("secp256k1");
  ecdh.setPrivateKey(fromHex(privateKey));
  const publicKey = Uint8Array.from(ecdh.getPublicKey()).subarray(1);
  return {
    privateKey: `0x${digitsOf(privateKey)}`,
    enodeId: Buffer.from(publicKey).toString("hex"),
    address: publicKeyAddress(publicKey),
  };
}

/**
 * One problem per key that two owners share: two nodes with one key sign conflicting
 * blocks and are one peer to the network.
 *
 * @param keys Path of the input that holds the key -> private key.
 */
export function validateDistinctKeys(keys: Record<string, string>): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(keys).flatMap(([path, key]) => {
    const digits = digitsOf(key);
    const owner = owners.get(digits);
    if (owner === undefined) {
      owners.set(digits, path);
      return [];
    }
    return [problemAt(path, { what: `the same private key as ${owner}`, right: "give every node its own key" })];
  });
}

/** The address of the account whose public key an enode id is. Expects a valid enode id. */
export function enodeIdAddress(enodeId: string): Address {
  return publicKeyAddress(fromHex(enodeId));
}

/** Whether 128 hexadecimal digits are a point of the curve; other clients drop a peer whose id is not. */
export function isPublicKey(enodeId: string): boolean {
  try {
    ECDH.convertKey(fromHex(`04${enodeId}`), "secp256k1");
    return true;
  } catch {
    return false;
  }
}
