import { readFileSync } from "node:fs";
import { backupLabel, type Snapshot, type SnapshotApi } from "./backup.ts";
import type { CronJob } from "./backup-metrics.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Address of the API server of the cluster in which this process has a pod. */
function serverUrl(): string {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** VolumeSnapshots of this process's cluster, with the rights of its account. */
export function clusterApi(): SnapshotApi {
  const server = serverUrl();
  const url = (namespace: string, name = "") =>
    `${server}/apis/snapshot.storage.k8s.io/v1/namespaces/${namespace}/volumesnapshots${name && `/${name}`}`;
  return {
    create: async (snapshot) => {
      await call("POST", url(snapshot.metadata.namespace), snapshot);
    },
    list: async (namespace) => {
      const { items } = (await call("GET", `${url(namespace)}?labelSelector=${encodeURIComponent(backupLabel)}`)) as {
        items: Snapshot[];
      };
      return items;
    },
    remove: async ({ metadata: { namespace, name } }) => {
      await call("DELETE", url(namespace, name));
    },
  };
}

/** A CronJob of this process's cluster. */
export async function readCronJob({ namespace, name }: { namespace: string; name: string }): Promise<CronJob> {
  return (await call("GET", `${serverUrl()}/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`)) as CronJob;
}

/** The token is read for each call, since the kubelet renews it. */
async function call(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: {
      Authorization: `Bearer ${readFileSync(`${account}/token`, "utf8")}`,
      "Content-Type": "application/json",
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
