/** Objects of the Prometheus Operator: https://prometheus-operator.dev/docs/api-reference/api/ */
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";
import { unawaited, type Metadata } from "./metadata";

const apiVersion = "monitoring.coreos.com/v1";

export interface PodMonitorSpec {
  metadata: Metadata & { name: string; labels: Labels };
  /** Labels of the pods, which are in the namespace of the object. */
  selector: Labels;
  /** Name of the container's port; pods without it are left out. */
  port: string;
  path: string;
  interval: string;
  scrapeTimeout: string;
  /** Default: no TLS. */
  tls?: { serverName: string; secret: pulumi.Input<string> } | undefined;
}

/** Keys of the Secret that `tls` names. */
export const monitorTlsKeys = { ca: "ca.crt", certificate: "tls.crt", privateKey: "tls.key" } as const;

export function buildPodMonitor(spec: PodMonitorSpec) {
  const { port, path, interval, scrapeTimeout, tls } = spec;
  const inSecret = (key: string) => ({ name: tls?.secret, key });
  return {
    apiVersion,
    kind: "PodMonitor",
    metadata: unawaited(spec.metadata),
    spec: {
      selector: { matchLabels: spec.selector },
      podMetricsEndpoints: [
        {
          port,
          path,
          interval,
          scrapeTimeout,
          ...(tls === undefined
            ? {}
            : {
                scheme: "https",
                tlsConfig: {
                  ca: { secret: inSecret(monitorTlsKeys.ca) },
                  cert: { secret: inSecret(monitorTlsKeys.certificate) },
                  keySecret: inSecret(monitorTlsKeys.privateKey),
                  serverName: tls.serverName,
                },
              }),
        },
      ],
    },
  };
}

/** @param rules `groups` of rules as Prometheus reads them */
export function buildPrometheusRule(
  metadata: Metadata & { name: string; labels: Labels },
  rules: pulumi.Input<object>,
) {
  return { apiVersion, kind: "PrometheusRule", metadata: unawaited(metadata), spec: rules };
}

/** Annotations by which the usual scrape configurations without the operator find a pod. */
export function scrapeAnnotations(port: number, path: string): Record<string, string> {
  return { "prometheus.io/scrape": "true", "prometheus.io/port": String(port), "prometheus.io/path": path };
}
