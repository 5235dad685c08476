import { writeFileSync } from "node:fs";
import { withAdminClient } from "../access/administrator";
import { startHost } from "../host/host";
import { writeHostFiles } from "../host/service";
import type { Progress } from "../../lib/progress";
import * as ready from "../readiness";
import type { LocalCluster, NodeHost } from "../settings";
import { controlPlaneFiles } from "./services";

/** Starts the control plane. When it answers, releases the services that wait for it and applies the cluster's objects. */
export async function startControlPlane(
  cluster: LocalCluster,
  nodes: readonly NodeHost[],
  progress: Progress,
): Promise<void> {
  writeHostFiles(cluster, cluster.controlPlane.name, controlPlaneFiles(cluster));
  await startHost(cluster, cluster.controlPlane.name);
  await withAdminClient(cluster, async (admin) => {
    await progress.phase("API server: ready", () => ready.apiServerReady(cluster, admin));
    writeFileSync(cluster.paths.apiReady, "");
    await ready.applyObjects(admin, ready.clusterObjects(cluster, nodes));
  });
}
