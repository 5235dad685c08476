import { readFileSync } from "node:fs";
import { backupLabel, type Snapshot, type SnapshotApi } from "./backup.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** VolumeSnapshots by the API server of the cluster in which this process has a pod, with the rights of its account. */
export function clusterApi(): SnapshotApi {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
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
