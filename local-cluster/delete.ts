import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { allDone } from "../lib/wait";
import { removeClusterCgroups } from "./host/cgroup";
import { tryRun } from "../lib/process";
import { recordedClusters } from "./clusters";
import { findLeftHosts, runningProjects, stopHost } from "./host/host";
import { linkedClusters, unlink } from "./network/links";
import { namespaceDirectory } from "./network/namespace";
import * as network from "./network/network";
import { readRecord, writeRecord } from "./record";
import { projectRoot, type LocalCluster } from "./settings";

/**
 * Removes a built-in cluster, in whatever state, with everything that it made on this machine. Removes the guard
 * last. Logs stay until the next start.
 *
 * @param keepGuard whether the guard stays, because a new cluster follows at once
 */
export async function removeCluster(cluster: LocalCluster, { keepGuard }: { keepGuard: boolean }): Promise<void> {
  rmSync(cluster.paths.kubeconfig, { force: true });
  for (const peer of linkedClusters(cluster)) await unlink(cluster, peer);
  await allDone(findLeftHosts(cluster).map((host) => stopHost(cluster, host)));
  await network.removeBridge(cluster);
  removeClusterCgroups(cluster);
  await removeNamespaceDirectory();
  giveKernelSettingsBack(cluster);
  removeState(cluster);
  if (!keepGuard) await network.lowerGuard(cluster);
}

/** Restores what the cluster changed for the whole machine. While others run, one of them takes that over. */
function giveKernelSettingsBack(cluster: LocalCluster): void {
  const settings = readRecord(cluster)?.kernelSettings ?? {};
  const heir = recordedClusters().find(({ name }) => name !== cluster.name);
  const heirRecord = heir && readRecord(heir);
  if (heir === undefined || heirRecord === undefined) return network.restoreKernelSettings(settings);
  writeRecord(heir, { ...heirRecord, kernelSettings: { ...heirRecord.kernelSettings, ...settings } });
}

function removeState({ paths }: LocalCluster): void {
  if (!existsSync(paths.state)) return;
  for (const entry of readdirSync(paths.state)) {
    const path = join(paths.state, entry);
    if (path !== paths.logs) rmSync(path, { recursive: true, force: true });
  }
}

/** Unmounts the directory that `ip netns add` leaves mounted. An empty one was made for this cluster. */
async function removeNamespaceDirectory(): Promise<void> {
  if (!existsSync(namespaceDirectory) || readdirSync(namespaceDirectory).length > 0) return;
  await tryRun("umount", [namespaceDirectory]);
  rmdirSync(namespaceDirectory);
}

/**
 * @param ids Ids of the clusters to look at. Default: all, since nothing keeps the slots of two directories apart.
 * @throws Error when one that runs on this machine belongs to another directory.
 */
export function checkOwner(ids?: string[]): void {
  const other = runningProjects(ids).find((project) => project !== projectRoot);
  if (other === undefined) return;
  throw new Error(`A local cluster of ${other} is running on this machine. Run "make down" there first.`);
}
