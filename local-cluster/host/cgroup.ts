import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterName } from "../settings";

/**
 * Every host has a cgroup `/blockchain-clusters/<host>` in each hierarchy of the machine: its own processes are in
 * `system` below it, its pods in what the kubelet makes there. Works with cgroup v1, with v2, and with both mounted.
 */
export interface Hierarchy {
  mountPoint: string;
  version: 1 | 2;
  /** Of v1: `memory`, `cpuset`, `name=systemd`, ... */
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

/** One for each mount point: of mounts on top of each other only the last is seen. */
function hierarchies(): Hierarchy[] {
  const all = parseHierarchies(readFileSync("/proc/self/mountinfo", "utf8"));
  return [...new Map(all.map((hierarchy) => [hierarchy.mountPoint, hierarchy])).values()];
}

/** The kubelet's `cgroupRoot` for a host's pods. */
export function cgroupRoot(host: string): string {
  return `/${clusterName}/${host}`;
}

/** Makes the cgroups of a host. Returns the files that take the process id of whoever shall join. */
export function createCgroups(host: string): string[] {
  return hierarchies().map((hierarchy) => {
    const levels = [clusterName, host, "system"];
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

/** In v2 a cgroup hands only enabled controllers to its children. */
function prepareChildren({ version }: Hierarchy, path: string): void {
  if (version !== 2) return;
  const controllers = readFileSync(join(path, "cgroup.controllers"), "utf8").split(/\s+/).filter(Boolean);
  if (controllers.length === 0) return;
  writeFileSync(join(path, "cgroup.subtree_control"), controllers.map((controller) => `+${controller}`).join(" "));
}

/** In v1 a new cpuset is empty and takes no process before it is filled. */
function inheritCpuset({ controllers }: Hierarchy, parent: string, child: string): void {
  if (!controllers.includes("cpuset")) return;
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    writeFileSync(join(child, file), readFileSync(join(parent, file)));
  }
}

function treesOf(host: string): string[] {
  return hierarchies()
    .map(({ mountPoint }) => join(mountPoint, clusterName, host))
    .filter((path) => existsSync(path));
}

/** Cgroups of a tree, children before their parents. */
function descend(path: string): string[] {
  const children = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap((child) => descend(join(path, child.name))), path];
}

/** Hosts that have a cgroup. */
export function hostsWithCgroups(): string[] {
  const names = hierarchies()
    .map(({ mountPoint }) => join(mountPoint, clusterName))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return [...new Set(names)].sort();
}

/** Ids of all processes of a host: its own, its pods', and those that never got into a namespace. */
export function processesOf(host: string): number[] {
  const ids = treesOf(host).flatMap(descend).flatMap(readProcesses);
  return [...new Set(ids)];
}

function readProcesses(cgroup: string): number[] {
  try {
    return readFileSync(join(cgroup, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    // Removed, or a v2 cgroup in threaded mode: neither holds processes.
    return [];
  }
}

/** Removes the cgroups of a host. Its processes are gone. */
export function removeCgroups(host: string): void {
  for (const cgroup of treesOf(host).flatMap(descend)) rmdirSync(cgroup);
}

/** Removes what {@link createCgroups} made above the hosts. */
export function removeClusterCgroups(): void {
  for (const { mountPoint } of hierarchies()) {
    const path = join(mountPoint, clusterName);
    if (existsSync(path)) rmdirSync(path);
  }
}

/** The file that freezes a host, and the words it takes. */
function freezer(host: string): { file: string; frozen: string; thawed: string } {
  const all = hierarchies();
  const v1 = all.find(({ controllers }) => controllers.includes("freezer"));
  if (v1) {
    return { file: join(v1.mountPoint, clusterName, host, "freezer.state"), frozen: "FROZEN", thawed: "THAWED" };
  }
  const v2 = all.find(({ version }) => version === 2);
  if (!v2) throw new Error("This machine has no cgroup hierarchy that can freeze processes.");
  return { file: join(v2.mountPoint, clusterName, host, "cgroup.freeze"), frozen: "1", thawed: "0" };
}

/** Stops all processes of a host where they are, or lets them go on. */
export function setFrozen(host: string, frozen: boolean): void {
  const words = freezer(host);
  writeFileSync(words.file, frozen ? words.frozen : words.thawed);
}

export function isFrozen(host: string): boolean {
  const { file, thawed } = freezer(host);
  return existsSync(file) && readFileSync(file, "utf8").trim() !== thawed;
}
