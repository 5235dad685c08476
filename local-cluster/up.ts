import { create } from "./create";
import { removeCluster, checkOwner } from "./delete";
import { findLeftHosts } from "./host/host";
import type { Progress } from "../lib/progress";
import { readRecord } from "./record";
import { checkRequirements } from "./requirements";
import { resume } from "./resume";

/** The built-in cluster: Kubernetes on this machine, without a container engine. */

/**
 * Starts the cluster, or those of its hosts that do not run. Removes the remains of an interrupted start first.
 *
 * @throws Error when the cluster is up with another number of nodes, or with the failed service and lines of its log.
 */
export async function up(nodeCount: number, progress: Progress): Promise<void> {
  checkRequirements();
  checkOwner();
  const record = readRecord();
  if (record?.phase === "running") return resume(record, nodeCount, progress);
  if (record !== undefined || findLeftHosts().length > 0) {
    await progress.phase("remains of an interrupted start: removed", () => removeCluster({ keepGuard: true }));
  }
  try {
    await create(nodeCount, progress);
  } catch (error) {
    await progress.phase("what was started: removed", () => removeCluster({ keepGuard: false }));
    throw error;
  }
}
