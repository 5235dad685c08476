/** Every name and port that two places of a Fabric network must agree on. */
import { type Labels } from "../kubernetes";

export { chaincodeServiceName, namespaceName } from "../../config";

/** Ports as Fabric's own samples use them. */
export const ports = {
  orderer: { grpc: 7050, admin: 7053, operations: 8443 },
  peer: { grpc: 7051, operations: 9443 },
  couchdb: 5984,
  chaincode: 9999,
} as const;

/** Kinds of pods; network policies are written in these words. */
export type Component = "orderer" | "peer" | "chaincode";

/** Service over all peers of an organisation that are ready. */
export const gatewayService = "gateway";

/** `peer0`: name of a node's StatefulSet, Service and TLS identity. */
export function nodeName(component: "orderer" | "peer", index: number): string {
  return `${component}${index}`;
}

/** The one pod of a node's StatefulSet. */
export function podName(node: string): string {
  return `${node}-0`;
}

/** Where a Service is found: the TLS name, the consenter host and the endpoint in the channel alike. */
export function serviceHost(service: string, place: { namespace: string; dnsDomain: string }): string {
  return `${service}.${place.namespace}.svc.${place.dnsDomain}`;
}

export interface Place {
  namespace: string;
  dnsDomain: string;
  /** Public domain of the organisation. */
  domain?: string | undefined;
}

/** Names a TLS certificate carries for a Service: each form that resolves inside the cluster, and the public one. */
export function serviceTlsNames(service: string, place: Place): string[] {
  const { namespace, domain } = place;
  const inside = [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, serviceHost(service, place)];
  return domain === undefined ? inside : [...inside, `${service}.${domain}`];
}

/** Labels of a namespace that belongs to the network. */
export function networkLabels(network: string): Labels {
  return { "fabric.network": network };
}

/** Labels that select the pods of one kind, within a namespace or across the network. */
export function componentLabels(network: string, component: Component): Labels {
  return { ...networkLabels(network), "fabric.component": component };
}
