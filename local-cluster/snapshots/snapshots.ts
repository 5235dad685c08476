import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { withAdminClient } from "../access/administrator";
import type { ApiClient, KubernetesObject } from "../access/api-client";
import { snapshotImages } from "../images/catalog";
import { directoryOfModule } from "../images/go-module";
import { loadOnNodes } from "../images/load";
import { applyObjects } from "../readiness";
import type { ClusterRecord } from "../record";
import type { LocalCluster } from "../settings";
import { storageDrivers } from "../storage-drivers";
import { snapshotObjects, snapshotWorkloads } from "./objects";

/** The add-on that takes VolumeSnapshots: a CSI driver, its sidecars, and Kubernetes' snapshot controller. */

const timeoutSeconds = 120;

/**
 * Starts the add-on. Resolves when volumes can be made, mounted and copied on every node.
 *
 * @throws Error in kind, whose nodes hide the cgroups of pods: a copy of a running node's volume would be of no moment
 */
export async function startSnapshots(cluster: LocalCluster, record: ClusterRecord): Promise<void> {
  const { runtime, nodes } = record;
  if (runtime === "kind") {
    throw new Error(
      "Snapshots need the built-in cluster, and this one is kind's: remove it, and start it with --runtime builtin.",
    );
  }
  await loadOnNodes(cluster, record, Object.values(snapshotImages));
  await withAdminClient(cluster, async (admin) => {
    await applyObjects(admin, [...(await snapshotDefinitions()), ...snapshotObjects(cluster, nodes)]);
    await ready(admin, nodes);
  });
}

/** Definitions of VolumeSnapshot, VolumeSnapshotClass and VolumeSnapshotContent, as the controller's release has them. */
async function snapshotDefinitions(): Promise<KubernetesObject[]> {
  const folder = await directoryOfModule({
    build: "csi",
    module: "github.com/kubernetes-csi/external-snapshotter/client/v8",
    directory: "config/crd",
    content: "The definition of VolumeSnapshots",
  });
  return readdirSync(folder)
    .filter((file) => file.startsWith("snapshot.storage.k8s.io_"))
    .map((file) => parse(readFileSync(join(folder, file), "utf8")) as KubernetesObject);
}

async function ready(admin: ApiClient, nodes: number): Promise<void> {
  const { controller, driver } = snapshotWorkloads;
  await admin.waitFor(
    "/apis/apps/v1/namespaces/kube-system/deployments",
    (deployments) => [controller, driver].every((name) => deployments.some((one) => isAvailable(one, name))),
    { what: "snapshot controller and CSI driver ready", timeoutSeconds },
  );
  await admin.waitFor("/apis/storage.k8s.io/v1/csinodes", (csiNodes) => csiNodes.filter(hasDriver).length === nodes, {
    what: `CSI driver registered on ${nodes} nodes`,
    timeoutSeconds,
  });
}

function isAvailable({ metadata, status }: KubernetesObject, name: string): boolean {
  return metadata.name === name && (status as { availableReplicas?: number } | undefined)?.availableReplicas === 1;
}

function hasDriver({ spec }: KubernetesObject): boolean {
  const { drivers } = spec as { drivers?: { name: string }[] | null };
  return (drivers ?? []).some(({ name }) => name === storageDrivers.blockWithSnapshots);
}
