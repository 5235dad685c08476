/** Names and ports on which two places of a Fabric network must agree. */
import type { Labels } from "../kubernetes";
import { labelsIn, serviceNames, type BackupPod, type Place } from "../workload";

export { chaincodeServiceName, namespaceName } from "../../config";

/** Ports of Fabric's own samples. */
export const ports = {
  orderer: { grpc: 7050, admin: 7053, operations: 8443 },
  peer: { grpc: 7051, operations: 9443 },
  couchdb: 5984,
  chaincode: 9999,
  router: { tls: 7443, health: 8404 },
} as const;

/** Kinds of pods, the words of network policies. */
export type Component = "orderer" | "peer" | "chaincode" | "router" | BackupPod;

/** Labels of a Fabric network. */
export const fabricLabels = labelsIn<Component>("fabric");

export const { networkLabels, componentLabels, nodeLabels, nodeSelector } = fabricLabels;

/** Label of all objects of an organisation. */
export function organizationLabels(mspId: string): Labels {
  return { "fabric.org": mspId };
}

/** Service over all ready peers of an organisation. */
export const gatewayService = "gateway";

/** Name of a node's StatefulSet, Service and TLS identity, for example `peer0`. */
export function nodeName(component: "orderer" | "peer", index: number): string {
  return `${component}${index}`;
}

/** Place of an organisation's Services in DNS. */
export interface OrganizationPlace extends Place {
  /** Public domain of the organisation. Default: none. */
  domain?: string | undefined;
}

/**
 * Name of a node, or of the gateway, in the organisation's public domain.
 *
 * @throws Error without a domain, which the rules of stack files ask for
 */
export function publicHost(service: string, { namespace, domain }: OrganizationPlace): string {
  if (domain === undefined) throw new Error(`${namespace} has no public domain for ${service}; set domain`);
  return `${service}.${domain}`;
}

/** Names of a Service in its TLS certificate: each form that resolves inside the cluster, and the public name. */
export function serviceTlsNames(service: string, place: OrganizationPlace): string[] {
  const inside = serviceNames(service, place);
  return place.domain === undefined ? inside : [...inside, `${service}.${place.domain}`];
}
