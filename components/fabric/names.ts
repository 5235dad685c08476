/** Every name and port that two places of a Fabric network must agree on. */
import type { Labels } from "../kubernetes";
import { labelsIn, serviceNames, type Place } from "../workload";

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

/** Labels of a Fabric network. */
export const fabricLabels = labelsIn<Component>("fabric");

export const { networkLabels, componentLabels, nodeLabels, nodeSelector } = fabricLabels;

/** Label of all objects of an organisation. */
export function organizationLabels(mspId: string): Labels {
  return { "fabric.org": mspId };
}

/** Service over all peers of an organisation that are ready. */
export const gatewayService = "gateway";

/** `peer0`: name of a node's StatefulSet, Service and TLS identity. */
export function nodeName(component: "orderer" | "peer", index: number): string {
  return `${component}${index}`;
}

/** Where the Services of an organisation are found. */
export interface OrganizationPlace extends Place {
  /** Public domain of the organisation. */
  domain?: string | undefined;
}

/** Names a TLS certificate carries for a Service: each form that resolves inside the cluster, and the public one. */
export function serviceTlsNames(service: string, place: OrganizationPlace): string[] {
  const inside = serviceNames(service, place);
  return place.domain === undefined ? inside : [...inside, `${service}.${place.domain}`];
}
