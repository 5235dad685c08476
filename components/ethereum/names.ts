/** Every name and port that two places of an Ethereum network must agree on. */
import type { Labels } from "../kubernetes";
import { labelsIn } from "../workload";

/** Kinds of pods; network policies are written in these words. */
export type Component = "validator" | "rpc" | "bootnode" | "ethstats";

/** Service over all RPC nodes that are ready, and the StatefulSet of them. */
export const rpcName = "rpc";

/** The dashboard's Service and Deployment. */
export const ethstatsName = "ethstats";

/** Port on which the dashboard's pod listens. */
export const ethstatsPort = 3000;

/** UDP port on which bootnodes listen: geth's own default. */
export const bootnodePort = 30301;

/** ConfigMap with the peers that every node dials. */
export const peersName = "peers";

/** Labels of an Ethereum network. */
export const ethereumLabels = labelsIn<Component>("ethereum");

export const { networkLabels, componentLabels, nodeLabels, nodeSelector } = ethereumLabels;

/** Label by which a pod of any namespace may call the RPC nodes, where the network is open to it. */
export function clientLabels(network: string): Labels {
  return { "ethereum.client": network };
}
