import type * as k8s from "@pulumi/kubernetes";
import type { EthstatsConfig, RpcConfig } from "../../../config";
import { awaitAddress, skipAwait, type Labels, type Metadata } from "../../kubernetes";
import type { ClientPorts } from "../clients/client";
import { bootnodePort, ethstatsPort } from "../names";

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

/** The address of a bootnode among the nodes, from before its pod is there. */
export function buildBootnodeService(metadata: Metadata, selector: Labels): Service {
  return {
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...skipAwait } },
    spec: {
      type: "ClusterIP",
      publishNotReadyAddresses: true,
      selector,
      ports: [{ name: "discovery", port: bootnodePort, targetPort: bootnodePort, protocol: "UDP" }],
    },
  };
}

/**
 * The Service that applications use: any RPC node that is ready, and the same one for as long as it is. A filter lives in the
 * node that made it, and a transaction counts as pending first where it came in.
 *
 * @param loadBalancersKeepClients Whether a load balancer can be asked for that, too.
 */
export function buildRpcService(
  metadata: Metadata,
  selector: Labels,
  rpc: RpcConfig,
  ports: ClientPorts,
  loadBalancersKeepClients: boolean,
): Service {
  const doors = [
    { name: "http", port: rpc.httpPort, targetPort: ports.http, protocol: "TCP" },
    { name: "ws", port: rpc.wsPort, targetPort: ports.ws, protocol: "TCP" },
  ];
  const keepsClients = rpc.type === "ClusterIP" || loadBalancersKeepClients;
  return buildClientService(metadata, selector, rpc, doors, keepsClients ? { sessionAffinity: "ClientIP" } : {});
}

/** The Service that people look at the network through. */
export function buildEthstatsService(metadata: Metadata, selector: Labels, ethstats: EthstatsConfig): Service {
  return buildClientService(metadata, selector, ethstats, [
    { name: "http", port: ethstats.port, targetPort: ethstatsPort, protocol: "TCP" },
  ]);
}

type Exposure = Pick<RpcConfig, "type" | "externalTrafficPolicy" | "annotations" | "clientCidrs">;

function buildClientService(
  metadata: Metadata,
  selector: Labels,
  exposure: Exposure,
  ports: k8s.types.input.core.v1.ServicePort[],
  further: { sessionAffinity?: string } = {},
): Service {
  const isExposed = exposure.type === "LoadBalancer";
  return {
    metadata: {
      ...metadata,
      // The address of a load balancer is an output, worth waiting for.
      annotations: { ...metadata.annotations, ...exposure.annotations, ...(isExposed ? awaitAddress : skipAwait) },
    },
    spec: {
      type: exposure.type,
      selector,
      ports,
      ...further,
      ...(isExposed
        ? { externalTrafficPolicy: exposure.externalTrafficPolicy, loadBalancerSourceRanges: exposure.clientCidrs }
        : {}),
    },
  };
}
