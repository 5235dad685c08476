import * as pulumi from "@pulumi/pulumi";
import {
  Certificate,
  CertificateAuthority,
  RevocationList,
  type Args,
  type LedgerProvider,
  type SigningIdentity,
} from "../../provider/sdk";
import { enrolmentAttributes } from "../../ledger/fabric/certificate-attributes";
import { keyGeneration, type FabricConfig, type PeerOrganizationConfig } from "../../config";

/** A certificate and its key, both PEM; the key is secret. */
export interface Identity {
  certificate: pulumi.Output<string>;
  privateKey: pulumi.Output<string>;
}

/** End of a certificate. */
export interface CertificateEnd {
  /** `orderer0-tls` */
  name: string;
  kind: "authority" | "node" | "client";
  /** RFC 3339. */
  notAfter: pulumi.Output<string>;
}

/** Identities of a node: one for the ledger, one for TLS. */
export interface NodeIdentity {
  signing: Identity;
  tls: Identity;
}

/** Use of a TLS certificate: its end of a connection, and its names. */
interface TlsUse {
  tlsRole?: "server" | "client";
  dnsNames?: string[];
  ipAddresses?: string[];
}

export interface OrganizationIdentitiesArgs extends Pick<PeerOrganizationConfig, "users" | "revoke"> {
  /** Name of the organisation in the stack file. */
  organization: string;
  /** MSP id of the organisation. */
  mspId: string;
  /** Section `certificates` of the stack file: days of validity and renewal. */
  certificates: FabricConfig["certificates"];
  /** Whether Pulumi refuses to delete keys. */
  protect: boolean;
  /** Provider that makes keys; it knows no cluster. */
  pki: LedgerProvider;
}

interface RevocableSettings {
  name: string;
  role: "client" | "admin";
  validityDays?: number | undefined;
  attributes?: Record<string, string> | undefined;
}

/**
 * Keys and certificates of an organisation: a CA for identities, a CA for TLS, and their certificates. They belong to
 * no cluster: after the loss of a cluster the same organisation can be built up on another one.
 */
export class OrganizationIdentities extends pulumi.ComponentResource {
  readonly mspId: string;
  readonly caCertificate: pulumi.Output<string>;
  readonly tlsCaCertificate: pulumi.Output<string>;
  /** Identity that signs for the organisation: installs, approvals, channel updates. */
  readonly administrator: Identity;

  /** Ends of all certificates that were made so far. */
  readonly certificates: CertificateEnd[] = [];
  /** Revocation list of the CA, if it has an entry. Undefined without `users` and `revoke` in the stack file. */
  revocationLists: pulumi.Output<string[]> | undefined;

