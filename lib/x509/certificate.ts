/** X.509 certificates from their fields, signed by ECDSA with the lower `s`. */
import "reflect-metadata";
import { createHash, type KeyObject } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { encodePem } from "./pem";
import { resign } from "./resign";

const ecdsaSha256 = { name: "ECDSA", hash: "SHA-256" };
/** RFC 5280, 4.1.2.2 allows 20 octets. */
const serialBytes = 16;

export interface CertificateFields {
  subject: x509.Name;
  issuer: x509.Name;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array<ArrayBuffer>;
  notBefore: Date;
  notAfter: Date;
  extensions: x509.Extension[];
}

/** DER of a certificate with an empty signature. */
export async function buildCertificate(fields: CertificateFields): Promise<Uint8Array> {
  const certificate = await x509.X509CertificateGenerator.create({
    ...fields,
    serialNumber: serialNumber(fields),
    signingAlgorithm: ecdsaSha256,
    signature: new Uint8Array(),
  });
  return new Uint8Array(certificate.rawData);
}

/** PEM of a certificate with the authority's signature. */
export function signCertificate(unsigned: Uint8Array, issuerKey: KeyObject): string {
  return encodePem("CERTIFICATE", resign(unsigned, issuerKey));
}

/**
 * Serial number, derived from the fields so that equal fields give an equal certificate. Unique for an authority as
 * long as one key gets no two certificates in the same second. The first bit is 0, since the number must be positive.
 */
function serialNumber(fields: CertificateFields): string {
  const digest = createHash("sha256")
    .update(fields.publicKey)
    .update(fields.subject.toString())
    .update(`${fields.notBefore.getTime()} ${fields.notAfter.getTime()}`);
  for (const extension of fields.extensions) {
    digest.update(new Uint8Array(extension.rawData));
  }
  const bytes = digest.digest().subarray(0, serialBytes);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

/** The extension that names the authority's key. */
export async function authorityKeyIdentifier(authority: x509.X509Certificate): Promise<x509.Extension> {
  const identifier = authority.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
  return identifier === undefined
    ? await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey)
    : new x509.AuthorityKeyIdentifierExtension(identifier);
}

/** The extension with the DNS names and addresses of a certificate; empty without names. */
export function alternativeNames(dnsNames: string[], ipAddresses: string[]): x509.Extension[] {
  const names: x509.JsonGeneralNames = [
    ...dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...ipAddresses.map((value) => ({ type: "ip" as const, value })),
  ];
  return names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)];
}
