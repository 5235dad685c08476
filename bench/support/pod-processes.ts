/** Processes of a network's pods, on a cluster whose nodes share this machine's kernel. */
import { readdirSync, readFileSync } from "node:fs";
import type { CoreV1Api } from "@kubernetes/client-node";

/**
 * Ids of the processes of all pods of a network.
 *
 * @param network part of the namespaces `<network>-<organisation>`
 * @throws Error without any
 */
export async function podProcesses(core: CoreV1Api, network: string): Promise<number[]> {
  const { items } = await core.listPodForAllNamespaces();
  const pods = items.filter(({ metadata }) => metadata?.namespace?.startsWith(`${network}-`));
  const uids = pods.flatMap(({ metadata }) => metadata?.uid ?? []);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.filter((pid) => isOfPod(readCgroups(pid), uids)).map(Number);
  if (found.length === 0) throw new Error(`the pods of ${network} have no process on this machine`);
  return found;
}

/**
 * Whether a process is one of some pods.
 *
 * @param cgroups content of /proc/PID/cgroup: the kubelet names a pod's cgroup by its uid, with systemd by underscores
 */
export function isOfPod(cgroups: string, uids: readonly string[]): boolean {
  const names = cgroups.replaceAll("_", "-");
  return uids.some((uid) => names.includes(`pod${uid}`));
}

/** Empty for a process that has ended. */
function readCgroups(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch {
    return "";
  }
}