  private readonly prefix: string;
  private readonly args: OrganizationIdentitiesArgs;
  /** Certificates of persons and applications by name, whose former certificates are revoked. */
  private readonly revocable = new Map<string, Certificate>();
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
    this.administrator = this.createRevocable("admin", { name: "admin", role: "admin" });
    this.registerOutputs({ caCertificate: this.caCertificate, tlsCaCertificate: this.tlsCaCertificate });
  }

  /** The administrator, in the form that signs messages to nodes. */
  get signer(): Args<SigningIdentity> {
    return { mspId: this.mspId, ...this.administrator };
  }

  /** Creates the identity of applications, which may submit transactions and read the ledger. */
  createClient(): Identity {
    return this.createRevocable("client", { name: "client", role: "client" });
  }

  /**
   * Creates the users of the stack file, and the revocation list for all identities so far. Returns the users by name;
   * undefined without `users`.
   */
  createUsers(): Record<string, Identity> | undefined {
    const { users } = this.args;
    const identities = users?.map((user) => [user.name, this.createRevocable(`user-${user.name}`, user)] as const);
    this.revocationLists = this.createRevocationList();
    return identities && Object.fromEntries(identities);
  }

  /** Creates the identities of a peer or orderer with the names `dnsNames`. */
  createNode(name: string, role: "peer" | "orderer", dnsNames: string[]): NodeIdentity {
    // `pulumi` reaches a node on loopback, through a port-forward; the kubelet's probes need no name.
    const loopback = { dnsNames: [...dnsNames, "localhost"], ipAddresses: ["127.0.0.1"] };
    return { signing: this.createSigning(name, role), tls: this.createTls(`${name}-tls`, name, loopback) };
  }

  /** Creates a TLS client certificate for the orderers' admin port. */
  createAdministratorTls(): Identity {
    return this.createTls("admin-tls", "admin", { tlsRole: "client" });
  }

  /** Creates a TLS client certificate for /metrics of the organisation's nodes. */
  createMonitoringTls(): Identity {
    return this.createTls("monitoring-tls", "monitoring", { tlsRole: "client" });
  }

  /**
   * Creates the identity of a server that is replaceable at any time, such as a chaincode. Its key needs no protection,
   * since code that is not the organisation's holds it. It opens no port of a node, and has no loopback names.
   */
  createServer(name: string, dnsNames: string[]): Identity {
    return this.createTls(`${name}-tls`, name, { tlsRole: "server", dnsNames }, { protect: false });
  }

  private createAuthority(role: "ca" | "tlsca"): CertificateAuthority {
    const { organization, certificates } = this.args;
    const authority = new CertificateAuthority(
      `${this.prefix}-${role}`,
      {
        commonName: `${role}.${organization}`,
        organization,
        validityDays: certificates.caValidityDays,
        // Certificates of a CA never outlive it, so it is renewed while it has a whole certificate's validity left.
        renewBeforeDays: certificates.validityDays,
      },
      { parent: this },
    );
    this.certificates.push({ name: role, kind: "authority", notAfter: authority.notAfter });
    return authority;
  }

  /** Without `users` and `revoke` there is nothing to remember. */
  private createRevocationList(): pulumi.Output<string[]> | undefined {
    const { users, revoke = [] } = this.args;
    if (users === undefined && this.args.revoke === undefined) return undefined;
    const list = new RevocationList(
      `${this.prefix}-revocations`,
      {
        ...this.issuedBy(this.ca),
        identities: [...this.revocable].map(([name, { certificate, serials, formerSerials }]) => ({
          name,
          certificate,
          // State of an older release has neither.
          serials: serials?.apply((known = []) => known),
          formerSerials: formerSerials?.apply((known = []) => known),
        })),
        revoke: revoke.flatMap(({ serial }) => serial ?? []),
      },
      { parent: this },
    );
    return list.revocationLists;
  }

  /** Creates an identity of a person or application. */
  private createRevocable(key: string, { name, role, validityDays, attributes }: RevocableSettings): Identity {
    const subject = this.subject(name);
    const certificate = new Certificate(
      `${this.prefix}-${key}`,
      {
        ...this.issuedBy(this.ca),
        ...subject,
        validityDays: validityDays ?? subject.validityDays,
        nodeOu: role,
        attributes: enrolmentAttributes({ name, role }, attributes),
        usage: "signing",
        keyGeneration: keyGeneration(name, this.args.revoke),
      },
      { parent: this },
    );
    this.revocable.set(name, certificate);
    return this.identityOf(key, "client", certificate);
  }

  private createSigning(name: string, nodeOu: "peer" | "orderer"): Identity {
    return this.identityOf(
      name,
      "node",
      new Certificate(
        `${this.prefix}-${name}`,
        { ...this.issuedBy(this.ca), ...this.subject(name), nodeOu, usage: "signing" },
        { parent: this },
      ),
    );
  }

  private createTls(key: string, name: string, use: TlsUse, opts?: pulumi.CustomResourceOptions): Identity {
    return this.identityOf(
      key,
      use.tlsRole === "client" ? "client" : "node",
      new Certificate(
        `${this.prefix}-${key}`,
        { ...this.issuedBy(this.tlsCa), ...this.subject(name), usage: "tls", ...use },
        pulumi.mergeOptions(opts, { parent: this }),
      ),
    );
  }

  private identityOf(name: string, kind: CertificateEnd["kind"], certificate: Certificate): Identity {
    this.certificates.push({ name, kind, notAfter: certificate.notAfter });
    return { certificate: certificate.certificate, privateKey: pulumi.secret(certificate.privateKey) };
  }

  private issuedBy(ca: CertificateAuthority) {
    return { caCertificate: ca.certificate, caPrivateKey: pulumi.secret(ca.privateKey) };
  }

  /**
   * Subject of a certificate. X.509 allows 64 characters in a common name, which only a chaincode's name with its
   * organisation can exceed; `O` has the organisation in any case, and clients check DNS names.
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
