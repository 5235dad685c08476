import type { TlsGatewayConfig } from "../../../config";
import { skipAwait, type Metadata } from "../../kubernetes";

/** https://gateway-api.sigs.k8s.io/reference/spec/#tlsroute, as far as it is used here. */
export interface TlsRoute {
  apiVersion: `gateway.networking.k8s.io/${TlsGatewayConfig["apiVersion"]}`;
  kind: "TLSRoute";
  metadata: Metadata;
  spec: {
    parentRefs: { name: string; namespace: string; sectionName?: string }[];
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
  const annotations = { ...metadata.annotations, ...gateway.annotations, ...skipAwait };
  return {
    apiVersion: `gateway.networking.k8s.io/${gateway.apiVersion}`,
    kind: "TLSRoute",
    metadata: { ...metadata, annotations },
    spec: {
      parentRefs: gateway.parentRefs.map(({ name, namespace, sectionName }) => ({
        name,
        namespace,
        ...(sectionName === undefined ? {} : { sectionName }),
      })),
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port }] }],
    },
  };
}
