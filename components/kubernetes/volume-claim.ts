import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { unawaited, type Metadata } from "./metadata";

export interface VolumeClaimSpec {
  metadata: Metadata;
  size: string;
  className: pulumi.Input<string>;
  /** Name of the VolumeSnapshot of its namespace that the disk is made of. Default: an empty disk. */
  snapshot?: string | undefined;
}

/** A claim on a disk for one node. It binds after its pod is scheduled. */
export function buildVolumeClaim(spec: VolumeClaimSpec): k8s.types.input.core.v1.PersistentVolumeClaim {
  return {
    metadata: unawaited(spec.metadata),
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: spec.className,
      resources: { requests: { storage: spec.size } },
      ...(spec.snapshot === undefined
        ? {}
        : { dataSource: { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: spec.snapshot } }),
    },
  };
}
