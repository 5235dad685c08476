/** Requests for certificates, for tests of issued certificates. */
import {
  createCertificateAuthority,
  type CertificateAndKey,
  type CertificateRequest,
} from "../../../../ledger/fabric/certificate";

export const testTime = new Date("2026-06-01T12:00:00.500Z");
export const dayMs = 24 * 60 * 60 * 1000;

/** An authority with a fresh key. */
export function authority(
  change: Partial<Parameters<typeof createCertificateAuthority>[0]> = {},
): Promise<CertificateAndKey> {
  return createCertificateAuthority({
    commonName: "ca.org1",
    organization: "org1",
    validityDays: 100,
    now: testTime,
    ...change,
  });
}

/** A request for the identity of a peer. */
export function leafRequest(ca: CertificateAndKey, change: Partial<CertificateRequest> = {}): CertificateRequest {
  return {
    ca,
    commonName: "peer0.org1",
    organization: "org1",
    nodeOu: "peer",
    usage: "signing",
    dnsNames: [],
    ipAddresses: [],
    validityDays: 10,
    now: testTime,
    ...change,
  };
}
