/** Certificates of CAs, as inputs of what they issue. */
import { problem, type Problem } from "../../../lib/problem";
import { X509Certificate } from "node:crypto";
import { differences, type PropertyChange } from "../../framework/property-changes";
import { isKnown, type Loose } from "../../framework/property-value";

/**
 * Change of the issuer. A CA with a renewed certificate still vouches for issued certificates; another key or name does
 * not.
 */
export function issuerChange(before: string, after: Loose<string>): PropertyChange[] {
  const changes = differences(before, after, "caCertificate");
  if (changes.length === 0 || !isKnown(after)) return changes;
  const [old, next] = [parseCertificate(before), parseCertificate(after)];
  const isSameIssuer =
    old !== undefined && next !== undefined && old.subject === next.subject && old.publicKey.equals(next.publicKey);
  return isSameIssuer ? [] : changes;
}

/** Problem of a text that is no certificate. */
export function pemProblems(pem: string, path: string): Problem[] {
  return parseCertificate(pem) === undefined ? [problem({ path, must: "be a PEM certificate" })] : [];
}

/** Undefined when the text is no PEM certificate. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
