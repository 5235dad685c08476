import * as pulumi from "@pulumi/pulumi";
import type { Args } from "../framework/sdk";

export interface CertificateAuthorityInputs {
  /** Subject common name, for example `ca.org1`. */
  commonName: string;
  /** Subject organisation (O), for example `org1`. */
  organization: string;
  /** Life of the certificate in days. Default 5475 (15 years, what fabric-ca gives its root). */
  validityDays?: number;
  /**
   * Renewed, with the same key, by the first `pulumi up` in this many days before the end. Default 365: the default
   * life of what it issues, so that no certificate is cut short by the end of its authority.
   */
  renewBeforeDays?: number;
}

/** A self-signed root CA: EC P-256 key and X.509 certificate. */
export class CertificateAuthority extends pulumi.CustomResource {
  /** Certificate, PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** Private key, PKCS#8 PEM. Secret. */
  declare readonly privateKey: pulumi.Output<string>;
  /** End of validity, RFC 3339. */
  declare readonly notAfter: pulumi.Output<string>;

  constructor(name: string, args: Args<CertificateAuthorityInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "ledger:pki:CertificateAuthority",
      name,
      { ...args, certificate: undefined, privateKey: undefined, notAfter: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["privateKey"] }),
    );
  }
}

/** Role of an enrolment certificate: the NodeOU that Fabric reads from the subject's OU. */
export type NodeOu = "peer" | "orderer" | "admin" | "client";

export interface CertificateInputs {
  /** CA certificate (PEM) that issues this one. */
  caCertificate: string;
  /** CA private key (PEM). Secret. */
  caPrivateKey: string;
  commonName: string;
  organization: string;
  /** Subject OU. Set for enrolment certificates, left out for TLS ones. */
  nodeOu?: NodeOu;
  /** `signing`: enrolment identity. `tls`: server and client authentication, or one of them, see `tlsRole`. */
  usage: "signing" | "tls";
  /** The only end of TLS that the certificate is good for. Default: both. A change keeps the key. */
  tlsRole?: "server" | "client";
  /** DNS subject alternative names, in order. */
  dnsNames?: string[];
  /** IP subject alternative names, in order. */
  ipAddresses?: string[];
  /** Life in days. Default 365. */
  validityDays?: number;
  /** Renewed, with the same key, by the first `pulumi up` in this many days before the end. Default 30. */
  renewBeforeDays?: number;
}

/** A key and the certificate a CA issued for it. Renewal and new names keep the key. */
export class Certificate extends pulumi.CustomResource {
  /** Certificate, PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** Private key, PKCS#8 PEM. Secret. */
  declare readonly privateKey: pulumi.Output<string>;
  /** End of validity, RFC 3339. */
  declare readonly notAfter: pulumi.Output<string>;

  constructor(name: string, args: Args<CertificateInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "ledger:pki:Certificate",
      name,
      { ...args, certificate: undefined, privateKey: undefined, notAfter: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["privateKey"] }),
    );
  }
}
