import { X509Certificate } from "node:crypto";
import { validateDnsNames, validateIpAddresses, validateSubject } from "../../../ledger/fabric/validate-certificate";
import { changesOf, differences, type PropertyChange } from "../../framework/property-changes";
import { isKnown, type Loose } from "../../framework/property-value";
import { COMPUTATION_TIMEOUT_SECONDS, type Resource } from "../../framework/resource";
import { identityChanges, type CheckedInputs } from "../../framework/declaration";
import { certificate as declared } from "../declarations";
import { keyLifecycle, renewalChange, type KeyAndCertificate } from "./key-lifecycle";

type Inputs = CheckedInputs<typeof declared>;

/**
 * A key and its certificate. A change of the identity (subject and usage) replaces both: Fabric distinguishes
 * identities by subject, and the key of one must not serve another. Changes of TLS role, names, validity and issuer
 * give the same key a new certificate: channels pin orderers by TLS key, so a new key would need a config update per
 * channel.
 */
export const certificate: Resource<Inputs, KeyAndCertificate> = {
  defaultTimeoutSeconds: COMPUTATION_TIMEOUT_SECONDS,

  validate: (inputs) => [
    ...validateSubject(inputs),
    ...validateDnsNames(inputs.dnsNames, "dnsNames"),
    ...validateIpAddresses(inputs.ipAddresses, "ipAddresses"),
    ...(inputs.tlsRole === undefined || inputs.usage === "tls"
      ? []
      : [{ path: "tlsRole", message: `is ${inputs.tlsRole}, but usage is ${inputs.usage}; leave it out` }]),
    ...(parseCertificate(inputs.caCertificate) === undefined
      ? [{ path: "caCertificate", message: "is no PEM certificate" }]
      : []),
    ...(inputs.renewBeforeDays < inputs.validityDays
      ? []
      : [{ path: "renewBeforeDays", message: `is ${inputs.renewBeforeDays}; fewer than validityDays needed` }]),
  ],

  diff: ({ oldInputs, oldState, newInputs, now }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...changesOf(oldInputs, newInputs, ["tlsRole", "dnsNames", "ipAddresses", "validityDays"]),
    ...issuerChange(oldInputs.caCertificate, newInputs.caCertificate),
    ...(canLiveLonger(oldState, newInputs.caCertificate)
      ? renewalChange(oldState, newInputs.renewBeforeDays, now)
      : []),
  ],

  ...keyLifecycle<Inputs>(async (inputs, privateKey, now) => {
    const { issueCertificate } = await import("../../../ledger/fabric/certificate.ts");
    const ca = { certificate: inputs.caCertificate, privateKey: inputs.caPrivateKey };
    return issueCertificate({ ...inputs, ca, privateKey, now });
  }),

  async delete() {
    // Nodes with the certificate are gone or have another one; there is no revocation list for it.
  },
};

/**
 * Change of the issuer. A CA with a renewed certificate still vouches for issued certificates; another key or name does
 * not.
 */
function issuerChange(before: string, after: Loose<string>): PropertyChange[] {
  const changes = differences(before, after, "caCertificate");
  if (changes.length === 0 || !isKnown(after)) return changes;
  const [old, next] = [parseCertificate(before), parseCertificate(after)];
  const isSameIssuer =
    old !== undefined && next !== undefined && old.subject === next.subject && old.publicKey.equals(next.publicKey);
  return isSameIssuer ? [] : changes;
}

/**
 * Whether a renewal would extend the validity. No certificate outlives its CA: before the CA's own renewal, every run
 * would renew without effect.
 */
function canLiveLonger(state: KeyAndCertificate, caCertificate: Loose<string>): boolean {
  if (!isKnown(caCertificate)) return true;
  const ca = parseCertificate(caCertificate);
  return ca === undefined || Date.parse(ca.validTo) > Date.parse(state.notAfter);
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
