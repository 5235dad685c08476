import type * as k8s from "@pulumi/kubernetes";
import type { GatewayConfig } from "../../../config";
import { awaitAddress, skipAwait, type Labels, type Metadata } from "../../kubernetes";
import { ports } from "../names";

type Service = k8s.types.input.core.v1.Service;

/**
 * The Service of one node. It names the pod before it is ready, since nodes that start together have to find each
 * other first; and it is only a name, so nothing waits for it.
 */
export function buildNodeService(metadata: Metadata, selector: Labels, nodePorts: Record<string, number>): Service {
  return {
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...skipAwait } },
    spec: {
      type: "ClusterIP",
      publishNotReadyAddresses: true,
      selector,
      ports: Object.entries(nodePorts).map(([name, port]) => ({ name, port, targetPort: port, protocol: "TCP" })),
    },
  };
}

/** The Service of a chaincode: a name for those of its pods that are ready. */
export function buildChaincodeService(metadata: Metadata, selector: Labels): Service {
  return {
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...skipAwait } },
    spec: {
      type: "ClusterIP",
      selector,
      ports: [{ name: "grpc", port: ports.chaincode, targetPort: ports.chaincode, protocol: "TCP" }],
    },
  };
}

/** The Service that clients of an organisation use: any of its peers that is ready. */
export function buildGatewayService(metadata: Metadata, selector: Labels, gateway: GatewayConfig): Service {
  const isExposed = gateway.type === "LoadBalancer";
  return {
    metadata: {
      ...metadata,
      // The address of a load balancer is an output, worth waiting for.
      annotations: { ...metadata.annotations, ...gateway.annotations, ...(isExposed ? awaitAddress : skipAwait) },
    },
    spec: {
      type: gateway.type,
      selector,
      ports: [{ name: "grpc", port: gateway.port, targetPort: ports.peer.grpc, protocol: "TCP" }],
      ...(isExposed
        ? { externalTrafficPolicy: gateway.externalTrafficPolicy, loadBalancerSourceRanges: gateway.clientCidrs }
        : {}),
    },
  };
}
