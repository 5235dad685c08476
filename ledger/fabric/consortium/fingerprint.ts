/** The fingerprint of a partner, which people compare by another way than the one the document came by. */
import { createHash, X509Certificate } from "node:crypto";
import { problem, type Problem } from "../../../lib/problem";
import { canonicalCertificate } from "../../../lib/x509/pem";
import type { MemberOrganization } from "./organization-json";

/** `SHA256:` and 64 hexadecimal digits, with or without colons between pairs. */
export const fingerprintForm = /^SHA256:([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/;

/**
 * SHA-256 over one line for each authority, `<MSP id> <identity|intermediate|tls> <SHA-256 of the certificate, hex>`, sorted, each with
 * a newline. So it is about the certificates and about their owner, and can be computed with openssl and sha256sum.
 */
export function partnerFingerprint(organizations: readonly MemberOrganization[]): string {
  const lines = organizations.flatMap(({ msp }) => {
    const list = (kind: string, certificates: string[] = []): string[] =>
      certificates.map((pem) => `${msp.mspId} ${kind} ${certificateDigest(pem)}`);
    return [
      ...list("identity", msp.caCertificates),
      ...list("intermediate", msp.intermediateCaCertificates),
      ...list("tls", msp.tlsCaCertificates),
    ];
  });
  const text = [...new Set(lines)]
    .sort()
    .map((line) => `${line}\n`)
    .join("");
  const digest = createHash("sha256").update(text).digest("hex");
  return `SHA256:${(digest.match(/../g) ?? []).join(":")}`;
}

/** Whether the organisations are those whose fingerprint people agreed on. */
export function checkFingerprint(
  organizations: readonly MemberOrganization[],
  agreed: string,
  path: string,
): Problem[] {
  if (!fingerprintForm.test(agreed)) {
    return [problem({ path, given: agreed, must: "be SHA256: and 64 hexadecimal digits, as `make exchange` prints" })];
  }
  const plain = (text: string): string => text.replaceAll(":", "").toLowerCase();
  const found = partnerFingerprint(organizations);
  if (plain(found) === plain(agreed)) return [];
  return [
    problem({
      path,
      given: agreed,
      must: "be the fingerprint of the partner's authorities",
      because: `those in the document have ${found}`,
      hint: "Ask the partner for the fingerprint by another way than the one this document came by, and trust no document without",
    }),
  ];
}

function certificateDigest(pem: string): string {
  const { raw } = new X509Certificate(canonicalCertificate(pem));
  return createHash("sha256").update(raw).digest("hex");
}
