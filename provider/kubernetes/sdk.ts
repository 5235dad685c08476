import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../../ledger/ethereum/clients";
import type { Consensus } from "../../ledger/ethereum/consensus";
import type { ValidatorNode } from "../ethereum/sdk";
import type { OrdererAddress, SigningIdentity } from "../fabric/sdk";
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

export interface FabricRolloutInputs {
  /** Nodes to keep current, restarted in this order, one at a time. */
  nodes: RolloutNode[];
  /** Channels that all `orderers` shall serve again, and know a leader of, before the next node goes. Default none. */
  channels?: string[];
  orderers?: OrdererAddress[];
  /**
   * Port of `nodes` with /metrics, on which orderers tell what they lead, so that leaders restart last and channels
   * elect once; its TLS certificate is the node's. Default 0: nobody is asked.
   */
  operationsPort?: number;
  /** Who may ask about the channels; one that the channel lets read is enough. */
  administrators?: SigningIdentity[];
}

/** Fabric nodes that run what their StatefulSets say: a change restarts them one at a time. */
export class FabricRollout extends pulumi.CustomResource {
  constructor(name: string, args: Args<FabricRolloutInputs>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:fabric:Rollout", name, { ...args }, opts);
  }
}

export interface EthereumRolloutInputs {
  /** Nodes to keep current, restarted in this order, one at a time. */
  nodes: RolloutNode[];
  client: Client;
  consensus: Consensus;
  /** Hash of block 0, by which a node of another chain is told apart. */
  genesisHash: string;
  /** The same nodes as their chain sees them: each of them shall have sealed a block before the next one goes. */
  validators: ValidatorNode[];
}

/** Validators that run what their StatefulSets say: a change restarts them one at a time. */
export class EthereumRollout extends pulumi.CustomResource {
  constructor(name: string, args: Args<EthereumRolloutInputs>, opts?: pulumi.CustomResourceOptions) {
    super("ledger:ethereum:Rollout", name, { ...args }, opts);
  }
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
