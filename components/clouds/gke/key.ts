import * as kms from "@pulumi/gcp/kms";
import { getProjectOutput } from "@pulumi/gcp/organizations";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";

/** Service agents that encrypt: GKE's encrypts its database, Compute Engine's encrypts disks of nodes and ledgers. */
const agents = ["container-engine-robot", "compute-system"] as const;

/** Cloud KMS key of a cluster, with permissions for the service agents. */
export class GkeKey extends pulumi.ComponentResource {
  /** `projects/.../cryptoKeys/...`. Usable after `granted`. */
  readonly keyName: pulumi.Input<string>;
  readonly granted: pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly config: VendorConfig<"gke">,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:GkeKey", name, {}, opts);
    this.keyName = config.encryptionKey ?? this.createKey().id;
    this.granted = this.grant();
    this.registerOutputs({ keyName: this.keyName });
  }

  /** Creates the key. Key rings can never be deleted, so Pulumi generates a fresh name each time. */
  private createKey(): kms.CryptoKey {
    const ring = new kms.KeyRing(this.name, { location: this.config.region }, { parent: this });
    const ninetyDays = `${90 * 24 * 60 * 60}s`;
    return new kms.CryptoKey(
      this.name,
      { keyRing: ring.id, purpose: "ENCRYPT_DECRYPT", rotationPeriod: ninetyDays },
      { parent: this, protect: this.config.protect },
    );
  }

  private grant(): pulumi.Resource[] {
    const { number } = getProjectOutput({ projectId: this.config.project }, { parent: this });
    return agents.map(
      (agent) =>
        new kms.CryptoKeyIAMMember(
          `${this.name}-${agent}`,
          {
            cryptoKeyId: this.keyName,
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: pulumi.interpolate`serviceAccount:service-${number}@${agent}.iam.gserviceaccount.com`,
          },
          { parent: this },
        ),
    );
  }
}
