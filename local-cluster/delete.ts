import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { allDone } from "../lib/wait";
import { removeClusterCgroups } from "./host/cgroup";
import { tryRun } from "../lib/process";
import { findLeftHosts, projectOf, stopHost } from "./host/host";
import * as network from "./network/network";
import { readRecord } from "./record";
import { paths, projectRoot } from "./settings";

/**
 * Removes the built-in cluster, in whatever state, with everything that it made on this machine. Removes the guard
 * last. Logs stay until the next start.
 *
 * @param keepGuard whether the guard stays, because a new cluster follows at once
 */
export async function removeCluster({ keepGuard }: { keepGuard: boolean }): Promise<void> {
  rmSync(paths.kubeconfig, { force: true });
  const record = readRecord();
  await allDone(findLeftHosts().map(stopHost));
  await network.removeBridge();
  removeClusterCgroups();
  await removeNamespaceDirectory();
  network.restoreKernelSettings(record?.kernelSettings ?? {});
  removeState();
  if (!keepGuard) await network.lowerGuard();
}

function removeState(): void {
  if (!existsSync(paths.state)) return;
  for (const entry of readdirSync(paths.state)) {
    const path = join(paths.state, entry);
    if (path !== paths.logs) rmSync(path, { recursive: true, force: true });
  }
}

/** Unmounts the directory that `ip netns add` leaves mounted. An empty one was made for this cluster. */
async function removeNamespaceDirectory(): Promise<void> {
  const directory = "/run/netns";
  if (!existsSync(directory) || readdirSync(directory).length > 0) return;
  await tryRun("umount", [directory]);
  rmdirSync(directory);
}

/** @throws Error when the cluster on this machine belongs to another directory. */
export function checkOwner(): void {
  const other = findLeftHosts()
    .map(projectOf)
    .find((owner) => owner !== undefined && owner !== projectRoot);
  if (other === undefined) return;
  throw new Error(`A local cluster of ${other} is running on this machine. Run "make down" there first.`);
}
