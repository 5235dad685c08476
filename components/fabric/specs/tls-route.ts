import type { TlsGatewayConfig } from "../../../config";
import { parentRef, unawaited, type Metadata, type ParentRef } from "../../kubernetes";

/** https://gateway-api.sigs.k8s.io/reference/spec/#tlsroute, as far as it is used here. */
export interface TlsRoute {
  apiVersion: `gateway.networking.k8s.io/${TlsGatewayConfig["apiVersion"]}`;
  kind: "TLSRoute";
  metadata: Metadata;
  spec: {
    parentRefs: ParentRef[];
    hostnames: string[];
    rules: { backendRefs: { name: string; port: number }[] }[];
  };
}

export interface TlsRouteSpec {
  metadata: Metadata & { name: string };
  /** Public name that clients ask for. */
  host: string;
  /** Service of the node, and its port. */
  service: string;
  port: number;
  gateway: TlsGatewayConfig;
}

/** The way from a Gateway, which passes TLS through, to one node. */
export function buildTlsRoute({ metadata, host, service, port, gateway }: TlsRouteSpec): TlsRoute {
  return {
    apiVersion: `gateway.networking.k8s.io/${gateway.apiVersion}`,
    kind: "TLSRoute",
    metadata: unawaited(metadata, gateway.annotations),
    spec: {
      parentRefs: gateway.parentRefs.map(parentRef),
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port }] }],
    },
  };
}
