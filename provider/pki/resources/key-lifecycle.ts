/** Common parts of both kinds of certificate: outputs, renewal, previews. */
import { X509Certificate } from "node:crypto";
import type { CertificateAndKey } from "../../../ledger/fabric/certificate";
import { problem, type Problem } from "../../../lib/problem";
import type { PropertyChange } from "../../framework/property-changes";
import { unknownValue, type Loose } from "../../framework/property-value";
import type { OperationContext, Resource } from "../../framework/resource";
import type { OutputsOf } from "../../framework/declaration";
import type { certificateAuthority } from "../declarations";

export type KeyAndCertificate = OutputsOf<typeof certificateAuthority>;

const millisecondsPerDay = 24 * 60 * 60 * 1000;

/** Problem of a renewal time that is no shorter than the whole life: each run would make a new certificate. */
export function renewalProblems(inputs: { renewBeforeDays: number; validityDays: number }): Problem[] {
  const { renewBeforeDays: given, validityDays } = inputs;
  if (given < validityDays) return [];
  return [problem({ path: "renewBeforeDays", given, must: `be less than validityDays, ${validityDays}` })];
}

/** Renewal of a certificate within its renewal time. A time that is not known yet starts no renewal. */
export function renewalChange(state: KeyAndCertificate, renewBeforeDays: Loose<number>, now: Date): PropertyChange[] {
  if (typeof renewBeforeDays !== "number") return [];
  const isDue = millisecondsLeft(state.notAfter, now) <= renewBeforeDays * millisecondsPerDay;
  return isDue ? [{ path: "notAfter", kind: "update", isOutput: true }] : [];
}

/** Renewal of a certificate that is not valid yet: the clock of the machine that made it was ahead. */
export function prematureChange(state: KeyAndCertificate, now: Date): PropertyChange[] {
  const { validFromDate } = new X509Certificate(state.certificate);
  return validFromDate > now ? [{ path: "certificate", kind: "update", isOutput: true }] : [];
}

/** What a renewed certificate has of the one before. */
interface Kept {
  privateKey?: string;
  /**
   * Beginning of its validity. Fabric checks an identity at its beginning: one that begins within the life of a CA chains
   * to that CA's certificate also when it is over, as the one in a channel's config may be.
   */
  notBefore?: Date;
}

/** Resource functions of both kinds. `make` draws a key unless there is one, and puts it into a certificate. */
export function keyLifecycle<I extends { commonName: string }>(
  make: (inputs: I, time: Kept & { now: Date }) => Promise<CertificateAndKey>,
): Pick<Resource<I, KeyAndCertificate>, "preview" | "create" | "update" | "read"> {
  return {
    /** The key of an existing resource outlives every certificate, so a preview knows it, and nothing else. */
    preview: (_inputs, previous) => ({
      certificate: unknownValue,
      privateKey: previous?.state.privateKey ?? unknownValue,
      notAfter: unknownValue,
    }),

    async create(inputs, context) {
      const made = await make(inputs, { now: context.now() });
      const { publicKeyFingerprint, notAfter } = await describe(made);
      return { id: publicKeyFingerprint, state: { ...made, notAfter } };
    },

    async update({ newInputs, state }, context) {
      const made = await make(newInputs, {
        privateKey: state.privateKey,
        notBefore: new X509Certificate(state.certificate).validFromDate,
        now: context.now(),
      });
      return { ...made, notAfter: (await describe(made)).notAfter };
    },

    async read({ inputs, state }, context) {
      reportValidity(inputs.commonName, state, context);
      return { inputs, state };
    },
  };
}

async function describe({
  certificate,
}: CertificateAndKey): Promise<{ publicKeyFingerprint: string; notAfter: string }> {
  const { describeCertificate } = await import("../../../ledger/fabric/certificate-description.ts");
  const { publicKeyFingerprint, notAfter } = describeCertificate(certificate);
  return { publicKeyFingerprint, notAfter: notAfter.toISOString() };
}

/** Reports the remaining validity. The state has the end rather than the days, which would differ at every refresh. */
function reportValidity(name: string, state: KeyAndCertificate, context: OperationContext): void {
  const left = millisecondsLeft(state.notAfter, context.now());
  if (left <= 0) {
    context.log.warn(`the certificate of ${name} ran out on ${state.notAfter}: pulumi up renews it`);
  } else {
    context.log.status(`valid for ${Math.floor(left / millisecondsPerDay)} more days, until ${state.notAfter}`);
  }
}

function millisecondsLeft(notAfter: string, now: Date): number {
  return Date.parse(notAfter) - now.getTime();
}
