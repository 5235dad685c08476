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
import {
  bridge,
  controlPlane,
  loadBalancerRange,
  maxNodes,
  nodeHosts,
  prefix,
  projectRoot,
  serviceRange,
  type Host,
} from "../settings";

/**
 * Hosts as computers: switched on, cut from power, unplugged from the network, frozen. Each change takes effect at
 * once; Kubernetes notices it later.
 */

/** The cluster's hosts, the control plane's first. */
export function allHosts(): Host[] {
  return [controlPlane, ...nodeHosts(readRecord()?.nodes ?? maxNodes)];
}

/** @throws Error with the names of the existing hosts. */
export function findHost(name: string, hosts: readonly Host[] = allHosts()): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host) return host;
  throw new Error(`There is no host "${name}"; hosts are ${hosts.map((one) => one.name).join(", ")}.`);
}

function networkNamespace(host: string): string {
  return `${prefix}-${host}`;
}

/** The host's end of its cable. */
const hostInterface = "eth0";

/** The machine's end of a host's cable. */
function cable(host: string): string {
  return `${prefix}-${host}`;
}

/**
 * Switches a host on: network, cgroup, namespaces, and process 1, which starts the services in its home. Does nothing
 * to a host that is on.
 *
 * @param name one of {@link allHosts}
 */
export async function startHost(name: string): Promise<void> {
  const host = findHost(name);
  if (processOne(name) !== undefined) return;
  await stopHost(name); // removes the rest of a host whose process 1 ended by itself
  await connectHost(host);
  const log = logFile(host.name, "init");
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "a");
  const memberships = cgroup.createCgroups(host.name);
  const joinCgroups = 'for file in "$@"; do [ "$file" = -- ] && break; echo $$ >"$file"; shift; done; shift; exec "$@"';
  const command = [
    ...["setsid", "nsenter", `--net=/run/netns/${networkNamespace(host.name)}`],
    ...["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"],
    ...["bash", join(__dirname, "host-init.sh"), host.name, projectRoot],
  ];
  const child = spawn("sh", ["-c", joinCgroups, "sh", ...memberships, "--", ...command], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  await blame([{ host: host.name, service: "init" }], () =>
    poll(async () => (processOne(host.name) === undefined ? undefined : true), {
      what: `process 1 of host ${host.name}`,
      timeoutSeconds: 10,
    }),
  );
}

/** Network namespace and cable. The MAC address is fixed: neighbours keep a valid entry when the host restarts. */
async function connectHost(host: Host): Promise<void> {
  const namespace = networkNamespace(host.name);
  const mac = `02:00:0a:f0:00:${host.octet.toString(16).padStart(2, "0")}`;
  await run("ip", ["netns", "add", namespace]);
  await ip([
    `link add ${cable(host.name)} type veth peer name ${hostInterface} address ${mac} netns ${namespace}`,
    `link set ${cable(host.name)} master ${bridge.name} up`,
  ]);
  const others = nodeHosts(maxNodes).filter((node) => node.name !== host.name);
  await ip(
    [
      "link set lo up",
      `addr add ${host.address}/24 dev ${hostInterface}`,
      `link set ${hostInterface} up`,
      ...others.map((node) => `route add ${node.podRange} via ${node.address}`),
      // A packet from this host needs a route before its destination is translated.
      ...[serviceRange, loadBalancerRange].map((range) => `route add ${range} dev ${hostInterface}`),
    ],
    namespace,
  );
}

/**
 * Cuts the power: every process of the host dies at once, and its mounts end with them; its disk stays.
 * Removes its network namespace and cgroups, as a restart would. Does nothing to a host that is off.
 */
export async function stopHost(name: string): Promise<void> {
  if (cgroup.isFrozen(name)) cgroup.setFrozen(name, false);
  await poll(async () => (killAll(name) ? undefined : true), {
    what: `end of host ${name}`,
    timeoutSeconds: 20,
    intervalMs: 20,
  });
  // Deletes the cable by the host's end, which removes both ends: on the machine, another owner may have the same name.
  await tryRun("ip", ["-n", networkNamespace(name), "link", "del", hostInterface]);
  await tryRun("ip", ["netns", "del", networkNamespace(name)]);
  await poll(async () => (removed(name) ? true : undefined), { what: `cgroups of host ${name}`, timeoutSeconds: 10 });
}

/** Kills the processes of a host. Returns whether there were any. */
function killAll(name: string): boolean {
  const processes = cgroup.processesOf(name);
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
function removed(name: string): boolean {
  try {
    cgroup.removeCgroups(name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}

/** Pulls the network cable: neither the machine nor other hosts can reach the host. Its processes run on. */
export async function unplugHost(name: string): Promise<void> {
  await ip([`link set ${cable(name)} down`]);
}

export async function plugHost(name: string): Promise<void> {
  await ip([`link set ${cable(name)} up`]);
}

/** Suspends every process of the host. Connections stay open and unanswered. */
export function freezeHost(name: string): void {
  cgroup.setFrozen(name, true);
}

export function thawHost(name: string): void {
  cgroup.setFrozen(name, false);
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

export function hostStatus(host: Host): HostStatus {
  const pid = processOne(host.name);
  const running = cgroup.isFrozen(host.name) ? "frozen" : "running";
  return { ...describe(host), state: pid === undefined ? "stopped" : running, plugged: isPlugged(host.name), pid };
}

function describe({ name, address }: Host): { name: string; address: string } {
  return { name, address };
}

function isPlugged(name: string): boolean {
  try {
    const flags = Number(readFileSync(`/sys/class/net/${cable(name)}/flags`, "utf8"));
    const up = 0x1; // IFF_UP, netdevice(7)
    return (flags & up) !== 0;
  } catch {
    return false;
  }
}

/** Process 1 of a host: the process of its cgroups that is number 1 in the second of two pid namespaces. */
export function processOne(name: string): number | undefined {
  return cgroup.processesOf(name).find((pid) => isFirstInHost(pid));
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

/** Hosts with any remains: a cgroup, or a network namespace. */
export function findLeftHosts(): string[] {
  return leftHosts(cgroup.hostsWithCgroups(), list("/run/netns"));
}

/**
 * @param withCgroups hosts that have a cgroup
 * @param namespaces names of all network namespaces of the machine; those of other programs are ignored
 */
export function leftHosts(withCgroups: readonly string[], namespaces: readonly string[]): string[] {
  const known = [controlPlane, ...nodeHosts(maxNodes)].map(({ name }) => name);
  return [...new Set([...withCgroups, ...known.filter((name) => namespaces.includes(networkNamespace(name)))])];
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** The project directory that a running host was started from. */
export function projectOf(name: string): string | undefined {
  const pid = processOne(name);
  if (pid === undefined) return undefined;
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[3];
}

/**
 * Runs a command inside a host, in its network, mount and pid namespaces.
 *
 * @throws CommandError; Error when the host is off.
 */
export async function runInHost(name: string, command: string[], input?: string): Promise<string> {
  const pid = processOne(name);
  if (pid === undefined) throw new Error(`Host ${name} is off.`);
  return run("nsenter", ["--target", String(pid), "--net", "--mount", "--pid", "--uts", "--ipc", ...command], {
    input,
  });
}
