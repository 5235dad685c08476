/** Updates of a workload's pods to their template. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { WorkloadRollout, type Args, type LedgerProvider, type RolloutNode } from "../../provider/sdk";

/** A workload, and the digest of its pod template. */
export type Workload =
  { kind: "Deployment"; resource: k8s.apps.v1.Deployment; revision: pulumi.Output<string> } | StatefulWorkload;

export interface StatefulWorkload {
  kind: "StatefulSet";
  resource: k8s.apps.v1.StatefulSet;
  revision: pulumi.Output<string>;
}

/**
 * A resource that waits for the pods of a workload that restarts them by itself. Resources that need those pods depend
 * on it.
 *
 * @param prefix Name of the resource.
 * @param name Name in messages, for example `org1/trade-asset-transfer-1-0`.
 */
export function createWorkloadRollout(
  prefix: string,
  name: string,
  { kind, resource, revision }: Workload,
  opts: { parent: pulumi.Resource; provider: LedgerProvider },
): WorkloadRollout {
  const { name: workload, namespace } = resource.metadata;
  return new WorkloadRollout(
    prefix,
    { name, kind, namespace, workload, revision },
    { ...opts, dependsOn: resource, deletedWith: resource },
  );
}

export interface NodeName {
  /** Name in messages, for example `org1/peer0`. */
  name: string;
  namespace: string;
  /** Name of its StatefulSet. */
  statefulSet: string;
}

/** A node for a rollout of several nodes; its StatefulSet never restarts its pod. */
export function rolloutNode(node: NodeName, { resource, revision }: StatefulWorkload): Args<RolloutNode> {
  return { ...node, revision, generation: resource.metadata.generation };
}
