import * as pulumi from "@pulumi/pulumi";
import type { Args } from "../framework/sdk";

/** A node whose StatefulSet (one replica, update strategy OnDelete) leaves restarts to a rollout. */
export interface RolloutNode {
  /** Name used in messages, for example `org1/peer0`. */
  name: string;
  namespace: string;
  statefulSet: string;
  /** Changes with the pod's template, as a digest of it does. */
  revision: string;
  /**
   * `metadata.generation` of the StatefulSet. It rises with every change, also with one that is taken back: after a
   * rollout that failed half-way, that is how the next one knows of it.
   */
  generation: number;
}

/** Name of the pod of a StatefulSet of one replica. */
export function rolloutPod(statefulSet: string): string {
  return `${statefulSet}-0`;
}

/** A workload that restarts its pods by itself when its template changes. */
export interface Workload {
  /** Name used in messages, for example `org1/trade-asset-transfer-1-0`. */
  name: string;
  kind: "Deployment" | "StatefulSet";
  namespace: string;
  /** Name of the Deployment or StatefulSet. */
  workload: string;
  /** Changes with the pod's template, as a digest of it does. */
  revision: string;
}

/** A workload whose pods are all of its newest template, and available. */
export class WorkloadRollout extends pulumi.CustomResource {
  constructor(name: string, args: Args<Workload>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:kubernetes:Rollout", name, { ...args }, opts);
  }
}
