import type { RpcConfig } from "../../../config";
import { parentRef, unawaited, type Metadata, type ParentRef } from "../../kubernetes";

/** Part of https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export interface HttpRoute {
  apiVersion: "gateway.networking.k8s.io/v1";
  kind: "HTTPRoute";
  metadata: Metadata;
  spec: {
    parentRefs: ParentRef[];
    hostnames: string[];
    rules: { backendRefs: { name: string; port: number }[] }[];
  };
}

export interface HttpRouteSpec {
  metadata: Metadata & { name: string };
  /** Name of the Service of the RPC nodes. */
  service: string;
  rpc: Pick<RpcConfig, "httpPort" | "wsPort"> & { gateway: NonNullable<RpcConfig["gateway"]> };
}

/** One route for HTTP and, with a host name of its own, another for WebSocket: nodes serve both at the path `/`. */
export function buildHttpRoutes({ metadata, service, rpc }: HttpRouteSpec): [HttpRoute, ...HttpRoute[]] {
  const { gateway, httpPort, wsPort } = rpc;
  const route = (name: string, host: string, port: number): HttpRoute => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: unawaited({ ...metadata, name }, gateway.annotations),
    spec: {
      parentRefs: [parentRef(gateway)],
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port }] }],
    },
  });
  const http = route(metadata.name, gateway.host, httpPort);
  return gateway.wsHost === undefined ? [http] : [http, route(`${metadata.name}-ws`, gateway.wsHost, wsPort)];
}
