/** Volumes on GKE, by gcp-compute-persistent-disk-csi-driver README.md and gcp-filestore-csi-driver README.md. */
import type * as pulumi from "@pulumi/pulumi";
import type { StorageDriver } from "../managed-cluster";

export interface BlockDriverArgs {
  /** Machine type of the nodes to which disks are attached. */
  machineType: string;
  /** `projects/.../cryptoKeys/...` */
  keyName: pulumi.Input<string>;
  /** Region of disks and of their snapshots. */
  region: string;
}

/** Persistent disks or Hyperdisks that the key encrypts. */
export function buildBlockDriver({ machineType, keyName, region }: BlockDriverArgs): StorageDriver {
  return {
    provisioner: "pd.csi.storage.gke.io",
    parameters: {
      type: diskTypeFor(machineType),
      "disk-encryption-kms-key": keyName,
      "csi.storage.k8s.io/fstype": "ext4",
    },
    minimumSize: "10Gi",
    // Google's default is the multi-region around the disk's region: outside of the region of disk and key.
    snapshots: { parameters: { "storage-locations": region } },
  };
}

/** Filestore instances. */
export function buildFileDriver({ network }: { network: pulumi.Input<string> }): StorageDriver {
  return {
    provisioner: "filestore.csi.storage.gke.io",
    // The driver's default is the network "default", in which our nodes do not live.
    parameters: { tier: "standard", network, "connect-mode": "DIRECT_PEERING" },
    // Each volume is an instance, with this minimum size.
    minimumSize: "1Ti",
  };
}

/**
 * Disk type for a machine type. Machines from the fourth generation on attach Hyperdisks only:
 * https://cloud.google.com/compute/docs/disks/hyperdisks
 */
export function diskTypeFor(machineType: string): string {
  return /^(c4|n4|m4|x4|h4)[a-z]*-/.test(machineType) ? "hyperdisk-balanced" : "pd-balanced";
}
