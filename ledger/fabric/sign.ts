/**
 * Signatures as Fabric accepts them: with the smaller of the two possible `s` values. Fabric refuses the other one, since it
 * would give a message two valid signatures.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { signMessage } from "../../lib/x509/ecdsa";

/** Signs a whole message (not its digest). Returns the DER signature. */
export type Sign = (message: Uint8Array) => Uint8Array;

/** Sender of a message, as in every signature header. */
export interface Creator {
  /** MSP identifier, for example `Org1MSP`. */
  mspId: string;
  /** Enrolment certificate, PEM. */
  certificate: string;
}

/**
 * A signer for a PEM private key (EC P-256, PKCS#8 or SEC 1).
 *
 * @throws when the text is no private key or the key is of another kind; the message never contains the key.
 */
export function createSigner(privateKeyPem: string): Sign {
  const key = parsePrivateKey(privateKeyPem);
  return (message) => signMessage(message, key);
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
