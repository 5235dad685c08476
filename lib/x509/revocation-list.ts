/** X.509 revocation lists (RFC 5280, 5), signed by ECDSA with the lower `s`. */
import "reflect-metadata";
import { webcrypto, type KeyObject } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { authorityKeyIdentifier } from "./certificate";
import { encodeDerInteger } from "./der";
import { encodePem, revocationListLabel } from "./pem";
import { resign } from "./resign";

const ecdsaKey = { name: "ECDSA", namedCurve: "P-256" };
const ecdsaSha256 = { name: "ECDSA", hash: "SHA-256" };
/** RFC 5280, 5.2.3. */
const crlNumber = "2.5.29.20";

export interface RevocationListFields {
  /** Certificate of the authority. */
  authority: x509.X509Certificate;
  /** Key of the authority, EC P-256. */
  authorityKey: KeyObject;
  /** Rises with every list of the authority. */
  number: number;
  thisUpdate: Date;
  nextUpdate: Date;
  /** Serial numbers in hex, each once. */
  entries: { serial: string; revokedAt: Date }[];
}

/** PEM of a revocation list, version 2, with number and key identifier of its authority. */
export async function buildRevocationList(fields: RevocationListFields): Promise<string> {
  const { authority, authorityKey, entries } = fields;
  const pkcs8 = new Uint8Array(authorityKey.export({ format: "der", type: "pkcs8" }));
  const list = await x509.X509CrlGenerator.create({
    issuer: authority.subjectName,
    thisUpdate: fields.thisUpdate,
    nextUpdate: fields.nextUpdate,
    // Without any extension the library writes an empty list of them, which RFC 5280 forbids.
    entries: entries.map(({ serial, revokedAt }) => ({
      serialNumber: serial,
      revocationDate: revokedAt,
      reason: x509.X509CrlReason.privilegeWithdrawn,
    })),
    extensions: [
      await authorityKeyIdentifier(authority),
      new x509.Extension(crlNumber, false, new Uint8Array(encodeDerInteger(BigInt(fields.number)))),
    ],
    signingAlgorithm: ecdsaSha256,
    signingKey: await webcrypto.subtle.importKey("pkcs8", pkcs8, ecdsaKey, false, ["sign"]),
  });
  return encodePem(revocationListLabel, resign(new Uint8Array(list.rawData), authorityKey));
}
