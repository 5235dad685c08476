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
 * A key and its certificate. What makes up the identity (subject and usage) replaces both: Fabric tells identities
 * apart by subject, and a key that served one must not serve another. TLS role, names, life and issuer give the same key a
 * new certificate: channels pin orderers by TLS key, so a new key would need a config update per channel.
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
    // The nodes that hold the certificate are gone or hold another; there is no revocation list to add it to.
  },
};

/** A CA that only renewed its own certificate still vouches for what it issued; another key or name does not. */
function issuerChange(before: string, after: Loose<string>): PropertyChange[] {
  const changes = differences(before, after, "caCertificate");
  if (changes.length === 0 || !isKnown(after)) return changes;
  const [old, next] = [parseCertificate(before), parseCertificate(after)];
  const isSameIssuer =
    old !== undefined && next !== undefined && old.subject === next.subject && old.publicKey.equals(next.publicKey);
  return isSameIssuer ? [] : changes;
}

/** No certificate outlives its CA: while the CA is not renewed itself, renewal would change nothing, at every run. */
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
