import { readFileSync } from "node:fs";
import { ApiClient, type KubernetesObject } from "../access/api-client";
import { readKubeconfig } from "../access/kubeconfig";
import { monitoringImages } from "../images/catalog";
import { loadOnNodes } from "../images/load";
import type { ClusterRecord } from "../record";
import { applyObjects } from "../readiness";
import type { LocalCluster } from "../settings";
import { monitoringAccess, monitoringObjects, stackLabel } from "./objects";
import type { WatchedNetwork } from "./watched-network";

/** The add-on that watches one network of a cluster: Prometheus and Alertmanager. */

const timeoutSeconds = 120;

/**
 * Starts the add-on, or turns it to another network or to new rules. Resolves when both programs are ready.
 *
 * @param interval Time between two scrapes and between two evaluations of the rules, in Prometheus' form.
 */
export async function startMonitoring(
  cluster: LocalCluster,
  record: ClusterRecord,
  network: WatchedNetwork,
  interval = "15s",
): Promise<void> {
  await loadOnNodes(cluster, record, Object.values(monitoringImages));
  await withAdmin(cluster, async (admin) => {
    const settings = { interval, kubeletsAreCertified: record.runtime === "builtin" };
    await applyObjects(admin, monitoringObjects(network, settings));
    await admin.waitFor(
      `/apis/apps/v1/namespaces/${network.namespace}/deployments`,
      (deployments) => ["prometheus", "alertmanager"].every((name) => deployments.some((one) => isCurrent(one, name))),
      { what: "Prometheus and Alertmanager ready", timeoutSeconds },
    );
  });
}

/** Removes the add-on if it watches this stack's network. Resolves to whether it did. */
export async function stopMonitoring(cluster: LocalCluster, stack: string): Promise<boolean> {
  return withAdmin(cluster, async (admin) => {
    const { items } = await admin.list(
      `/api/v1/namespaces?labelSelector=${encodeURIComponent(`${stackLabel}=${stack}`)}`,
    );
    for (const { metadata } of items) {
      const namespace: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: metadata.name } };
      for (const object of [...monitoringAccess(metadata.name), namespace]) await admin.remove(object);
    }
    return items.length > 0;
  });
}

/** Whether the pod of a Deployment is ready, and is that of its newest form. */
function isCurrent({ metadata, status }: KubernetesObject, name: string): boolean {
  const { generation } = metadata as { generation?: number };
  const { observedGeneration, updatedReplicas, availableReplicas } = (status ?? {}) as Record<string, number>;
  const isReady = updatedReplicas === 1 && availableReplicas === 1;
  return metadata.name === name && observedGeneration === generation && isReady;
}

async function withAdmin<T>({ paths }: LocalCluster, use: (admin: ApiClient) => Promise<T>): Promise<T> {
  const { server, authority, user } = readKubeconfig(readFileSync(paths.kubeconfig, "utf8"));
  const admin = new ApiClient(server, authority, user);
  try {
    return await use(admin);
  } finally {
    admin.close();
  }
}
