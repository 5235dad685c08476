import type * as k8s from "@pulumi/kubernetes";
import type { RpcConfig } from "../../../config";
import { buildReadyService, type Labels, type Metadata } from "../../kubernetes";
import type { ClientPorts } from "../clients/client";

/**
 * Service for applications. It leads to any ready RPC node, and keeps each client at the same one: a filter lives in
 * the node that made it, and a transaction is pending first where it arrived.
 *
 * @param loadBalancersKeepClients Whether a load balancer can keep clients at a node, too.
 */
export function buildRpcService(
  metadata: Metadata,
  selector: Labels,
  rpc: RpcConfig,
  ports: ClientPorts,
  loadBalancersKeepClients: boolean,
): k8s.types.input.core.v1.Service {
  const servicePorts = [
    { name: "http", port: rpc.httpPort, targetPort: ports.http },
    { name: "ws", port: rpc.wsPort, targetPort: ports.ws },
  ];
  const keepsClients = rpc.type === "ClusterIP" || loadBalancersKeepClients;
  return buildReadyService(metadata, selector, servicePorts, rpc, keepsClients ? { sessionAffinity: "ClientIP" } : {});
}
