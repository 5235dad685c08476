import { problem } from "../../lib/problem";
import type { StackRule } from "../rule";
import { at, textAt } from "../values";

/** Ledger disks have a key of the stack, on clusters that the stack creates. */
export const ownKeys: StackRule = {
  name: "own-keys",
  description: "Storage classes of disks name the stack's key where the stack makes the cluster.",
  check: (subjects) => {
    if (!subjects.some(({ type }) => clusters.test(type))) return [];
    return subjects.flatMap((subject) => {
      if (subject.type !== "kubernetes:storage.k8s.io/v1:StorageClass") return [];
      const key = keyParameters[textAt(subject.properties, "provisioner")];
      if (key === undefined) return [];
      const given = at(subject.properties, "parameters", key);
      if (textAt(given) !== "") return [];
      const because = "the vendor's key encrypts otherwise";
      return [{ subject, problem: problem({ path: `parameters.${key}`, given, must: "be a key of yours", because }) }];
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
