/**
 * X.509 certificates as Fabric wants them: EC P-256 keys, subject and authority key identifiers, key usages,
 * the NodeOU role in the subject's OU, and signatures with low `s`. The clock comes from the caller, and so may
 * the key; one that is not given is made here.
 */
import "reflect-metadata";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import * as x509 from "@peculiar/x509";
import {
  alternativeNames,
  authorityKeyIdentifier,
  buildCertificate,
  signCertificate,
} from "../../lib/x509/certificate";
import { describeCertificate, matchesPrivateKey } from "./certificate-description";
import { canonicalCertificate } from "../../lib/x509/pem";
import { problem, throwProblems, type Problem } from "../../lib/problem";
import { encodePrivateKey } from "../../lib/x509/ecdsa";
import { parsePrivateKey } from "./sign";
import { attributesExtensionId, attributesExtensionValue, validateAttributes } from "./certificate-attributes";
import { validateDnsNames, validateIpAddresses, validateSubject } from "./validate-certificate";
import { messageOf } from "../../lib/errors";

export {
  describeCertificate,
  matchesPrivateKey,
  verifyIssuedBy,
  type CertificateDescription,
} from "./certificate-description";

export interface CertificateAndKey {
  /** Certificate, PEM. */
  certificate: string;
  /** Private key, PKCS#8 PEM. */
  privateKey: string;
}

export interface CertificateAuthorityRequest {
  /**
   * Key to keep, PEM: a renewal. With the same names, everything issued before also chains to the new certificate.
   * Left out: a new one is made.
   */
  privateKey?: string;
  /** Subject common name, for example `ca.org1`. At most 64 characters. */
  commonName: string;
  /** Subject organisation (O). At most 64 characters. */
  organization: string;
  validityDays: number;
  now: Date;
  /** First moment of validity. Default: a little before `now`. A later one counts as the default. */
  notBefore?: Date | undefined;
}

/** Role of an enrolment certificate: the NodeOU that Fabric reads from the subject's OU. */
export type NodeOu = "peer" | "orderer" | "admin" | "client";

/** One end of a TLS connection. */
export type TlsRole = "server" | "client";

export interface CertificateRequest {
  /** The issuing authority. */
  ca: CertificateAndKey;
  /** Key to keep, PEM. Left out: a new one is made. */
  privateKey?: string;
  /** At most 64 characters. */
  commonName: string;
  /** At most 64 characters. */
  organization: string;
  /** Subject OU. Set for enrolment certificates, left out for TLS ones. */
  nodeOu?: NodeOu;
  /** Attributes that chaincode reads, in Fabric CA's extension. Left out: no extension. */
  attributes?: Readonly<Record<string, string>> | undefined;
  /** `signing`: enrolment identity. `tls`: server and client authentication, or one of them, see `tlsRole`. */
  usage: "signing" | "tls";
  /**
   * The only end of TLS that the certificate is good for. Left out: both, which nodes need, since they dial each other
   * with what they serve with.
   */
  tlsRole?: TlsRole;
  dnsNames: string[];
  ipAddresses: string[];
  /** Life in days from `now`, cut at the end of the authority's own certificate. */
  validityDays: number;
  now: Date;
  /** First moment of validity, cut at the beginning of the authority. Default and latest: a little before `now`. */
  notBefore?: Date | undefined;
}

const millisecondsPerDay = 24 * 60 * 60 * 1000;
/** Certificates begin a little in the past, so that a node whose clock is behind accepts them. */
const backdatedMilliseconds = 5 * 60 * 1000;

/**
 * A self-signed root authority, for a new key or for the one given.
 *
 * @throws InputError with every malformed name and number.
 */
