import { validateSubject } from "../../../ledger/fabric/validate-certificate";
import { changesOf } from "../../framework/property-changes";
import { computationTimeoutSeconds, type Resource } from "../../framework/resource";
import { identityChanges, type CheckedInputs } from "../../framework/declaration";
import { certificateAuthority as declared } from "../declarations";
import { keyLifecycle, prematureChange, renewalChange, renewalProblems, type KeyAndCertificate } from "./key-lifecycle";

type Inputs = CheckedInputs<typeof declared>;

/**
 * A root CA. Its name is its identity: another name is another CA with another key. Any other change gives the same key
 * a new certificate, with which all issued certificates stay valid.
 */
export const certificateAuthority: Resource<Inputs, KeyAndCertificate> = {
  defaultTimeoutSeconds: computationTimeoutSeconds,

  validate: (inputs) => [...validateSubject(inputs), ...renewalProblems(inputs)],

  diff: ({ oldInputs, oldState, newInputs, now }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...changesOf(oldInputs, newInputs, ["validityDays"]),
    ...renewalChange(oldState, newInputs.renewBeforeDays, now),
    ...prematureChange(oldState, now),
  ],

  ...keyLifecycle<Inputs>(async (inputs, kept) => {
    const { createCertificateAuthority } = await import("../../../ledger/fabric/certificate.ts");
    return createCertificateAuthority({ ...inputs, ...kept });
  }),

  async delete() {
    // A root CA exists only in the state, so forgetting the resource is enough.
  },
};
