/**
 * What the storage of each cloud is made of: CSI driver, parameters of volumes and of their snapshots, as the drivers'
 * documentation names them.
 *
 * aws-ebs-csi-driver docs/parameters.md; aws-efs-csi-driver docs/README.md; gcp-compute-persistent-disk-csi-driver
 * README.md; gcp-filestore-csi-driver README.md; azuredisk-csi-driver and azurefile-csi-driver
 * docs/driver-parameters.md; alibaba-cloud-csi-driver docs/disk.md and docs/nas-dynamic.md.
 */
import * as pulumi from "@pulumi/pulumi";
import type { StorageDriver } from "../../clouds/managed-cluster";

/** What a vendor's drivers have to be told; left out means the vendor's default. */
export interface CloudStorageOptions {
  eks: { block: { keyArn: pulumi.Input<string> }; file: { fileSystemId: pulumi.Input<string> } };
  gke: {
    block: { machineType: string; keyName: pulumi.Input<string>; region: string };
    file: { network: pulumi.Input<string> };
  };
  aks: {
    block: { diskEncryptionSetId: pulumi.Input<string>; resourceGroupName: pulumi.Input<string> };
    file: Record<string, never>;
  };
  ack: { block: { keyId: pulumi.Input<string> }; file: { mountTargetDomain: pulumi.Input<string> } };
}

type Purpose = "block" | "file";
type DriverTable = {
  [V in keyof CloudStorageOptions]: {
    [P in Purpose]: (options: CloudStorageOptions[V][P]) => StorageDriver;
  };
};

/** vendor -> purpose -> driver */
export const cloudDrivers: DriverTable = {
  eks: {
    block: ({ keyArn }) => ({
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true", kmsKeyId: keyArn, "csi.storage.k8s.io/fstype": "ext4" },
      minimumSize: "1Gi",
      snapshots: {},
    }),
    file: ({ fileSystemId }) => ({
      provisioner: "efs.csi.aws.com",
      // An access point for each volume: whoever mounts it acts as its owner, so that any pod can write.
      parameters: { provisioningMode: "efs-ap", fileSystemId, directoryPerms: "770" },
      // Mounts go over TLS; the driver's default, written down since it carries the encryption in transit.
      mountOptions: ["tls"],
    }),
  },
  gke: {
    block: ({ machineType, keyName, region }) => ({
      provisioner: "pd.csi.storage.gke.io",
      parameters: {
        type: gkeDiskType(machineType),
        "disk-encryption-kms-key": keyName,
        "csi.storage.k8s.io/fstype": "ext4",
      },
      minimumSize: "10Gi",
      // Google's default is the multi-region around it: other places than the disk's, and than its key's.
      snapshots: { parameters: { "storage-locations": region } },
    }),
    file: ({ network }) => ({
      provisioner: "filestore.csi.storage.gke.io",
      // The driver's own default is the network "default", which our nodes are not in.
      parameters: { tier: "standard", network, "connect-mode": "DIRECT_PEERING" },
      // Each volume is an instance of its own.
      minimumSize: "1Ti",
    }),
  },
  aks: {
    block: ({ diskEncryptionSetId, resourceGroupName }) => ({
      provisioner: "disk.csi.azure.com",
      parameters: {
        skuName: "Premium_LRS",
        cachingMode: "ReadOnly",
        diskEncryptionSetID: diskEncryptionSetId,
        fsType: "ext4",
      },
      minimumSize: "1Gi",
      // The driver's default is the group of the cluster's nodes, which goes with the cluster.
      snapshots: { parameters: { incremental: "true", resourceGroup: resourceGroupName } },
    }),
    file: () => ({
      provisioner: "file.csi.azure.com",
      parameters: { protocol: "nfs", skuName: "Premium_LRS" },
      mountOptions: ["nconnect=4", "noresvport", "actimeo=30"],
      minimumSize: "100Gi",
    }),
  },
  ack: {
    block: ({ keyId }) => ({
      provisioner: "diskplugin.csi.alibabacloud.com",
      parameters: {
        type: "cloud_essd",
        performanceLevel: "PL1",
        encrypted: "true",
        kmsKeyId: keyId,
        "csi.storage.k8s.io/fstype": "ext4",
      },
      minimumSize: "20Gi",
      snapshots: {},
    }),
    file: ({ mountTargetDomain }) => ({
      provisioner: "nasplugin.csi.alibabacloud.com",
      parameters: { volumeAs: "subpath", server: pulumi.interpolate`${mountTargetDomain}:/volumes/` },
      mountOptions: ["nolock,tcp,noresvport", "vers=3"],
    }),
  },
};

/** Machines from the fourth generation on attach Hyperdisks only: https://cloud.google.com/compute/docs/disks/hyperdisks */
export function gkeDiskType(machineType: string): string {
  return /^(c4|n4|m4|x4|h4)[a-z]*-/.test(machineType) ? "hyperdisk-balanced" : "pd-balanced";
}
