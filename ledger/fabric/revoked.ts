/** Revocation lists of MSPs, as they are read. */
import { revocationListDer } from "../../lib/x509/pem";
import { readRevokedSerials } from "../../lib/x509/revoked-serials";
import { canonicalSerial, serialOf } from "./serial-number";

/**
 * Serial numbers on a list (PEM or DER), canonical.
 *
 * @throws Error when the text is no list
 */
export function revokedSerials(list: string): string[] {
  return readRevokedSerials(revocationListDer(list)).map(canonicalSerial);
}

/**
 * Whether one of the lists has the certificate. The signatures of the lists are not checked.
 *
 * @throws Error when one of the texts cannot be read
 */
export function isRevoked(certificate: string, lists: readonly string[]): boolean {
  const serial = serialOf(certificate);
  return lists.some((list) => revokedSerials(list).includes(serial));
}