export async function createCertificateAuthority(request: CertificateAuthorityRequest): Promise<CertificateAndKey> {
  throwProblems("certificate authority", validateSubject(request));
  const key = request.privateKey === undefined ? newPrivateKey() : parsePrivateKey(request.privateKey);
  const publicKey = publicKeyBytes(key);
  const subject = subjectName(request);
  const certificate = await buildCertificate({
    subject,
    issuer: subject,
    publicKey,
    notBefore: beginning(request),
    notAfter: daysAfter(request.now, request.validityDays),
    extensions: [
      // It issues no authorities, so a leaf that passed for one would still be none.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return { certificate: signCertificate(certificate, key), privateKey: encodePrivateKey(key) };
}

/**
 * A certificate from an authority, for a new key or for the one given.
 *
 * @throws InputError with every malformed name, address and number, and with what is wrong with the authority:
 * unreadable, no authority, key of another certificate, not valid at `now`.
 */
export async function issueCertificate(request: CertificateRequest): Promise<CertificateAndKey> {
  throwProblems(`certificate ${request.commonName}`, [
    ...validateSubject(request),
    ...validateDnsNames(request.dnsNames, "dnsNames"),
    ...validateIpAddresses(request.ipAddresses, "ipAddresses"),
    ...validateAttributes(request.attributes, "attributes"),
    ...validateAuthority(request.ca, request.now),
  ]);
  const key = request.privateKey === undefined ? newPrivateKey() : parsePrivateKey(request.privateKey);
  const publicKey = publicKeyBytes(key);
  const authority = new x509.X509Certificate(canonicalCertificate(request.ca.certificate));
  const certificate = await buildCertificate({
    subject: subjectName(request),
    issuer: authority.subjectName,
    publicKey,
    notBefore: latest(beginning(request), authority.notBefore),
    notAfter: earliest(daysAfter(request.now, request.validityDays), authority.notAfter),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...extendedUsage(request),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await authorityKeyIdentifier(authority),
      ...alternativeNames(request.dnsNames, request.ipAddresses),
      ...attributesExtension(request.attributes),
    ],
  });
  return {
    certificate: signCertificate(certificate, parsePrivateKey(request.ca.privateKey)),
    privateKey: encodePrivateKey(key),
  };
}

function subjectName(request: { organization: string; nodeOu?: NodeOu; commonName: string }): x509.Name {
  const role = request.nodeOu === undefined ? [] : [{ OU: [{ utf8String: request.nodeOu }] }];
  return new x509.Name([
    // Plain strings would go through the library's parser, which gives quotes, commas and # a meaning.
    { O: [{ utf8String: request.organization }] },
    ...role,
    { CN: [{ utf8String: request.commonName }] },
  ]);
}

const tlsPurposes: Record<TlsRole, x509.ExtendedKeyUsageType> = {
  server: x509.ExtendedKeyUsage.serverAuth,
  client: x509.ExtendedKeyUsage.clientAuth,
};

function extendedUsage({ usage, tlsRole }: Pick<CertificateRequest, "usage" | "tlsRole">): x509.Extension[] {
  if (usage !== "tls") return [];
  const roles: TlsRole[] = tlsRole === undefined ? ["server", "client"] : [tlsRole];
  return [new x509.ExtendedKeyUsageExtension(roles.map((role) => tlsPurposes[role]))];
}

function attributesExtension(attributes: Readonly<Record<string, string>> = {}): x509.Extension[] {
  if (Object.keys(attributes).length === 0) return [];
  return [new x509.Extension(attributesExtensionId, false, attributesExtensionValue(attributes))];
}

/** Whether `ca` can sign at `now`: readable, an authority, with its own key, and valid. */
export function validateAuthority(ca: CertificateAndKey, now: Date): Problem[] {
  try {
    const authority = describeCertificate(ca.certificate);
    if (!authority.isCa) {
      return [
        problem({ path: "ca.certificate", given: authority.subject, must: "be the certificate of an authority" }),
      ];
    }
    if (!matchesPrivateKey(ca.certificate, ca.privateKey)) {
      return [problem({ path: "ca.privateKey", must: `belong to the certificate of ${authority.subject}` })];
    }
    const range = `${authority.notBefore.toISOString()} to ${authority.notAfter.toISOString()}`;
    return now >= authority.notBefore && now < authority.notAfter
      ? []
      : [
          problem({
            path: "ca.certificate",
            given: authority.subject,
            must: `be valid at ${now.toISOString()}`,
            because: `it is from ${range}`,
            hint: "Renew the authority first",
          }),
        ];
  } catch (error) {
    const because = messageOf(error);
    return [problem({ path: "ca", must: "be a certificate with its private key, PEM", because })];
  }
}

function newPrivateKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function publicKeyBytes(privateKey: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createPublicKey(privateKey).export({ format: "der", type: "spki" }));
}

/** Certificates count in whole seconds. */
function wholeSeconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}

function beginning({ now, notBefore = now }: { now: Date; notBefore?: Date | undefined }): Date {
  return earliest(notBefore, backdated(now));
}

function backdated(now: Date): Date {
  return wholeSeconds(now.getTime() - backdatedMilliseconds);
}

function daysAfter(now: Date, days: number): Date {
  return wholeSeconds(now.getTime() + days * millisecondsPerDay);
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function earliest(a: Date, b: Date): Date {
  return a < b ? a : b;
}
