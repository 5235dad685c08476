import type { StorageDriver } from "../../clouds";
import { storageClassName, type StorageClassSpec } from "./storage-class";

/** A VolumeSnapshotClass: https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/ */
export interface SnapshotClass {
  apiVersion: "snapshot.storage.k8s.io/v1";
  kind: "VolumeSnapshotClass";
  metadata: { name: string; labels: Record<string, string> };
  driver: string;
  /** `Retain` keeps a snapshot when its VolumeSnapshot is deleted. */
  deletionPolicy: "Retain" | "Delete";
  parameters: NonNullable<StorageDriver["snapshots"]>["parameters"];
}

/** Class for snapshots of a StorageClass's volumes, with the same name; undefined if the cluster takes none. */
export function buildSnapshotClass(spec: StorageClassSpec): SnapshotClass | undefined {
  const { provisioner, snapshots } = spec.driver;
  if (snapshots === undefined) return undefined;
  return {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshotClass",
    metadata: { name: storageClassName(spec), labels: { "app.kubernetes.io/managed-by": "pulumi" } },
    driver: provisioner,
    deletionPolicy: spec.reclaimPolicy,
    parameters: snapshots.parameters,
  };
}
