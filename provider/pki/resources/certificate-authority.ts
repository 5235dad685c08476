import { validateSubject } from "../../../ledger/fabric/validate-certificate";
import { changesOf } from "../../framework/property-changes";
import { COMPUTATION_TIMEOUT_SECONDS, type Resource } from "../../framework/resource";
import { object, text } from "../../framework/schema";
import type { CertificateAuthorityInputs } from "../sdk";
import { days, keyLifecycle, renewalChange, type KeyAndCertificate } from "./key-lifecycle";

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
  defaultTimeoutSeconds: COMPUTATION_TIMEOUT_SECONDS,

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

  ...keyLifecycle<Inputs>(async (inputs, privateKey, now) => {
    const { createCertificateAuthority } = await import("../../../ledger/fabric/certificate.ts");
    return createCertificateAuthority({ ...inputs, privateKey, now });
  }),

  async delete() {
    // A root CA exists nowhere but in the state: forgetting it is all there is to do.
  },
};
