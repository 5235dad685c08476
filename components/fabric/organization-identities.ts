import * as pulumi from "@pulumi/pulumi";
import {
  Certificate,
  CertificateAuthority,
  type Args,
  type LedgerProvider,
  type NodeOu,
  type SigningIdentity,
} from "../../provider/sdk";
import type { FabricConfig } from "../../config";

/** A certificate and its key, PEM; the key is secret. */
export interface Identity {
  certificate: pulumi.Output<string>;
  privateKey: pulumi.Output<string>;
}

/** What a node needs: who it is on the ledger, and who it is on the wire. */
export interface NodeIdentity {
  signing: Identity;
  tls: Identity;
}

/** What a TLS certificate is good for: which end, and under which names. */
interface TlsUse {
  tlsRole?: "server" | "client";
  dnsNames?: string[];
  ipAddresses?: string[];
}

export interface OrganizationIdentitiesArgs {
  organization: string;
  mspId: string;
  certificates: FabricConfig["certificates"];
  /** Refuse to lose keys. */
  protect: boolean;
  pki: LedgerProvider;
}

/**
 * Keys and certificates of one organisation: a CA for identities, one for TLS, and what they issued. None of it
 * belongs to a cluster: after its loss the same organisation can be built up on another one.
 */
export class OrganizationIdentities extends pulumi.ComponentResource {
  readonly mspId: string;
  readonly caCertificate: pulumi.Output<string>;
  readonly tlsCaCertificate: pulumi.Output<string>;
  /** Signs for the organisation: installs, approvals, channel updates. */
  readonly administrator: Identity;

  private readonly prefix: string;
  private readonly args: OrganizationIdentitiesArgs;
  private readonly ca: CertificateAuthority;
  private readonly tlsCa: CertificateAuthority;

  constructor(name: string, args: OrganizationIdentitiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "blockchain-clusters:fabric:OrganizationIdentities",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.pki], protect: args.protect }),
    );
    this.prefix = name;
    this.args = args;
    this.mspId = args.mspId;
    this.ca = this.createAuthority("ca");
    this.tlsCa = this.createAuthority("tlsca");
    this.caCertificate = this.ca.certificate;
    this.tlsCaCertificate = this.tlsCa.certificate;
    this.administrator = this.createSigning("admin", "admin");
    this.registerOutputs({ caCertificate: this.caCertificate, tlsCaCertificate: this.tlsCaCertificate });
  }

  /** The administrator as messages to nodes are signed. */
  get signer(): Args<SigningIdentity> {
    return { mspId: this.mspId, ...this.administrator };
  }

  /** An application of the organisation: may submit transactions and read the ledger. */
  createClient(name: string): Identity {
    return this.createSigning(name, "client");
  }

  /** A peer or orderer that answers to `dnsNames`. */
  createNode(name: string, role: "peer" | "orderer", dnsNames: string[]): NodeIdentity {
    // Loopback is how `pulumi` meets a node through a port-forward, and the kubelet's probes need no name.
    const loopback = { dnsNames: [...dnsNames, "localhost"], ipAddresses: ["127.0.0.1"] };
    return { signing: this.createSigning(name, role), tls: this.createTls(`${name}-tls`, name, loopback) };
  }

  /** A TLS client certificate for the orderers' admin port. */
  createAdministratorTls(): Identity {
    return this.createTls("admin-tls", "admin", { tlsRole: "client" });
  }

  /** A TLS client certificate for /metrics of the organisation's nodes. */
  createMonitoringTls(): Identity {
    return this.createTls("monitoring-tls", "monitoring", { tlsRole: "client" });
  }

  /**
   * A server that is replaceable at any time, such as a chaincode: its key is not worth protecting, and is in the hands of
   * code that is not the organisation's. It opens no port of a node, and stands for no node on loopback.
   */
  createServer(name: string, dnsNames: string[]): Identity {
    return this.createTls(`${name}-tls`, name, { tlsRole: "server", dnsNames }, { protect: false });
  }

  private createAuthority(role: "ca" | "tlsca"): CertificateAuthority {
    const { organization, certificates } = this.args;
    return new CertificateAuthority(
      `${this.prefix}-${role}`,
      {
        commonName: `${role}.${organization}`,
        organization,
        validityDays: certificates.caValidityDays,
        // What it issues never outlives it, so it is renewed while it has a whole certificate's life left.
        renewBeforeDays: certificates.validityDays,
      },
      { parent: this },
    );
  }

  private createSigning(name: string, nodeOu: NodeOu): Identity {
    return identityOf(
      new Certificate(
        `${this.prefix}-${name}`,
        { ...this.issuedBy(this.ca), ...this.subject(name), nodeOu, usage: "signing" },
        { parent: this },
      ),
    );
  }

  private createTls(key: string, name: string, use: TlsUse, opts?: pulumi.CustomResourceOptions): Identity {
    return identityOf(
      new Certificate(
        `${this.prefix}-${key}`,
        { ...this.issuedBy(this.tlsCa), ...this.subject(name), usage: "tls", ...use },
        pulumi.mergeOptions(opts, { parent: this }),
      ),
    );
  }

  private issuedBy(ca: CertificateAuthority) {
    return { caCertificate: ca.certificate, caPrivateKey: pulumi.secret(ca.privateKey) };
  }

  /**
   * X.509 allows 64 characters in a common name. Only a chaincode's can be longer with its organisation; which one it is
   * says `O`, and clients go by DNS names.
   */
  private subject(name: string) {
    const { organization, certificates } = this.args;
    const commonName = `${name}.${organization}`;
    return {
      commonName: commonName.length > 64 ? name : commonName,
      organization,
      validityDays: certificates.validityDays,
      renewBeforeDays: certificates.renewBeforeDays,
    };
  }
}

function identityOf({ certificate, privateKey }: Certificate): Identity {
  return { certificate, privateKey: pulumi.secret(privateKey) };
}
