import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { productName, type LocalCluster } from "../settings";

/**
 * A cgroup hierarchy of the machine. Each has a cgroup `/<id of the cluster>/<host>` per host: the host's own processes
 * are in `system` below it, its pods in the kubelet's cgroups. Works with cgroup v1, with v2, and with both mounted.
 */
export interface Hierarchy {
  mountPoint: string;
  version: 1 | 2;
  /** Controllers of v1: `memory`, `cpuset`, `name=systemd`, ... */
  controllers: string[];
}

/** @param mountInfo content of /proc/self/mountinfo, see proc_pid_mountinfo(5) */
export function parseHierarchies(mountInfo: string): Hierarchy[] {
  return mountInfo
    .split("\n")
    .map((line) => line.split(" - "))
    .flatMap(([mount = "", fileSystem = ""]): Hierarchy[] => {
      const mountPoint = mount.split(" ")[4] ?? "";
      const [type, , options = ""] = fileSystem.split(" ");
      if (type === "cgroup2") return [{ mountPoint, version: 2, controllers: [] }];
      if (type !== "cgroup") return [];
      const controllers = options.split(",").filter((option) => option !== "rw" && option !== "ro");
      return [{ mountPoint, version: 1, controllers }];
    });
}

/** One per mount point: the last of several mounts hides the others. */
function hierarchies(): Hierarchy[] {
  const all = parseHierarchies(readFileSync("/proc/self/mountinfo", "utf8"));
  return [...new Map(all.map((hierarchy) => [hierarchy.mountPoint, hierarchy])).values()];
}

/** The kubelet's `cgroupRoot` for a host's pods. */
export function cgroupRoot({ id }: LocalCluster, host: string): string {
  return `/${id}/${host}`;
}

/** Creates the cgroups of a host. Returns the files into which a process writes its id to join. */
export function createCgroups({ id }: LocalCluster, host: string): string[] {
  return hierarchies().map((hierarchy) => {
    const levels = [id, host, "system"];
    let path = hierarchy.mountPoint;
    for (const level of levels) {
      prepareChildren(hierarchy, path);
      const child = join(path, level);
      mkdirSync(child, { recursive: true });
      inheritCpuset(hierarchy, path, child);
      path = child;
    }
    return join(path, "cgroup.procs");
  });
}

/** Enables all controllers for children: in v2 they have only the ones that their parent enables. */
function prepareChildren({ version }: Hierarchy, path: string): void {
  if (version !== 2) return;
  const controllers = readFileSync(join(path, "cgroup.controllers"), "utf8").split(/\s+/).filter(Boolean);
  if (controllers.length === 0) return;
  writeFileSync(join(path, "cgroup.subtree_control"), controllers.map((controller) => `+${controller}`).join(" "));
}

/** Copies the parent's cpuset: in v1 a new one is empty and takes no process. */
function inheritCpuset({ controllers }: Hierarchy, parent: string, child: string): void {
  if (!controllers.includes("cpuset")) return;
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    writeFileSync(join(child, file), readFileSync(join(parent, file)));
  }
}

function treesOf({ id }: Pick<LocalCluster, "id">, host: string): string[] {
  return hierarchies()
    .map(({ mountPoint }) => join(mountPoint, id, host))
    .filter((path) => existsSync(path));
}

/** Cgroups of a tree, children before their parents. */
function descend(path: string): string[] {
  const children = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap((child) => descend(join(path, child.name))), path];
}

/** Hosts of a cluster that have a cgroup. */
export function hostsWithCgroups({ id }: Pick<LocalCluster, "id">): string[] {
  return foldersIn(hierarchies().map(({ mountPoint }) => join(mountPoint, id)));
}

/** Ids of the clusters, of any project directory, that have a cgroup. */
export function clustersWithCgroups(): string[] {
  const names = foldersIn(hierarchies().map(({ mountPoint }) => mountPoint));
  return names.filter((name) => name === productName || name.startsWith(`${productName}-`));
}

function foldersIn(paths: readonly string[]): string[] {
  const names = paths
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return [...new Set(names)].sort();
}

/** Ids of all processes of a host: its own, its pods', and those that never entered a namespace. */
export function processesOf(cluster: Pick<LocalCluster, "id">, host: string): number[] {
  const ids = treesOf(cluster, host).flatMap(descend).flatMap(readProcesses);
  return [...new Set(ids)];
}

function readProcesses(cgroup: string): number[] {
  try {
    return readFileSync(join(cgroup, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    // A cgroup that was removed, or one of v2 in threaded mode, has no processes.
    return [];
  }
}

/** Removes the cgroups of a host. Expects that its processes have ended. */
export function removeCgroups(cluster: LocalCluster, host: string): void {
  for (const cgroup of treesOf(cluster, host).flatMap(descend)) rmdirSync(cgroup);
}

/** Removes the cgroups that {@link createCgroups} made above the hosts. */
export function removeClusterCgroups({ id }: LocalCluster): void {
  for (const { mountPoint } of hierarchies()) {
    const path = join(mountPoint, id);
    if (existsSync(path)) rmdirSync(path);
  }
}

/** The file that freezes a host, and its two values. */
function freezer({ id }: LocalCluster, host: string): { file: string; frozen: string; thawed: string } {
  const all = hierarchies();
  const v1 = all.find(({ controllers }) => controllers.includes("freezer"));
  if (v1) return { file: join(v1.mountPoint, id, host, "freezer.state"), frozen: "FROZEN", thawed: "THAWED" };
  const v2 = all.find(({ version }) => version === 2);
  if (!v2) throw new Error("This machine has no cgroup hierarchy that can freeze processes.");
  return { file: join(v2.mountPoint, id, host, "cgroup.freeze"), frozen: "1", thawed: "0" };
}

/** Suspends all processes of a host, or lets them continue. */
export function setFrozen(cluster: LocalCluster, host: string, frozen: boolean): void {
  const words = freezer(cluster, host);
  writeFileSync(words.file, frozen ? words.frozen : words.thawed);
}

export function isFrozen(cluster: LocalCluster, host: string): boolean {
  const { file, thawed } = freezer(cluster, host);
  return existsSync(file) && readFileSync(file, "utf8").trim() !== thawed;
}
