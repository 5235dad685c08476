import type * as k8s from "@pulumi/kubernetes";
import type { RpcConfig } from "../../config";
import { awaitAddress, skipAwait, type Labels, type Metadata } from "../../kubernetes";
import type { ClientPorts } from "../clients/client";

type Service = k8s.types.input.core.v1.Service;

/**
 * The address of a validator among its peers. It has one before its pod does and keeps it through every restart, so
 * that also a client that resolves names once finds it; and it names the pod before it is ready, since nodes that
 * start together have to find each other first.
 */
export function buildPeerService(metadata: Metadata, selector: Labels, ports: ClientPorts): Service {
  return {
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...skipAwait } },
    spec: {
      type: "ClusterIP",
      publishNotReadyAddresses: true,
      selector,
      ports: [{ name: "p2p", port: ports.p2p, targetPort: ports.p2p, protocol: "TCP" }],
    },
  };
}

/** The Service that applications use: any RPC node that is ready. */
export function buildRpcService(metadata: Metadata, selector: Labels, rpc: RpcConfig, ports: ClientPorts): Service {
  const isExposed = rpc.type === "LoadBalancer";
  return {
    metadata: {
      ...metadata,
      // The address of a load balancer is an output, worth waiting for.
      annotations: { ...metadata.annotations, ...rpc.annotations, ...(isExposed ? awaitAddress : skipAwait) },
    },
    spec: {
      type: rpc.type,
      selector,
      ports: [
        { name: "http", port: rpc.httpPort, targetPort: ports.http, protocol: "TCP" },
        { name: "ws", port: rpc.wsPort, targetPort: ports.ws, protocol: "TCP" },
      ],
      ...(isExposed
        ? { externalTrafficPolicy: rpc.externalTrafficPolicy, loadBalancerSourceRanges: rpc.clientCidrs }
        : {}),
    },
  };
}
