import "reflect-metadata";
import { createHash, createPublicKey, X509Certificate, type KeyObject } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { canonicalCertificate } from "../../lib/x509/pem";
import { parsePrivateKey } from "./sign";

export interface CertificateDescription {
  /** Subject, from the organisation down, for example `O=org1, OU=peer, CN=peer0`. */
  subject: string;
  issuer: string;
  /** Empty when the subject has none. */
  commonName: string;
  organization: string;
  organizationalUnits: string[];
  /** Hex. */
  serial: string;
  notBefore: Date;
  notAfter: Date;
  dnsNames: string[];
  ipAddresses: string[];
  /** Hex SHA-256 of the SubjectPublicKeyInfo: equal exactly when the key is equal. */
  publicKeyFingerprint: string;
  isCa: boolean;
}

/**
 * Content of a certificate.
 *
 * @throws when the text is not exactly one PEM certificate.
 */
export function describeCertificate(pem: string): CertificateDescription {
  const certificate = new x509.X509Certificate(canonicalCertificate(pem));
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    commonName: certificate.subjectName.getField("CN")[0] ?? "",
    organization: certificate.subjectName.getField("O")[0] ?? "",
    organizationalUnits: certificate.subjectName.getField("OU"),
    serial: certificate.serialNumber,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    dnsNames: names.filter((name) => name.type === "dns").map((name) => name.value),
    ipAddresses: names.filter((name) => name.type === "ip").map((name) => name.value),
    publicKeyFingerprint: sha256Hex(new Uint8Array(certificate.publicKey.rawData)),
    isCa: certificate.getExtension(x509.BasicConstraintsExtension)?.ca ?? false,
  };
}

/** True when `certificate` names `issuer` as its issuer and carries its signature. Says nothing of validity times. */
export function verifyIssuedBy(certificate: string, issuer: string): boolean {
  const child = new X509Certificate(canonicalCertificate(certificate));
  const parent = new X509Certificate(canonicalCertificate(issuer));
  return child.checkIssued(parent) && child.verify(parent.publicKey);
}

/**
 * True when the private key (PEM) belongs to the certificate.
 *
 * @throws when one of the two cannot be read.
 */
export function matchesPrivateKey(certificate: string, privateKey: string): boolean {
  const publicKey: KeyObject = createPublicKey(parsePrivateKey(privateKey));
  const bytes = publicKey.export({ format: "der", type: "spki" });
  return sha256Hex(bytes) === describeCertificate(certificate).publicKeyFingerprint;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
