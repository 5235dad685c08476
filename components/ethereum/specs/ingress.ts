import type * as k8s from "@pulumi/kubernetes";
import type { RpcConfig } from "../../../config";
import { unawaited, type Metadata } from "../../kubernetes";

type Ingress = k8s.types.input.networking.v1.Ingress;

export interface IngressSpec {
  metadata: Metadata;
  /** Name of the Service of the RPC nodes. */
  service: string;
  ingress: NonNullable<RpcConfig["ingress"]>;
}

/**
 * TLS in front of the RPC Service, with one host name for HTTP and one for WebSocket: nodes serve both at the path `/`.
 */
export function buildIngress({ metadata, service, ingress }: IngressSpec): Ingress {
  const { host, wsHost, className, tlsSecret, annotations } = ingress;
  const fronts = [{ host, port: "http" }, ...(wsHost === undefined ? [] : [{ host: wsHost, port: "ws" }])];
  return {
    // Some controllers never report an address, and no resource needs it.
    metadata: unawaited(metadata, annotations),
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      tls: [{ hosts: fronts.map((front) => front.host), secretName: tlsSecret }],
      rules: fronts.map((front) => ({
        host: front.host,
        http: {
          paths: [
            { path: "/", pathType: "Prefix", backend: { service: { name: service, port: { name: front.port } } } },
          ],
        },
      })),
    },
  };
}
