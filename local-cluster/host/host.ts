import { spawn } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync, closeSync } from "node:fs";
import { dirname, join } from "node:path";
import * as cgroup from "./cgroup";
import { run, tryRun } from "../../lib/process";
import { blame } from "./diagnosis";
import { ip } from "../network/network";
import { poll } from "../../lib/wait";
import { readRecord } from "../record";
import { logFile } from "./service";
import { connectLinks } from "../network/links";
import { namespaceDirectory, namespaceFile, networkNamespace } from "../network/namespace";
import { inHost, maxNodes, nodeHosts, projectRoot, type Host, type LocalCluster } from "../settings";

/**
 * Hosts as computers: switched on, cut from power, unplugged from the network, frozen. Each change takes effect at
 * once; Kubernetes notices it later.
 */

/** A cluster's hosts, the control plane's first. */
export function allHosts(cluster: LocalCluster): Host[] {
  return [cluster.controlPlane, ...nodeHosts(cluster, readRecord(cluster)?.nodes ?? maxNodes)];
}

/** @throws Error with the names of the existing hosts. */
export function findHost(name: string, hosts: readonly Host[]): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host) return host;
  throw new Error(`There is no host "${name}"; hosts are ${hosts.map((one) => one.name).join(", ")}.`);
}

/** The host's end of its cable. */
const hostInterface = "eth0";

/** The machine's end of a host's cable. */
function cable({ prefix }: LocalCluster, host: string): string {
  return `${prefix}-${host}`;
}

/**
 * Switches a host on: network, cgroup, namespaces, and process 1, which starts the services in its home. Does nothing
 * to a host that is on.
 *
 * @param name one of {@link allHosts}
 */
export async function startHost(cluster: LocalCluster, name: string): Promise<void> {
  const host = findHost(name, allHosts(cluster));
  if (processOne(cluster, name) !== undefined) return;
  await stopHost(cluster, name); // removes the rest of a host whose process 1 ended by itself
  await connectHost(cluster, host);
  const log = logFile(cluster, host.name, "init");
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "a");
  const memberships = cgroup.createCgroups(cluster, host.name);
  const joinCgroups = 'for file in "$@"; do [ "$file" = -- ] && break; echo $$ >"$file"; shift; done; shift; exec "$@"';
  const command = [
    ...["setsid", "nsenter", `--net=${namespaceFile(networkNamespace(cluster, host.name))}`],
    ...["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"],
    ...["bash", join(__dirname, "host-init.sh"), host.name, projectRoot, inHost(cluster.paths.state)],
  ];
  // The setting for the engine (tools/cli/environment.ts) would cost each service of the cluster memory.
  const { GOGC: _, ...env } = process.env;
  const child = spawn("sh", ["-c", joinCgroups, "sh", ...memberships, "--", ...command], {
    cwd: "/",
    env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  await blame(cluster, [{ host: host.name, service: "init" }], () =>
    poll(async () => (processOne(cluster, host.name) === undefined ? undefined : true), {
      what: `process 1 of host ${host.name}`,
      timeoutSeconds: 10,
    }),
  );
}

/** Network namespace and cable. The MAC address is fixed: neighbours keep a valid entry when the host restarts. */
async function connectHost(cluster: LocalCluster, host: Host): Promise<void> {
  const namespace = networkNamespace(cluster, host.name);
  await run("ip", ["netns", "add", namespace]);
  await ip([
    `link add ${cable(cluster, host.name)} type veth peer name ${hostInterface} address ${macAddress(host)} netns ${namespace}`,
    `link set ${cable(cluster, host.name)} master ${cluster.bridge.name} up`,
  ]);
  const others = nodeHosts(cluster, maxNodes).filter((node) => node.name !== host.name);
  await ip(
    [
      "link set lo up",
      `addr add ${host.address}/24 dev ${hostInterface}`,
      `link set ${hostInterface} up`,
      ...others.map((node) => `route add ${node.podRange} via ${node.address}`),
      // A packet from this host needs a route before its destination is translated.
      ...[cluster.serviceRange, cluster.loadBalancerRange].map((range) => `route add ${range} dev ${hostInterface}`),
    ],
    namespace,
  );
  await connectLinks(cluster, host);
}

/** Locally administered, with the bytes of the host's address at its end. */
export function macAddress({ address }: Host): string {
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return ["02", "00", ...bytes].join(":");
}

/**
 * Cuts the power: every process of the host dies at once, and its mounts end with them; its disk stays.
 * Removes its network namespace and cgroups, as a restart would. Does nothing to a host that is off.
 */
export async function stopHost(cluster: LocalCluster, name: string): Promise<void> {
  // A computer without power says no goodbye; the kernel of killed processes would close their connections.
  if (isPlugged(cluster, name)) await unplugHost(cluster, name);
  if (cgroup.isFrozen(cluster, name)) cgroup.setFrozen(cluster, name, false);
  await poll(async () => (killAll(cluster, name) ? undefined : true), {
    what: `end of host ${name}`,
    timeoutSeconds: 20,
    intervalMs: 20,
  });
  // Deletes the cable by the host's end, which removes both ends: on the machine, another owner may have the same name.
  const namespace = networkNamespace(cluster, name);
  await tryRun("ip", ["-n", namespace, "link", "del", hostInterface]);
  await tryRun("ip", ["netns", "del", namespace]);
  await poll(async () => (removed(cluster, name) ? true : undefined), {
    what: `cgroups of host ${name}`,
    timeoutSeconds: 10,
  });
}

/** Kills the processes of a host. Returns whether there were any. */
function killAll(cluster: LocalCluster, name: string): boolean {
  const processes = cgroup.processesOf(cluster, name);
  for (const pid of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // The process has ended already, mostly because process 1 of its namespace did.
    }
  }
  return processes.length > 0;
}

