/** Every name and port that two places of an Ethereum network must agree on. */
import type { Labels } from "../kubernetes";

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

/** The only pod of a validator's StatefulSet, or one of the RPC nodes. */
export function podName(node: string, index = 0): string {
  return `${node}-${index}`;
}

/** Where a Service is found. */
export function serviceHost(service: string, place: Place): string {
  return `${service}.${place.namespace}.svc.${place.dnsDomain}`;
}

/** Every form of a Service's name that resolves inside the cluster. */
export function serviceNames(service: string, place: Place): string[] {
  const { namespace } = place;
  return [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, serviceHost(service, place)];
}

export interface Place {
  namespace: string;
  dnsDomain: string;
}

/** Labels of a namespace that belongs to the network. */
export function networkLabels(network: string): Labels {
  return { "ethereum.network": network };
}

/** Labels that select the pods of one kind. */
export function componentLabels(network: string, component: Component): Labels {
  return { ...networkLabels(network), "ethereum.component": component };
}

/** Label by which a pod of any namespace may call the RPC nodes, where the network is open to it. */
export function clientLabels(network: string): Labels {
  return { "ethereum.client": network };
}
