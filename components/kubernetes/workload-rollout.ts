import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { WorkloadRollout, type LedgerProvider } from "../../provider/sdk";
import { revisionOf } from "./revision";

export interface WorkloadRolloutArgs {
  /** Name used in messages, for example `org1/trade-asset-transfer-1-0`. */
  name: string;
  kind: "Deployment" | "StatefulSet";
  /** The workload as it was given to Kubernetes, and the resource that came of it. */
  spec: { template?: pulumi.Input<k8s.types.input.core.v1.PodTemplateSpec> };
  resource: k8s.apps.v1.Deployment | k8s.apps.v1.StatefulSet;
}

/** What waits for the pods of a workload that restarts them by itself; whatever needs those pods depends on it. */
export function createWorkloadRollout(
  prefix: string,
  { name, kind, spec, resource }: WorkloadRolloutArgs,
  opts: { parent: pulumi.Resource; provider: LedgerProvider },
): WorkloadRollout {
  const { metadata } = resource;
  const revision = revisionOf(spec.template ?? {});
  return new WorkloadRollout(
    prefix,
    { name, kind, namespace: metadata.namespace, workload: metadata.name, revision },
    { ...opts, dependsOn: resource, deletedWith: resource },
  );
}
