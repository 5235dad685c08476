/**
 * Orderers of another company as consenters, in the words of a `Consenter` as `configtxlator` prints it. The MSP id is that of
 * their organisation, and the channel gives the number.
 */
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { messageOf } from "../../../lib/errors";
import { problem, type Problem } from "../../../lib/problem";
import { canonicalCertificate } from "../../../lib/x509/pem";
import { chainsToRoot } from "../certificate-chain";
import { describeCertificate } from "../certificate-description";
import type { Consenter, OrganizationMsp } from "../channel-config";
import { validateAddress } from "../validate-address";
import type { Json } from "./organization-json";

export const consenterKeys = ["host", "port", "identity", "client_tls_cert", "server_tls_cert"] as const;

type ConsenterJson = Record<(typeof consenterKeys)[number], Json>;

/** Longest certificate, in characters of base64: ten times one of Fabric's. */
const longestCertificate = 16 * 1024;

/** Purposes of TLS certificates (RFC 5280, 4.2.1.12). */
const serverPurpose = "1.3.6.1.5.5.7.3.1";
const clientPurpose = "1.3.6.1.5.5.7.3.2";

/** The consenter with all fields in one order. */
export function consenterJson(consenter: Consenter): ConsenterJson {
  const { host, port, identity, clientTlsCertificate, serverTlsCertificate } = consenter;
  return {
    host,
    port,
    identity: toBase64(identity),
    client_tls_cert: toBase64(clientTlsCertificate),
    server_tls_cert: toBase64(serverTlsCertificate),
  };
}

/**
 * Reads an orderer of another party's organisation. Undefined when something is wrong with it.
 *
 * Its certificates must come from the authorities of the organisation, on whose fingerprint people agreed. Their validity is not
 * looked at: a renewed certificate keeps its key, and a document is older than the newest one.
 */
export function readConsenter(
  given: ConsenterJson,
  msp: OrganizationMsp,
  path: string,
): { consenter: Consenter | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  const certificate = (key: keyof ConsenterJson): string => {
    try {
      return readCertificate(given[key]);
    } catch (error) {
      problems.push(problem({ path: `${path}.${key}`, must: "be one certificate", because: messageOf(error) }));
      return "";
    }
  };
  const consenter = {
    host: typeof given.host === "string" ? given.host : "",
    port: typeof given.port === "number" ? given.port : 0,
    mspId: msp.mspId,
    identity: certificate("identity"),
    clientTlsCertificate: certificate("client_tls_cert"),
    serverTlsCertificate: certificate("server_tls_cert"),
  };
  problems.push(...validateAddress(consenter, path));
  if (problems.length === 0) problems.push(...unlessUnreadable(path, () => certificateProblems(consenter, msp, path)));
  return { consenter: problems.length === 0 ? consenter : undefined, problems };
}

/** Two libraries read certificates, and may disagree about one that was made for that. */
function unlessUnreadable(path: string, check: () => Problem[]): Problem[] {
  try {
    return check();
  } catch (error) {
    return [problem({ path, must: "have certificates that can be read", because: messageOf(error) })];
  }
}

function readCertificate(value: Json): string {
  if (typeof value !== "string") throw new Error("it is no base64");
  if (value.length > longestCertificate) throw new Error(`it has more than ${longestCertificate} characters`);
  return canonicalCertificate(Buffer.from(value, "base64").toString("utf8"));
}

function certificateProblems(consenter: Consenter, msp: OrganizationMsp, path: string): Problem[] {
  const { host, identity, clientTlsCertificate: client, serverTlsCertificate: server } = consenter;
  const isIdentity = chainsToRoot(identity, msp.caCertificates, msp.intermediateCaCertificates);
  const isOrderer = describeCertificate(identity).organizationalUnits.includes("orderer");
  const ofTls = "be issued by a TLS CA of its organisation";
  return [
    ...expect(isIdentity, `${path}.identity`, identity, "be issued by an identity CA of its organisation"),
    ...expect(isOrderer, `${path}.identity`, identity, "be an orderer's, with OU=orderer"),
    ...expect(chainsToRoot(client, msp.tlsCaCertificates), `${path}.client_tls_cert`, client, ofTls),
    ...expect(isFor(client, clientPurpose), `${path}.client_tls_cert`, client, "be for TLS clients"),
    ...expect(chainsToRoot(server, msp.tlsCaCertificates), `${path}.server_tls_cert`, server, ofTls),
    ...expect(isFor(server, serverPurpose), `${path}.server_tls_cert`, server, "be for TLS servers"),
    ...expect(hasName(server, host), `${path}.server_tls_cert`, server, `have the name ${host}`),
  ];
}

function expect(isRight: boolean, path: string, certificate: string, must: string): Problem[] {
  return isRight ? [] : [problem({ path, given: describeCertificate(certificate).subject, must })];
}

/** Whether a certificate is a node's, and for this purpose. One that names no purposes is for all. */
function isFor(certificate: string, purpose: string): boolean {
  const { ca, keyUsage } = new X509Certificate(certificate);
  const purposes: string[] | undefined = keyUsage;
  return !ca && (purposes?.includes(purpose) ?? true);
}

/** Go's TLS takes names from the alternative names alone. */
function hasName(certificate: string, host: string): boolean {
  const read = new X509Certificate(certificate);
  return (isIP(host) === 0 ? read.checkHost(host, { subject: "never" }) : read.checkIP(host)) !== undefined;
}

function toBase64(pem: string): string {
  return Buffer.from(canonicalCertificate(pem)).toString("base64");
}