/** A cgroup is busy for a moment after its last process ended. */
function removed(cluster: LocalCluster, name: string): boolean {
  try {
    cgroup.removeCgroups(cluster, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}

/** Pulls the network cable: neither the machine nor other hosts can reach the host. Its processes run on. */
export async function unplugHost(cluster: LocalCluster, name: string): Promise<void> {
  await ip([`link set ${cable(cluster, name)} down`]);
}

export async function plugHost(cluster: LocalCluster, name: string): Promise<void> {
  await ip([`link set ${cable(cluster, name)} up`]);
}

/** Suspends every process of the host. Connections stay open and unanswered. */
export function freezeHost(cluster: LocalCluster, name: string): void {
  cgroup.setFrozen(cluster, name, true);
}

export function thawHost(cluster: LocalCluster, name: string): void {
  cgroup.setFrozen(cluster, name, false);
}

export interface HostStatus {
  name: string;
  address: string;
  state: "running" | "frozen" | "stopped";
  /** Whether its cable is plugged in. */
  plugged: boolean;
  /** Id of its process 1 on the machine. */
  pid: number | undefined;
}

export function hostStatus(cluster: LocalCluster, host: Host): HostStatus {
  const pid = processOne(cluster, host.name);
  const running = cgroup.isFrozen(cluster, host.name) ? "frozen" : "running";
  const state = pid === undefined ? "stopped" : running;
  return { ...describe(host), state, plugged: isPlugged(cluster, host.name), pid };
}

function describe({ name, address }: Host): { name: string; address: string } {
  return { name, address };
}

function isPlugged(cluster: LocalCluster, name: string): boolean {
  try {
    const flags = Number(readFileSync(`/sys/class/net/${cable(cluster, name)}/flags`, "utf8"));
    const up = 0x1; // IFF_UP, netdevice(7)
    return (flags & up) !== 0;
  } catch {
    return false;
  }
}

/** Process 1 of a host: the process of its cgroups that is number 1 in the second of two pid namespaces. */
export function processOne(cluster: Pick<LocalCluster, "id">, name: string): number | undefined {
  return cgroup.processesOf(cluster, name).find((pid) => isFirstInHost(pid));
}

function isFirstInHost(pid: number): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/^NSpid:\s*(.*)$/m)?.[1] ?? "";
    const ids = line.split(/\s+/);
    return ids.length === 2 && ids[1] === "1";
  } catch {
    return false;
  }
}

/** Hosts of a cluster with any remains: a cgroup, or a network namespace. */
export function findLeftHosts(cluster: LocalCluster): string[] {
  return leftHosts(cluster, cgroup.hostsWithCgroups(cluster), list(namespaceDirectory));
}

/**
 * @param withCgroups hosts that have a cgroup
 * @param namespaces names of all network namespaces of the machine; those of other programs are ignored
 */
export function leftHosts(
  cluster: LocalCluster,
  withCgroups: readonly string[],
  namespaces: readonly string[],
): string[] {
  const known = [cluster.controlPlane, ...nodeHosts(cluster, maxNodes)].map(({ name }) => name);
  return [
    ...new Set([...withCgroups, ...known.filter((name) => namespaces.includes(networkNamespace(cluster, name)))]),
  ];
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * Project directories from which hosts that run on this machine were started.
 *
 * @param ids Ids of the hosts' clusters. Default: all.
 */
export function runningProjects(ids = cgroup.clustersWithCgroups()): string[] {
  const found = ids.flatMap((id) => cgroup.hostsWithCgroups({ id }).flatMap((host) => projectOf({ id }, host) ?? []));
  return [...new Set(found)];
}

function projectOf(cluster: Pick<LocalCluster, "id">, host: string): string | undefined {
  const pid = processOne(cluster, host);
  if (pid === undefined) return undefined;
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[3];
}

/**
 * Runs a command inside a host, in its network, mount and pid namespaces.
 *
 * @throws CommandError; Error when the host is off.
 */
export async function runInHost(
  cluster: LocalCluster,
  name: string,
  command: string[],
  input?: string,
): Promise<string> {
  const pid = processOne(cluster, name);
  if (pid === undefined) throw new Error(`Host ${name} is off.`);
  return run("nsenter", ["--target", String(pid), "--net", "--mount", "--pid", "--uts", "--ipc", ...command], {
    input,
  });
}
