import { X509Certificate } from "node:crypto";

const certificateBlock = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;
/** Label of revocation lists (RFC 7468, 7). */
export const revocationListLabel = "X509 CRL";
const revocationListBlock = /-----BEGIN X509 CRL-----([^-]*)-----END X509 CRL-----/;
const lineLength = 64;

/**
 * The single PEM certificate of a text, in canonical form: 64 characters a line, newline at the end (RFC 7468).
 * Two texts with the same certificate give the same string.
 *
 * @throws Error when the text has no certificate, several, or a damaged one.
 */
export function canonicalCertificate(pem: string): string {
  const blocks = [...pem.matchAll(certificateBlock)];
  const block = blocks[0]?.[1];
  if (block === undefined) {
    throw new Error(`no PEM certificate: found ${excerpt(pem)}, expected -----BEGIN CERTIFICATE-----`);
  }
  if (blocks.length > 1) throw new Error(`${blocks.length} PEM certificates where one belongs`);
  const der = Buffer.from(block, "base64");
  try {
    new X509Certificate(der);
  } catch {
    throw new Error("the PEM block CERTIFICATE does not hold an X.509 certificate: it is damaged or cut off");
  }
  return encodePem("CERTIFICATE", der);
}

/** DER of a revocation list of an MSP, which may be PEM or DER there. The content is not checked. */
export function revocationListDer(list: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(list);
  const block = revocationListBlock.exec(bytes.toString("latin1"))?.[1];
  return block === undefined ? bytes : Buffer.from(block, "base64");
}

/** A revocation list as PEM in canonical form. Two texts with the same list give the same string. */
export function canonicalRevocationList(list: string | Uint8Array): string {
  return encodePem(revocationListLabel, revocationListDer(list));
}

/** PEM text of DER bytes: 64 characters a line, newline at the end. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** Description of a wrong text that does not print it, because it may be a key. */
function excerpt(text: string): string {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1];
  if (label !== undefined) return `a PEM block ${label}`;
  return text.trim() === "" ? "an empty text" : `a text of ${text.length} characters without a PEM header`;
}
