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
  return buildClass(spec, storageClassName(spec), spec.reclaimPolicy);
}

/**
 * Class for backups of a StorageClass's volumes, for example `ledger-backup-1`; undefined if the cluster takes no
 * snapshots. A backup that is deleted for its age must not stay as a disk that is paid for.
 */
export function buildBackupClass(spec: StorageClassSpec): SnapshotClass | undefined {
  return buildClass(spec, `ledger-backup-${spec.generation}`, "Delete");
}

function buildClass(
  { driver: { provisioner, snapshots } }: StorageClassSpec,
  name: string,
  deletionPolicy: SnapshotClass["deletionPolicy"],
): SnapshotClass | undefined {
  if (snapshots === undefined) return undefined;
  return {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshotClass",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "pulumi" } },
    driver: provisioner,
    deletionPolicy,
    parameters: snapshots.parameters,
  };
}
