/** Names and ports on which two places of an Ethereum network must agree. */
import type { Labels } from "../kubernetes";
import { labelsIn, type BackupPod } from "../workload";

/** Kinds of pods, the words of network policies. */
export type Component = "validator" | "rpc" | RpcGroupName | "bootnode" | "ethstats" | BackupPod;

/** Kind of the pods of a group of RPC nodes, and name of its Service and StatefulSet. */
export type RpcGroupName = `rpc-${string}`;

export function rpcGroupName({ name }: { name: string }): RpcGroupName {
  return `rpc-${name}`;
}

/** Service over all ready RPC nodes, and name of their StatefulSet. */
export const rpcName = "rpc";

/** Service and Deployment of the dashboard. */
export const ethstatsName = "ethstats";

/** Port of the dashboard's pod. */
export const ethstatsPort = 3000;

/** UDP port of bootnodes: geth's own default. */
export const bootnodePort = 30301;

/** ConfigMap with the peers that every node connects to. */
export const peersName = "peers";

/** ConfigMap that says which generation of the chain has begun, and its key. */
export const beginningName = "beginning";
export const beginningKey = "generation";

/** Labels of an Ethereum network. */
export const ethereumLabels = labelsIn<Component>("ethereum");

export const { networkLabels, componentLabels, nodeLabels, nodeSelector } = ethereumLabels;

/** Labels of pods, in any namespace, that may call RPC nodes of an open network. */
export function clientLabels(network: string): Labels {
  return { "ethereum.client": network };
}
