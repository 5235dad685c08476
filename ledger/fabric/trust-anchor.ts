import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { buildCertificate } from "../../lib/x509/certificate";
import { canonicalCertificate, encodePem } from "../../lib/x509/pem";

/** Before any authority of ours began. */
const validFrom = new Date("2020-01-01T00:00:00Z");
/** RFC 5280, 4.1.2.5: the date that says "no end". */
const validUntil = new Date("9999-12-31T23:59:59Z");

/**
 * An authority as what it is to those who trust it: a name and a key (RFC 5280, 6.1.1 d), in the form of a certificate,
 * since that is what TLS libraries take. Its bytes follow from name and key alone: they are the same for every certificate
 * that the authority had and will have. The certificates that it issues end on their own dates.
 *
 * It has no signature. A root's own says nothing, and no validation of a path looks at it.
 *
 * @param caCertificate the authority's certificate of today, PEM.
 * @throws when the text is not exactly one PEM certificate.
 */
export async function trustAnchor(caCertificate: string): Promise<string> {
  const authority = new x509.X509Certificate(canonicalCertificate(caCertificate));
  const keyIdentifier = authority.getExtension(x509.SubjectKeyIdentifierExtension);
  const anchor = await buildCertificate({
    subject: authority.subjectName,
    issuer: authority.subjectName,
    publicKey: new Uint8Array(authority.publicKey.rawData),
    notBefore: validFrom,
    notAfter: validUntil,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ...(keyIdentifier === null ? [] : [keyIdentifier]),
    ],
  });
  return encodePem("CERTIFICATE", anchor);
}
