/** Settings of Prometheus: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
import { parse, stringify } from "yaml";
import type { WatchedNetwork } from "./watched-network";

/** Folders in Prometheus' container. That of certificates is the one that the scrape jobs of a network name. */
export const folders = { config: "/etc/prometheus/config", tls: "/etc/prometheus/tls", data: "/prometheus" } as const;
export const files = { config: "prometheus.yaml", rules: "rules.yaml" } as const;

export interface PrometheusSettings {
  /** `host:port` of Alertmanager. */
  alertmanager: string;
  /** Time between two scrapes, and between two evaluations of the rules: `15s`. */
  interval: string;
  /** Whether the cluster's authority signed the kubelets' certificates. In kind they signed their own. */
  kubeletsAreCertified: boolean;
}

export function prometheusConfig(network: WatchedNetwork, settings: PrometheusSettings): string {
  return stringify({
    global: { scrape_interval: settings.interval, evaluation_interval: settings.interval },
    alerting: { alertmanagers: [{ static_configs: [{ targets: [settings.alertmanager] }] }] },
    rule_files: [`${folders.config}/${files.rules}`],
    scrape_configs: [
      // Free space of volumes, and starts of containers.
      kubelets("/metrics", "kubelet_volume_stats_.*", settings),
      kubelets("/metrics/resource", "container_.*", settings),
      ...(parse(network.scrapeConfigs) as object[]),
    ],
  });
}

/** The cluster's own rights: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/ */
const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** @param kept Pattern of the metrics that are kept, of thousands. */
function kubelets(path: string, kept: string, { kubeletsAreCertified }: PrometheusSettings): object {
  return {
    job_name: `kubelet${path}`,
    scheme: "https",
    metrics_path: path,
    authorization: { credentials_file: `${account}/token` },
    tls_config: kubeletsAreCertified ? { ca_file: `${account}/ca.crt` } : { insecure_skip_verify: true },
    kubernetes_sd_configs: [{ role: "node" }],
    metric_relabel_configs: [{ source_labels: ["__name__"], regex: kept, action: "keep" }],
  };
}
