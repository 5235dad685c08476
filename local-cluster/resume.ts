import { allDone } from "../lib/wait";
import { withAdminClient } from "./access/access";
import { hostStatus, plugHost, startHost, thawHost, type HostStatus } from "./host/host";
import * as network from "./network/network";
import type { Progress } from "../lib/progress";
import * as ready from "./readiness";
import type { ClusterRecord } from "./record";
import { controlPlane, nodeHosts, type Host } from "./settings";

/** Restores a cluster that was up: hosts that are off, unplugged or frozen run again, with the data on their disks. */
export async function resume(record: ClusterRecord, nodeCount: number, progress: Progress): Promise<void> {
  if (record.nodes !== nodeCount) {
    throw new Error(
      `The local cluster is up with --nodes ${record.nodes}. For --nodes ${nodeCount}, remove it first ("down"): its data goes with it.`,
    );
  }
  const nodes = nodeHosts(record.nodes);
  const hosts = [controlPlane, ...nodes].map((host) => ({ host, status: hostStatus(host) }));
  const absent = hosts.filter(({ status }) => status.state !== "running" || !status.plugged);
  if (absent.length > 0) {
    const since = new Date();
    await network.raiseGuard();
    network.adjustKernelSettings(network.insufficientKernelSettings());
    if (!network.hasBridge()) await network.createBridge();
    const names = absent.map(({ host }) => host.name).join(", ");
    await progress.phase(`hosts ${names}: back`, () =>
      allDone(absent.map(({ host, status }) => bringBack(host, status))),
    );
    await withAdminClient(async (admin) => {
      await progress.phase("API server: ready", () => ready.apiServerReady(admin));
      await progress.phase("nodes: alive", () => ready.nodesAlive(admin, nodes, since));
    });
  }
  await ready.settled(nodes, progress);
}

async function bringBack(host: Host, { state, plugged }: HostStatus): Promise<void> {
  if (state === "stopped") return startHost(host.name);
  if (state === "frozen") thawHost(host.name);
  if (!plugged) await plugHost(host.name);
}
