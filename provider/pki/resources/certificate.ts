import { serialOf } from "../../../ledger/fabric/serial-number";
import { validateAttributes } from "../../../ledger/fabric/certificate-attributes";
import { validateDnsNames, validateIpAddresses, validateSubject } from "../../../ledger/fabric/validate-certificate";
import { problem } from "../../../lib/problem";
import { changesOf, type PropertyChange } from "../../framework/property-changes";
import {
  isKnown,
  unknownValue,
  type Loose,
  type LooseProperties,
  type PropertyMap,
} from "../../framework/property-value";
import { computationTimeoutSeconds, type Resource } from "../../framework/resource";
import { identityChanges, type CheckedInputs, type OutputsOf } from "../../framework/declaration";
import { certificate as declared } from "../declarations";
import { issuerChange, parseCertificate, pemProblems } from "./issuer";
import { keyLifecycle, prematureChange, renewalChange, renewalProblems, type KeyAndCertificate } from "./key-lifecycle";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

const key = keyLifecycle<Inputs>(async (inputs, kept) => {
  const { issueCertificate } = await import("../../../ledger/fabric/certificate.ts");
  const ca = { certificate: inputs.caCertificate, privateKey: inputs.caPrivateKey };
  return issueCertificate({ ...inputs, ca, ...kept });
});

/**
 * A key and its certificate. A change of the identity (subject and usage) replaces both: Fabric distinguishes
 * identities by subject, and the key of one must not serve another. Changes of TLS role, names, validity and issuer
 * give the same key a new certificate: channels pin orderers by TLS key, so a new key would need a config update per
 * channel.
 *
 * A new key of the same identity, by its number or by other attributes, is an update: a replacement knows nothing of its predecessor, and the serial numbers of
 * the former certificates would be lost.
 */
export const certificate: Resource<Inputs, State> = {
  migrations: [{ state: withSerials }],
  defaultTimeoutSeconds: computationTimeoutSeconds,

  validate: (inputs) => [
    ...validateSubject(inputs),
    ...validateDnsNames(inputs.dnsNames, "dnsNames"),
    ...validateIpAddresses(inputs.ipAddresses, "ipAddresses"),
    ...validateAttributes(inputs.attributes, "attributes"),
    ...(inputs.tlsRole === undefined || inputs.usage === "tls"
      ? []
      : [problem({ path: "tlsRole", given: inputs.tlsRole, must: "be left out", because: "usage is not tls" })]),
    ...pemProblems(inputs.caCertificate, "caCertificate"),
    ...renewalProblems(inputs),
  ],

  diff: ({ oldInputs, oldState, newInputs, now }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...changesOf(oldInputs, newInputs, ["tlsRole", "dnsNames", "ipAddresses", "validityDays"]),
    ...keyChanges(oldInputs, newInputs),
    ...issuerChange(oldInputs.caCertificate, newInputs.caCertificate),
    ...(canLiveLonger(oldState, newInputs.caCertificate)
      ? renewalChange(oldState, newInputs.renewBeforeDays, now)
      : []),
    ...prematureChange(oldState, now),
  ],

  preview: (inputs, previous) => {
    const isNewKey = previous !== undefined && !keepsKey(previous.inputs, inputs);
    return {
      ...key.preview(inputs, isNewKey ? undefined : previous),
      serials: unknownValue,
      formerSerials: isNewKey ? unknownValue : (previous?.state.formerSerials ?? []),
    };
  },

  async create(inputs, context) {
    const { id, state } = await key.create(inputs, context);
    return { id, state: { ...state, serials: [serialOf(state.certificate)], formerSerials: [] } };
  },

  async update(request, context) {
    const { inputs, newInputs, state } = request;
    const { serials = [], formerSerials = [] } = state;
    if (keepsKey(inputs, newInputs)) {
      const renewed = await key.update(request, context);
      return { ...renewed, serials: [...serials, serialOf(renewed.certificate)], formerSerials };
    }
    const { state: made } = await key.create(newInputs, context);
    return { ...made, serials: [serialOf(made.certificate)], formerSerials: [...formerSerials, ...serials] };
  },

  async read(request, context) {
    await key.read(request, context);
    return { inputs: request.inputs, state: request.state };
  },

  async delete() {
    // Nodes with the certificate are gone or have another one. A RevocationList remembers the certificates of users.
  },
};

/** State of a release that did not know serial numbers. */
function withSerials(state: PropertyMap): PropertyMap {
  const pem = state.certificate;
  if (typeof pem !== "string" || parseCertificate(pem) === undefined) return state;
  return { ...state, serials: [serialOf(pem)], formerSerials: [] };
}

/** Changes that give a new key: another number of the key, and attributes, since the certificates with the former ones must go. */
function keyChanges(before: Inputs, after: LooseProperties<Inputs>): PropertyChange[] {
  return [
    ...(generationOf(before) === generationOf(after) ? [] : [{ path: "keyGeneration", kind: "update" as const }]),
    ...changesOf({ attributes: before.attributes ?? {} }, { attributes: after.attributes ?? {} }, ["attributes"]),
  ];
}

function keepsKey(before: Inputs, after: LooseProperties<Inputs>): boolean {
  return keyChanges(before, after).length === 0;
}

function generationOf({ keyGeneration }: LooseProperties<Inputs>) {
  return keyGeneration ?? 1;
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
