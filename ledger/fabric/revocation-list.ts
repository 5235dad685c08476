/**
 * Revocation lists of an organisation's CA. Fabric looks a certificate's serial number up in the list that its MSP has
 * from the same CA, at once and for good: it reads neither the dates of the list nor those of its entries.
 * https://hyperledger-fabric.readthedocs.io/en/latest/msp.html
 */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { canonicalCertificate } from "../../lib/x509/pem";
import { buildRevocationList } from "../../lib/x509/revocation-list";
import { throwProblems } from "../../lib/problem";
import { validateAuthority, type CertificateAndKey } from "./certificate";
import { validateSerial } from "./serial-number";
import { parsePrivateKey } from "./sign";

export interface RevokedCertificate {
  /** Serial number in hex, canonical. */
  serial: string;
  /** Time of the revocation, RFC 3339. */
  revokedAt: string;
}

export interface RevocationListRequest {
  /** The authority that issued the certificates. */
  ca: CertificateAndKey;
  /** From 1 on; each list of an authority has a higher one. */
  number: number;
  /** Certificates that no longer count. */
  revoked: RevokedCertificate[];
  now: Date;
}

/**
 * The list, PEM. No list comes after its authority's end, so that is the time of the next one at the latest.
 *
 * @throws InputError with what is wrong with the authority and the serial numbers
 */
export async function createRevocationList({ ca, number, revoked, now }: RevocationListRequest): Promise<string> {
  throwProblems("revocation list", [
    ...validateAuthority(ca, now),
    ...revoked.flatMap(({ serial }, index) => validateSerial(serial, `revoked[${index}].serial`)),
  ]);
  const authority = new x509.X509Certificate(canonicalCertificate(ca.certificate));
  return buildRevocationList({
    authority,
    authorityKey: parsePrivateKey(ca.privateKey),
    number,
    thisUpdate: now,
    nextUpdate: authority.notAfter,
    // An odd digit would be half a byte.
    entries: revoked.map(({ serial, revokedAt }) => ({
      serial: serial.length % 2 === 0 ? serial : `0${serial}`,
      revokedAt: new Date(revokedAt),
    })),
  });
}
