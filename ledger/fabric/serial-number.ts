/** Serial numbers of certificates, as people and tools write them. */
import { X509Certificate } from "node:crypto";
import { canonicalCertificate } from "../../lib/x509/pem";
import { problem, type Problem } from "../../lib/problem";

/** RFC 5280, 4.1.2.2 allows 20 octets. */
const serialForm = /^[0-9a-f]{1,40}$/;

/**
 * A serial number in hex as in `5a3c01`: lower case, without colons and leading zeros. Equal numbers give equal text;
 * text that is no number stays as it is.
 */
export function canonicalSerial(text: string): string {
  const digits = text.toLowerCase().replaceAll(":", "").replace(/^0x/, "");
  return serialForm.test(digits) ? digits.replace(/^0+(?=.)/, "") : text;
}

/**
 * Serial number of a certificate, in canonical form.
 *
 * @throws when the text is not exactly one PEM certificate.
 */
export function serialOf(certificate: string): string {
  return canonicalSerial(new X509Certificate(canonicalCertificate(certificate)).serialNumber);
}

/** A text that must be a serial number in hex. */
export function validateSerial(text: string, path: string): Problem[] {
  return serialForm.test(canonicalSerial(text))
    ? []
    : [
        problem({
          path,
          given: text,
          must: "be a serial number of a certificate in hex, at most 20 bytes, as `openssl x509 -serial` prints it",
        }),
      ];
}
