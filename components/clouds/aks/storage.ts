/** Volumes on AKS, by azuredisk-csi-driver and azurefile-csi-driver docs/driver-parameters.md. */
import type * as pulumi from "@pulumi/pulumi";
import type { StorageDriver } from "../managed-cluster";

export interface BlockDriverArgs {
  /** Resource id of the disk encryption set. */
  diskEncryptionSetId: pulumi.Input<string>;
  /** Resource group of snapshots. */
  resourceGroupName: pulumi.Input<string>;
}

/** Managed disks that the key of the encryption set encrypts. */
export function buildBlockDriver({ diskEncryptionSetId, resourceGroupName }: BlockDriverArgs): StorageDriver {
  return {
    provisioner: "disk.csi.azure.com",
    parameters: {
      skuName: "Premium_LRS",
      cachingMode: "ReadOnly",
      diskEncryptionSetID: diskEncryptionSetId,
      fsType: "ext4",
    },
    minimumSize: "1Gi",
    // The driver's default is the group of the cluster's nodes, which is deleted with the cluster.
    snapshots: { parameters: { incremental: "true", resourceGroup: resourceGroupName } },
  };
}

/** Shares of Azure Files. */
export function buildFileDriver(): StorageDriver {
  return {
    provisioner: "file.csi.azure.com",
    parameters: { protocol: "nfs", skuName: "Premium_LRS" },
    mountOptions: ["nconnect=4", "noresvport", "actimeo=30"],
    minimumSize: "100Gi",
  };
}
