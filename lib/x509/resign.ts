import type { KeyObject } from "node:crypto";
import { derBitString, derSequence, encodeDer, readDerElement } from "./der";
import { signMessage } from "./ecdsa";

/**
 * DER of a certificate or revocation list with the authority's signature in place of the one that it has: both are
 * SEQUENCE { tbs, algorithm, BIT STRING } (RFC 5280, 4.1 and 5.1). The library would sign with WebCrypto, whose signatures
 * have the high `s` half of the time.
 */
export function resign(der: Uint8Array, issuerKey: KeyObject): Uint8Array {
  const outer = readDerElement(der, 0);
  const toBeSigned = readDerElement(der, outer.content);
  const algorithm = readDerElement(der, toBeSigned.end);
  const signature = signMessage(der.subarray(toBeSigned.start, toBeSigned.end), issuerKey);
  const noUnusedBits = Uint8Array.of(0);
  return encodeDer(
    derSequence,
    der.subarray(toBeSigned.start, algorithm.end),
    encodeDer(derBitString, noUnusedBits, signature),
  );
}
