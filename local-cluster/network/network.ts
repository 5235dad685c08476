import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isInside } from "../../lib/ipv4";
import { run, tryRun } from "../../lib/process";
import { say } from "../../lib/progress";
import { bridgeName, maxNodes, nodeHosts, slots, slotPrefix, type LocalCluster } from "../settings";

/** The machine's own network: the guard, the bridge between hosts, and the routes from the machine into the cluster. */

function rangesOf({ hostRange, podRange, serviceRange }: LocalCluster): string[] {
  return [hostRange, podRange, serviceRange];
}

/** Metric of the guard's routes. Any route of the cluster or of the machine has precedence. */
const guardMetric = 4000;

function guardTable({ prefix }: LocalCluster): string {
  return `${prefix}_guard`;
}

/**
 * Drops packets to a cluster address that would leave by another interface than the bridge, and forwards nothing
 * between the bridge and the rest of the machine. Without this guard, packets to a stopped cluster follow the default route.
 */
export function guardRules(cluster: LocalCluster): string {
  const table = guardTable(cluster);
  const { bridge } = cluster;
  return `
table inet ${table}
delete table inet ${table}
table inet ${table} {
  chain guard_forward {
    type filter hook forward priority 0;
    iifname "${bridge.name}" oifname != "${bridge.name}" counter drop
    iifname != "${bridge.name}" oifname "${bridge.name}" counter drop
  }
  chain guard_output {
    type filter hook output priority 0;
    oifname != { "lo", "${bridge.name}" } ip daddr { ${rangesOf(cluster).join(", ")} } counter drop
  }
}
`;
}

/** Must come before everything else of the cluster. */
export async function raiseGuard(cluster: LocalCluster): Promise<void> {
  await run("nft", ["-f", "-"], { input: guardRules(cluster) });
  await ip(rangesOf(cluster).map((range) => `route replace unreachable ${range} metric ${guardMetric}`));
}

/** Must come after everything else is removed. */
export async function lowerGuard(cluster: LocalCluster): Promise<void> {
  for (const range of rangesOf(cluster)) {
    await tryRun("ip", ["route", "del", "unreachable", range, "metric", String(guardMetric)]);
  }
  await tryRun("nft", ["delete", "table", "inet", guardTable(cluster)]);
}

/** Creates the bridge that connects all hosts, and the routes to pods, Services and LoadBalancer addresses. */
export async function createBridge(cluster: LocalCluster): Promise<void> {
  const { bridge, serviceRange, loadBalancerRange, controlPlane } = cluster;
  await ip([
    `link add ${bridge.name} type bridge nf_call_iptables 0`,
    `addr add ${bridge.address}/24 dev ${bridge.name}`,
    `link set ${bridge.name} up`,
    ...nodeHosts(cluster, maxNodes).map(
      (node) => `route replace ${node.podRange} via ${node.address} dev ${bridge.name}`,
    ),
    // kube-proxy on the control plane host translates these into pod addresses.
    ...[serviceRange, loadBalancerRange].map(
      (range) => `route replace ${range} via ${controlPlane.address} dev ${bridge.name}`,
    ),
  ]);
}

export function hasBridge({ bridge }: LocalCluster): boolean {
  return existsSync(`/sys/class/net/${bridge.name}`);
}

/** Removes the bridge, and with it its routes. */
export async function removeBridge({ bridge }: LocalCluster): Promise<void> {
  await tryRun("ip", ["link", "del", bridge.name]);
}

/** Runs lines of `ip` in one process. */
export async function ip(lines: string[], namespace?: string): Promise<void> {
  const where = namespace === undefined ? [] : ["-n", namespace];
  await run("ip", [...where, "-batch", "-"], { input: lines.join("\n") + "\n" });
}

interface Route {
  dst: string;
  dev?: string;
  type?: string;
}

/**
 * Routes of the machine itself inside the cluster's ranges: such a machine cannot run the cluster. A wider route
 * (a VPN for all of 10.0.0.0/8) does no harm, because the cluster's routes are more specific.
 *
 * @param routes output of `ip -j -4 route`
 */
export function findConflicts(cluster: LocalCluster, routes: string): string[] {
  const foreign = (JSON.parse(routes) as Route[]).filter(
    (route) => route.dst !== "default" && route.dev !== cluster.bridge.name && route.type !== "unreachable",
  );
  return foreign
    .filter((route) => rangesOf(cluster).some((range) => isInside(range, route.dst)))
    .map((route) => `${route.dst} dev ${route.dev ?? "?"}`);
}

/** @throws Error when a network of this machine has addresses of the cluster's ranges. */
export async function checkRanges(cluster: LocalCluster): Promise<void> {
  const conflicts = findConflicts(cluster, await run("ip", ["-j", "-4", "route"]));
  if (conflicts.length === 0) return;
  throw new Error(
    `The local cluster uses ${rangesOf(cluster).join(", ")}, but this machine has routes there: ${conflicts.join("; ")}. ` +
      "Leave that network (a VPN, a container engine), then repeat this.",
  );
}

const bridgeFilter = "/proc/sys/net/bridge/bridge-nf-call-iptables";

/** Kernel settings of the whole machine whose values the cluster may have to change. */
const kernelSettings: { file: string; needed: number; enough: (value: number) => boolean }[] = [
  // Each node's kubelet, containerd, kube-router and pod logs need one; the default of 128 counts for all of root.
  { file: "/proc/sys/fs/inotify/max_user_instances", needed: 8192, enough: (value) => value >= 8192 },
  // Frames between hosts are filtered inside the hosts, not again on the bridge.
  { file: bridgeFilter, needed: 0, enough: (value) => value === 0 },
];

/** Other bridges of the machine, whose frames pass its iptables no more while the setting is off. */
export function bridgesWithoutFilter(links: string, settings: KernelSettings): string[] {
  if (!(bridgeFilter in settings)) return [];
  const ownBridges = slots.map((slot) => bridgeName(slotPrefix(slot)));
  return (JSON.parse(links || "[]") as { ifname: string }[])
    .map(({ ifname }) => ifname)
    .filter((name) => !ownBridges.includes(name));
}

/** Says which networks of the machine lose their filter for as long as the cluster exists. */
export async function tellBridges(settings: KernelSettings): Promise<void> {
  const others = bridgesWithoutFilter(await run("ip", ["-j", "link", "show", "type", "bridge"]), settings);
  if (others.length === 0) return;
  say(
    `Until \`make down\` frames on ${others.join(", ")} pass no iptables of this machine: the local cluster needs ` +
      "net.bridge.bridge-nf-call-iptables = 0, which counts for all bridges.",
  );
}

/** Values before the cluster, by file. */
export type KernelSettings = Record<string, string>;

/** Current values of the settings that {@link adjustKernelSettings} will change. Record them first. */
export function insufficientKernelSettings(): KernelSettings {
  const values = kernelSettings
    .filter(({ file }) => existsSync(file))
    .map(({ file, enough }) => ({ file, value: readFileSync(file, "utf8").trim(), enough }));
  return Object.fromEntries(values.filter(({ value, enough }) => !enough(Number(value))).map((v) => [v.file, v.value]));
}

export function adjustKernelSettings(previous: KernelSettings): void {
  for (const { file, needed } of kernelSettings) if (file in previous) writeFileSync(file, String(needed));
}

export function restoreKernelSettings(previous: KernelSettings): void {
  for (const [file, value] of Object.entries(previous)) writeFileSync(file, value);
}
