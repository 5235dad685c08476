import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { access } from "../access/objects";
import type { KubernetesObject } from "../access/api-client";
import { deployment, monitoringPorts, service } from "./deployment";
import { monitoringPolicies } from "./policies";
import { files, folders, prometheusConfig, type PrometheusSettings } from "./prometheus-config";
import { scrapedNamespaces, type WatchedNetwork } from "./watched-network";

/** Key of a namespace's label with the stack that the add-on in it watches. */
export const stackLabel = "blockchain-clusters/stack";

/** Prometheus and Alertmanager in the namespace that reaches a network's metrics. */
export function monitoringObjects(
  network: WatchedNetwork,
  settings: Omit<PrometheusSettings, "alertmanager">,
): KubernetesObject[] {
  const { namespace, stack } = network;
  const alertmanager = `alertmanager.${namespace}.svc:${monitoringPorts.alertmanager}`;
  const config = {
    [files.config]: prometheusConfig(network, { ...settings, alertmanager }),
    [files.rules]: network.rules,
  };
  const tls = tlsFiles(network);
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespace,
        labels: { [stackLabel]: stack, "pod-security.kubernetes.io/enforce": "restricted" },
      },
    },
    ...monitoringAccess(namespace),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "prometheus", namespace } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "prometheus", namespace }, data: config },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "prometheus-tls", namespace },
      stringData: Object.fromEntries(tls.map(({ key, text }) => [key, text])),
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "alertmanager", namespace }, data: alertmanagerConfig },
    deployment("prometheus", namespace, hash({ config, tls }), {
      serviceAccountName: "prometheus",
      args: [
        `--config.file=${folders.config}/${files.config}`,
        `--storage.tsdb.path=${folders.data}`,
        "--storage.tsdb.retention.time=1d",
        // Alertmanager forgets alerts of an earlier Prometheus after four times this.
        "--rules.alert.resend-delay=15s",
      ],
      memory: { request: "256Mi", limit: "1Gi" },
      volumes: [
        { name: "config", path: folders.config, source: { configMap: { name: "prometheus" } } },
        {
          name: "tls",
          path: folders.tls,
          source: { secret: { secretName: "prometheus-tls", items: tls.map(({ key, path }) => ({ key, path })) } },
        },
        { name: "data", path: folders.data, source: { emptyDir: {} } },
      ],
    }),
    deployment("alertmanager", namespace, hash(alertmanagerConfig), {
      args: [
        "--config.file=/etc/alertmanager/alertmanager.yaml",
        "--storage.path=/alertmanager",
        // One pod has no others to find.
        "--cluster.listen-address=",
      ],
      memory: { request: "64Mi", limit: "256Mi" },
      volumes: [
        { name: "config", path: "/etc/alertmanager", source: { configMap: { name: "alertmanager" } } },
        { name: "data", path: "/alertmanager", source: { emptyDir: {} } },
      ],
    }),
    service("prometheus", namespace),
    service("alertmanager", namespace),
    ...monitoringPolicies(namespace, scrapedNamespaces(network)),
  ];
}

/** Rights of Prometheus in the cluster: which pods and nodes there are, and metrics of kubelets. */
export function monitoringAccess(namespace: string): KubernetesObject[] {
  const rules = [
    { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  ];
  return access("prometheus", "ServiceAccount", rules, namespace);
}

/** Keys of a Secret have no slashes; the volume gives each file its path. */
function tlsFiles({ tls }: WatchedNetwork): { key: string; path: string; text: string }[] {
  return Object.entries(tls).flatMap(([namespace, { authority, certificate, privateKey }]) =>
    Object.entries({ "ca.crt": authority, "tls.crt": certificate, "tls.key": privateKey }).map(([file, text]) => ({
      key: `${namespace}.${file}`,
      path: `${namespace}/${file}`,
      text,
    })),
  );
}

/** Alerts that fire are kept for everybody who asks; they are sent nowhere, since nothing leaves the machine. */
const alertmanagerConfig = {
  "alertmanager.yaml": stringify({
    route: { receiver: "kept", group_by: ["alertname", "network"], group_wait: "1s", group_interval: "10s" },
    receivers: [{ name: "kept" }],
  }),
};

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
