import type * as k8s from "@pulumi/kubernetes";
import type { RpcConfig } from "../../../config";
import { skipAwait, type Metadata } from "../../kubernetes";

type Ingress = k8s.types.input.networking.v1.Ingress;

export interface IngressSpec {
  metadata: Metadata;
  /** Service of the RPC nodes. */
  service: string;
  ingress: NonNullable<RpcConfig["ingress"]>;
}

/** TLS in front of the RPC Service, one name for HTTP and one for WebSocket: nodes serve both at the path `/`. */
export function buildIngress({ metadata, service, ingress }: IngressSpec): Ingress {
  const { host, wsHost, className, tlsSecret, annotations } = ingress;
  const fronts = [{ host, port: "http" }, ...(wsHost === undefined ? [] : [{ host: wsHost, port: "ws" }])];
  return {
    // Its controller may never report an address, and nothing here waits for one.
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations, ...skipAwait } },
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
