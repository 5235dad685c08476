/**
 * Signatures as Fabric accepts them: ECDSA over P-256 with SHA-256, DER encoded, with the smaller of the two
 * possible `s` values (Fabric refuses the other one, since it would give a message two valid signatures).
 */
import { createPrivateKey, sign as nodeSign, type KeyObject } from "node:crypto";
import { DER_SEQUENCE, encodeDer, encodeDerInteger } from "./der";

/** Signs a whole message (not its digest). Returns the DER signature. */
export type Sign = (message: Uint8Array) => Uint8Array;

/** Who a message claims to come from: goes into every signature header. */
export interface Creator {
  /** MSP identifier, for example `Org1MSP`. */
  mspId: string;
  /** Enrolment certificate, PEM. */
  certificate: string;
}

/** Order of the P-256 base point: SEC 2, section 2.4.2. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SCALAR_BYTES = 32;

/**
 * A signer for a PEM private key (EC P-256, PKCS#8 or SEC 1).
 *
 * @throws when the text is no private key or the key is of another kind; the message never contains the key.
 */
export function createSigner(privateKeyPem: string): Sign {
  const key = parsePrivateKey(privateKeyPem);
  return (message) => signMessage(message, key);
}

/** DER signature over a message. The key must be EC P-256. */
export function signMessage(message: Uint8Array, key: KeyObject): Uint8Array {
  return encodeLowS(nodeSign("sha256", message, { key, dsaEncoding: "ieee-p1363" }));
}

/**
 * Reads an EC P-256 private key.
 *
 * @throws when the text is no private key or the key is of another kind; the message never contains the key.
 */
export function parsePrivateKey(privateKeyPem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(privateKeyPem);
  } catch {
    throw new Error(
      "the private key cannot be read: it must be an unencrypted PEM block, PKCS#8 (PRIVATE KEY) of an EC P-256 key",
    );
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== "prime256v1") {
    const given = [key.asymmetricKeyType, curve].filter(Boolean).join(" ");
    throw new Error(`the private key is ${given}: Fabric signs with EC P-256 (prime256v1)`);
  }
  return key;
}

/** PKCS#8 PEM of a private key. */
export function encodePrivateKey(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

/** Fixed-length `r || s` to DER with `s` at most half the group order. */
export function encodeLowS(signature: Uint8Array): Uint8Array {
  const r = toBigInt(signature.subarray(0, SCALAR_BYTES));
  const s = toBigInt(signature.subarray(SCALAR_BYTES));
  const lowS = s > P256_ORDER / 2n ? P256_ORDER - s : s;
  return encodeDer(DER_SEQUENCE, encodeDerInteger(r), encodeDerInteger(lowS));
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
