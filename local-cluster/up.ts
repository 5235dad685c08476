import { create } from "./create";
import { removeCluster, checkOwner } from "./delete";
import { findLeftHosts } from "./host/host";
import type { Progress } from "../lib/progress";
import { readRecord } from "./record";
import { checkRequirements } from "./requirements";
import { resume } from "./resume";
import type { LocalCluster } from "./settings";

/** The built-in cluster: Kubernetes on this machine, without a container engine. */

/**
 * Starts a cluster, or those of its hosts that do not run. Removes the remains of an interrupted start first.
 *
 * @throws Error when the cluster is up with another number of nodes, or with the failed service and lines of its log.
 */
export async function up(cluster: LocalCluster, nodeCount: number, progress: Progress): Promise<void> {
  checkRequirements();
  checkOwner();
  const record = readRecord(cluster);
  if (record?.phase === "running") return resume(cluster, record, nodeCount, progress);
  if (record !== undefined || findLeftHosts(cluster).length > 0) {
    await progress.phase("remains of an interrupted start: removed", () => removeCluster(cluster, { keepGuard: true }));
  }
  try {
    await create(cluster, nodeCount, progress);
  } catch (error) {
    await progress.phase("what was started: removed", () => removeCluster(cluster, { keepGuard: false }));
    throw error;
  }
}
