/** Scrape jobs as Prometheus reads them: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config */

/** Pods of one namespace that give metrics at one port. */
export interface ScrapedPods {
  namespace: string;
  /** Name of the container's port. */
  port: string;
  path: string;
  /** Where nodes ask for a certificate: the name in their own, which all of the namespace carry. Default: no TLS. */
  serverName?: string | undefined;
}

/** Folder in which Prometheus finds a folder for each namespace, with `ca.crt`, `tls.crt` and `tls.key`. */
const tlsFolder = "/etc/prometheus/tls";

/** Labels of every series, and their source. Alerts go by the first two. */
const labels = {
  namespace: "__meta_kubernetes_namespace",
  pod: "__meta_kubernetes_pod_name",
  container: "__meta_kubernetes_pod_container_name",
};

export function scrapeConfig({ namespace, port, path, serverName }: ScrapedPods): object {
  const folder = `${tlsFolder}/${namespace}`;
  return {
    job_name: namespace,
    metrics_path: path,
    ...(serverName === undefined
      ? {}
      : {
          scheme: "https",
          tls_config: {
            ca_file: `${folder}/ca.crt`,
            cert_file: `${folder}/tls.crt`,
            key_file: `${folder}/tls.key`,
            server_name: serverName,
          },
        }),
    kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [namespace] } }],
    relabel_configs: [
      { source_labels: ["__meta_kubernetes_pod_container_port_name"], regex: port, action: "keep" },
      ...Object.entries(labels).map(([label, meta]) => ({ source_labels: [meta], target_label: label })),
    ],
  };
}
