import { resourceClass } from "../framework/sdk";
import type { InputsOf } from "../framework/declaration";
import { certificate, certificateAuthority, revocationList } from "./declarations";

export type CertificateAuthorityInputs = InputsOf<typeof certificateAuthority>;
export type CertificateInputs = InputsOf<typeof certificate>;
export type RevocationListInputs = InputsOf<typeof revocationList>;

/** Role of an enrolment certificate. */
export type NodeOu = NonNullable<CertificateInputs["nodeOu"]>;

/** A self-signed root CA. */
export class CertificateAuthority extends resourceClass(certificateAuthority) {}

/** A key and the certificate that a CA issued for it. */
export class Certificate extends resourceClass(certificate) {}

/** An X.509 revocation list of a CA. */
export class RevocationList extends resourceClass(revocationList) {}
