/** Volumes on EKS, by aws-ebs-csi-driver docs/parameters.md and aws-efs-csi-driver docs/README.md. */
import type * as pulumi from "@pulumi/pulumi";
import type { StorageDriver } from "../managed-cluster";

/** EBS disks that the key encrypts. */
export function buildBlockDriver({ keyArn }: { keyArn: pulumi.Input<string> }): StorageDriver {
  return {
    provisioner: "ebs.csi.aws.com",
    parameters: { type: "gp3", encrypted: "true", kmsKeyId: keyArn, "csi.storage.k8s.io/fstype": "ext4" },
    minimumSize: "1Gi",
    snapshots: {},
  };
}

/** Folders of an EFS file system. */
export function buildFileDriver({ fileSystemId }: { fileSystemId: pulumi.Input<string> }): StorageDriver {
  return {
    provisioner: "efs.csi.aws.com",
    // Every volume gets an access point. Programs that mount it act as its owner, so any pod can write.
    parameters: { provisioningMode: "efs-ap", fileSystemId, directoryPerms: "770" },
    // TLS is the driver's default; written down, since the encryption in transit depends on it.
    mountOptions: ["tls"],
  };
}
