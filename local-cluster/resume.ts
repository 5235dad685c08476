import { allDone } from "../lib/wait";
import { withAdminClient } from "./access/administrator";
import { hostStatus, plugHost, startHost, thawHost, type HostStatus } from "./host/host";
import * as network from "./network/network";
import type { Progress } from "../lib/progress";
import * as ready from "./readiness";
import type { ClusterRecord } from "./record";
import { nodeHosts, type Host, type LocalCluster } from "./settings";

/** Restores a cluster that was up: hosts that are off, unplugged or frozen run again, with the data on their disks. */
export async function resume(
  cluster: LocalCluster,
  record: ClusterRecord,
  nodeCount: number,
  progress: Progress,
): Promise<void> {
  if (record.nodes !== nodeCount) {
    throw new Error(
      `The local cluster is up with --nodes ${record.nodes}. For --nodes ${nodeCount}, remove it first ("down"): its data goes with it.`,
    );
  }
  const nodes = nodeHosts(cluster, record.nodes);
  const hosts = [cluster.controlPlane, ...nodes].map((host) => ({ host, status: hostStatus(cluster, host) }));
  const absent = hosts.filter(({ status }) => status.state !== "running" || !status.plugged);
  if (absent.length > 0) {
    const since = new Date();
    await network.raiseGuard(cluster);
    network.adjustKernelSettings(network.insufficientKernelSettings());
    if (!network.hasBridge(cluster)) await network.createBridge(cluster);
    const names = absent.map(({ host }) => host.name).join(", ");
    await progress.phase(`hosts ${names}: back`, () =>
      allDone(absent.map(({ host, status }) => bringBack(cluster, host, status))),
    );
    await withAdminClient(cluster, async (admin) => {
      await progress.phase("API server: ready", () => ready.apiServerReady(cluster, admin));
      await progress.phase("nodes: alive", () => ready.nodesAlive(cluster, admin, nodes, since));
    });
  }
  await ready.settled(cluster, nodes, progress);
}

async function bringBack(cluster: LocalCluster, host: Host, { state, plugged }: HostStatus): Promise<void> {
  if (state === "stopped") return startHost(cluster, host.name);
  if (state === "frozen") thawHost(cluster, host.name);
  if (!plugged) await plugHost(cluster, host.name);
}
