import type * as k8s from "@pulumi/kubernetes";
import type { RpcConfig } from "../../../config";
import { buildReadyService, type Labels, type Metadata } from "../../kubernetes";
import type { ClientPorts } from "../clients/client";

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
): k8s.types.input.core.v1.Service {
  const servicePorts = [
    { name: "http", port: rpc.httpPort, targetPort: ports.http },
    { name: "ws", port: rpc.wsPort, targetPort: ports.ws },
  ];
  const keepsClients = rpc.type === "ClusterIP" || loadBalancersKeepClients;
  return buildReadyService(metadata, selector, servicePorts, rpc, keepsClients ? { sessionAffinity: "ClientIP" } : {});
}
