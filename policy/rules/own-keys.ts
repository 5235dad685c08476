import type { StackRule } from "../rule";
import { textAt } from "../values";

/** Ledger disks have a key of the stack, on clusters that the stack creates. */
export const ownKeys: StackRule = {
  name: "own-keys",
  description: "Storage classes of disks name the stack's key where the stack makes the cluster.",
  check: (subjects) => {
    if (!subjects.some(({ type }) => clusters.test(type))) return [];
    return subjects.flatMap((subject) => {
      if (subject.type !== "kubernetes:storage.k8s.io/v1:StorageClass") return [];
      const key = keyParameters[textAt(subject.properties, "provisioner")];
      if (key === undefined || textAt(subject.properties, "parameters", key) !== "") return [];
      return [
        { subject, problem: `parameters.${key} is missing, so the vendor's key encrypts; must be a key of yours` },
      ];
    });
  },
};

const clusters =
  /^(aws:eks\/cluster:Cluster|gcp:container\/cluster:Cluster|azure-native:containerservice(\/\w+)?:ManagedCluster|alicloud:cs\/managedKubernetes:\w+)$/;

/** Driver to the parameter with the key. */
const keyParameters: Record<string, string> = {
  "ebs.csi.aws.com": "kmsKeyId",
  "pd.csi.storage.gke.io": "disk-encryption-kms-key",
  "disk.csi.azure.com": "diskEncryptionSetID",
  "diskplugin.csi.alibabacloud.com": "kmsKeyId",
};
