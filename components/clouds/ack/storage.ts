/** Volumes on ACK, by alibaba-cloud-csi-driver docs/disk.md and docs/nas-dynamic.md. */
import * as pulumi from "@pulumi/pulumi";
import type { StorageDriver } from "../managed-cluster";

/** Cloud disks that the key encrypts. */
export function buildBlockDriver({ keyId }: { keyId: pulumi.Input<string> }): StorageDriver {
  return {
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
  };
}

/** Folders of a NAS file system. */
export function buildFileDriver({ mountTargetDomain }: { mountTargetDomain: pulumi.Input<string> }): StorageDriver {
  return {
    provisioner: "nasplugin.csi.alibabacloud.com",
    parameters: { volumeAs: "subpath", server: pulumi.interpolate`${mountTargetDomain}:/volumes/` },
    mountOptions: ["nolock,tcp,noresvport", "vers=3"],
  };
}
