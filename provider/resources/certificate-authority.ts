import { validateSubject } from "../../ledger/fabric/validate-certificate";
import { changesOf } from "../engine/property-changes";
import type { Resource } from "../engine/resource";
import { object, text } from "../engine/schema";
import type { CertificateAuthorityInputs } from "../sdk/pki";
import {
  days,
  PKI_TIMEOUT_SECONDS,
  previewCertificate,
  renewalChange,
  reportValidity,
  type KeyAndCertificate,
} from "./pki";

/** fabric-ca's own root lives as long (131400 h). */
const DEFAULT_VALIDITY_DAYS = 5475;
/** The default life of what it issues, so that no certificate is cut short by the end of its authority. */
const DEFAULT_RENEW_BEFORE_DAYS = 365;

/** Inputs after defaults. */
type Inputs = Required<CertificateAuthorityInputs>;

/**
 * A root CA. Its name is its identity, so another name is another CA with another key. Everything else gives the same
 * key a new certificate, below which all certificates issued so far stay good.
 */
export const certificateAuthority: Resource<Inputs, KeyAndCertificate> = {
  inputs: object<Inputs>({
    commonName: text(),
    organization: text(),
    validityDays: days(DEFAULT_VALIDITY_DAYS),
    renewBeforeDays: days(DEFAULT_RENEW_BEFORE_DAYS, 0),
  }),
  secretOutputs: ["privateKey"],
  defaultTimeoutSeconds: PKI_TIMEOUT_SECONDS,

  validate: (inputs) => [
    ...validateSubject(inputs),
    ...(inputs.renewBeforeDays < inputs.validityDays
      ? []
      : [{ path: "renewBeforeDays", message: `is ${inputs.renewBeforeDays}; fewer than validityDays needed` }]),
  ],

  diff: ({ oldInputs, oldState, newInputs, now }) => [
    ...changesOf(oldInputs, newInputs, ["commonName", "organization"], true),
    ...changesOf(oldInputs, newInputs, ["validityDays"]),
    ...renewalChange(oldState, newInputs.renewBeforeDays, now),
  ],

  preview: (_inputs, previous) => previewCertificate(previous),

  async create(inputs, context) {
    const { describeCertificate } = await import("../../ledger/fabric/certificate-description.ts");
    const state = await issue(inputs, undefined, context.now());
    return { id: describeCertificate(state.certificate).publicKeyFingerprint, state };
  },

  update: async ({ newInputs, state }, context) => issue(newInputs, state.privateKey, context.now()),

  async read({ inputs, state }, context) {
    reportValidity(inputs.commonName, state, context);
    return { inputs, state };
  },

  async delete() {
    // A root CA exists nowhere but in the state: forgetting it is all there is to do.
  },
};

async function issue(inputs: Inputs, privateKey: string | undefined, now: Date): Promise<KeyAndCertificate> {
  const { createCertificateAuthority, describeCertificate } = await import("../../ledger/fabric/certificate.ts");
  const made = await createCertificateAuthority({ ...inputs, privateKey, now });
  return { ...made, notAfter: describeCertificate(made.certificate).notAfter.toISOString() };
}
