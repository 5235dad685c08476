/** Services: the name of one node, or the address of all ready pods. */
import type * as k8s from "@pulumi/kubernetes";
import type { Labels } from "./labels";
import { awaitAddress, skipAwait, unawaited, type Metadata } from "./metadata";

type Service = k8s.types.input.core.v1.Service;
type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;

export interface Port {
  name: string;
  /** Port of the Service. */
  port: number;
  /** Port of its pods. Default: `port`. */
  targetPort?: number;
  /** Protocol of the port. Default: TCP. */
  protocol?: "TCP" | "UDP";
}

/** Exposure of a Service outside of the cluster. */
export interface Exposure {
  type: "ClusterIP" | "LoadBalancer";
  /** Annotations of the Service, for a cloud's load balancer. */
  annotations: Record<string, string>;
  /** For a LoadBalancer: `Local` keeps the client's address. */
  externalTrafficPolicy: "Cluster" | "Local";
  /** For a LoadBalancer: networks that it admits. */
  clientCidrs: string[];
}

const insideOnly: Exposure = { type: "ClusterIP", annotations: {}, externalTrafficPolicy: "Local", clientCidrs: [] };

/** The time in which a node's Service leads to its pod: from the pod's start on, or while the pod is ready. */
export type LeadsToPod = "fromItsStart" | "whileReady";

/**
 * Service of a node: its name and address among the other nodes, from before its pod exists and through every restart.
 * No resource waits for it.
 *
 * @param leadsToPod Default `fromItsStart`, since nodes that start together have to find each other first.
 */
export function buildNodeService(
  metadata: Metadata,
  selector: Labels,
  ports: readonly Port[],
  leadsToPod: LeadsToPod = "fromItsStart",
): Service {
  const publishNotReadyAddresses = leadsToPod === "fromItsStart";
  return {
    metadata: unawaited(metadata),
    spec: { type: "ClusterIP", publishNotReadyAddresses, selector, ports: ports.map(servicePort) },
  };
}

/**
 * Service for clients, over all ready pods.
 *
 * @param exposure Default: inside the cluster only.
 * @param further Further fields of the Service. Default: none.
 */
export function buildReadyService(
  metadata: Metadata,
  selector: Labels,
  ports: readonly Port[],
  exposure: Exposure = insideOnly,
  further: Pick<ServiceSpec, "sessionAffinity"> = {},
): Service {
  const isExposed = exposure.type === "LoadBalancer";
  return {
    metadata: {
      ...metadata,
      // The address of a load balancer is an output, so Pulumi waits for it.
      annotations: { ...metadata.annotations, ...exposure.annotations, ...(isExposed ? awaitAddress : skipAwait) },
    },
    spec: {
      type: exposure.type,
      selector,
      ports: ports.map(servicePort),
      ...further,
      ...(isExposed
        ? { externalTrafficPolicy: exposure.externalTrafficPolicy, loadBalancerSourceRanges: exposure.clientCidrs }
        : {}),
    },
  };
}

function servicePort({ name, port, targetPort = port, protocol = "TCP" }: Port): k8s.types.input.core.v1.ServicePort {
  return { name, port, targetPort, protocol };
}
