import type * as k8s from "@pulumi/kubernetes";
import type { StorageDriver } from "../../clouds";

export interface StorageClassSpec {
  purpose: "block" | "file";
  /** Number in the name: nothing of a class but its labels can change. */
  generation: number;
  driver: StorageDriver;
  reclaimPolicy: "Retain" | "Delete";
}

/** Name of a class, the same on every vendor, for example `ledger-block-1`. */
export function storageClassName({ purpose, generation }: Pick<StorageClassSpec, "purpose" | "generation">): string {
  return `ledger-${purpose}-${generation}`;
}

/**
 * A StorageClass. Block volumes wait for their pod, since most disks live in one zone and the scheduler chooses it.
 * File storage is reachable from all zones, so its volumes are created at once.
 */
export function buildStorageClass(spec: StorageClassSpec): k8s.types.input.storage.v1.StorageClass {
  return {
    metadata: { name: storageClassName(spec), labels: { "app.kubernetes.io/managed-by": "pulumi" } },
    provisioner: spec.driver.provisioner,
    parameters: spec.driver.parameters,
    mountOptions: spec.driver.mountOptions,
    reclaimPolicy: spec.reclaimPolicy,
    volumeBindingMode: spec.purpose === "block" ? "WaitForFirstConsumer" : "Immediate",
    allowVolumeExpansion: true,
  };
}
