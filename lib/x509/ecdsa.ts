/** Signatures by ECDSA over P-256 with SHA-256, DER encoded, with the smaller of the two possible `s` values. */
import { sign, type KeyObject } from "node:crypto";
import { derSequence, encodeDer, encodeDerInteger } from "./der";

/** Order of the P-256 base point: SEC 2, section 2.4.2. */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const scalarBytes = 32;

/** DER signature over a message. The key must be EC P-256. */
export function signMessage(message: Uint8Array, key: KeyObject): Uint8Array {
  return encodeLowS(sign("sha256", message, { key, dsaEncoding: "ieee-p1363" }));
}

/** PKCS#8 PEM of a private key. */
export function encodePrivateKey(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

/** Fixed-length `r || s` to DER with `s` at most half the group order. */
export function encodeLowS(signature: Uint8Array): Uint8Array {
  const r = toBigInt(signature.subarray(0, scalarBytes));
  const s = toBigInt(signature.subarray(scalarBytes));
  const lowS = s > p256Order / 2n ? p256Order - s : s;
  return encodeDer(derSequence, encodeDerInteger(r), encodeDerInteger(lowS));
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
