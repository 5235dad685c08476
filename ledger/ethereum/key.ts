/**
 * secp256k1 keys with which nodes sign, and the two names that follow from a key.
 *
 * Curve and order: https://www.secg.org/sec2-v2.pdf section 2.4.1.
 */
import { createECDH, ECDH } from "node:crypto";
import { publicKeyAddress, type Address } from "./address";
import { digitsOf, fromHex, type Hex } from "./hex";
import { problem, throwProblems, type Problem } from "../../lib/problem";

/** A private key and the two names that follow from it. */
export interface AccountKey {
  /** 32 bytes, `0x` and 64 lower-case digits. Secret. */
  privateKey: Hex;
  /** The node's enode id: the uncompressed public key without its leading 04, 128 lower-case digits, no `0x`. */
  enodeId: string;
  /** EIP-55 form. */
  address: Address;
}

const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const keyDigits = 64;
const form = "be a private key of 64 hexadecimal digits (32 bytes), with or without 0x";

/**
 * Checks that a text is a private key: length, digits, and the range 1 to curve order - 1.
 * Messages never contain the key.
 */
export function validatePrivateKey(value: unknown, path: string): Problem[] {
  if (typeof value !== "string") {
    return [problem({ path, must: `${form}, in quotes`, because: `it is a ${typeof value}` })];
  }
  if (value !== value.trim()) {
    return [problem({ path, must: form, because: "there are blanks or a line break around it" })];
  }
  if (value.startsWith("-----BEGIN")) {
    return [problem({ path, must: form, because: "it is PEM, which Ethereum clients do not read" })];
  }
  const digits = digitsOf(value);
  if (!/^[0-9a-f]*$/.test(digits)) return [problem({ path, must: form, because: "it holds other characters" })];
  if (digits.length !== keyDigits) return [problem({ path, must: form, because: `it has ${digits.length}` })];
  const scalar = BigInt(`0x${digits}`);
  if (scalar === 0n || scalar >= curveOrder) {
    const because = scalar === 0n ? "it is 0" : "it is not";
    const must = "be a private key above 0 and below the order of secp256k1";
    return [problem({ path, must, because, hint: "Take 32 other random bytes" })];
  }
  return [];
}

/**
 * Public key, enode id and address of a private key.
 *
 * @param privateKey 64 hexadecimal digits, with or without `0x`.
 * @throws InputError when `privateKey` is no private key.
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
 * One problem per key that two owners share. Two nodes with one key would sign conflicting
 * blocks, and other nodes would see one peer.
 *
 * @param keys Path of the input -> its private key.
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
    return [problem({ path, must: "be a private key of its own", because: `${owner} has it already` })];
  });
}

/** Whether 128 hexadecimal digits are a point of the curve. Other nodes drop a peer whose id is none. */
export function isPublicKey(enodeId: string): boolean {
  try {
    ECDH.convertKey(fromHex(`04${enodeId}`), "secp256k1");
    return true;
  } catch {
    return false;
  }
}
