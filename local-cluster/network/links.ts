import { existsSync } from "node:fs";
import { recordedCluster } from "../clusters";
import { tryRun } from "../../lib/process";
import { readRecord, writeRecord } from "../record";
import { nodeHosts, type Host, type LocalCluster } from "../settings";
import { ip } from "./network";
import { namespaceFile, networkNamespace } from "./namespace";

/**
 * A link is a cable between the control plane hosts of two clusters. By it, hosts and pods of each cluster reach the
 * LoadBalancer addresses of the other, and nothing else: nodes have no route to other addresses there. The machine
 * itself forwards nothing.
 */

/** Connects two running clusters. Does nothing to clusters that are connected. */
export async function link(one: LocalCluster, other: LocalCluster): Promise<void> {
  record(one, (links) => [...links.filter((name) => name !== other.name), other.name].sort());
  record(other, (links) => [...links.filter((name) => name !== one.name), one.name].sort());
  await plugCable(one, other);
  for (const [cluster, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    for (const node of runningNodes(cluster)) await ip(nodeRoutes(cluster, [peer]), networkNamespace(cluster, node));
  }
}

/** Cuts the link of two clusters, whichever of their hosts run. */
export async function unlink(one: LocalCluster, other: LocalCluster): Promise<void> {
  record(one, (links) => links.filter((name) => name !== other.name));
  record(other, (links) => links.filter((name) => name !== one.name));
  await tryRun("ip", ["-n", networkNamespace(one, one.controlPlane.name), "link", "del", cableTo(other)]);
  for (const [cluster, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    const routes = nodeRoutes(cluster, [peer]).map((line) => line.replace("route replace", "route del").split(" "));
    for (const node of runningNodes(cluster)) {
      for (const words of routes) await tryRun("ip", ["-n", networkNamespace(cluster, node), ...words]);
    }
  }
}

/** The clusters that are linked with this one. */
export function linkedClusters(cluster: LocalCluster): LocalCluster[] {
  return (readRecord(cluster)?.links ?? []).flatMap((name) => recordedCluster(name) ?? []);
}

/** Connects a host that starts with the clusters that are linked with its own. */
export async function connectLinks(cluster: LocalCluster, host: Host): Promise<void> {
  const peers = linkedClusters(cluster);
  if (host.name === cluster.controlPlane.name) {
    for (const peer of peers) await plugCable(cluster, peer);
  } else if (peers.length > 0) {
    await ip(nodeRoutes(cluster, peers), networkNamespace(cluster, host.name));
  }
}

/** Lines of `ip` that lead a node's packets for other clusters' LoadBalancer addresses to its own control plane host. */
export function nodeRoutes({ controlPlane }: LocalCluster, peers: readonly LocalCluster[]): string[] {
  return peers.map((peer) => `route replace ${peer.loadBalancerRange} via ${controlPlane.address}`);
}

/** Lines of `ip` that lead a control plane host's packets for another cluster into the cable, and answers to its clients. */
export function cableRoutes({ hostRange, podRange, ...peer }: LocalCluster): string[] {
  return [hostRange, podRange].map(
    (range) => `route replace ${range} via ${peer.controlPlane.address} dev ${cableTo(peer)} onlink`,
  );
}

/** A control plane host's end of its cable to another cluster. */
function cableTo({ prefix }: { prefix: string }): string {
  return `to-${prefix}`;
}

/** Does nothing where one of the two hosts is off: its start plugs the cable. */
async function plugCable(one: LocalCluster, other: LocalCluster): Promise<void> {
  const [near, far] = [one, other].map((cluster) => networkNamespace(cluster, cluster.controlPlane.name)) as [
    string,
    string,
  ];
  if (!existsSync(namespaceFile(near)) || !existsSync(namespaceFile(far))) return;
  await tryRun("ip", ["-n", near, "link", "del", cableTo(other)]);
  await ip([`link add ${cableTo(other)} type veth peer name ${cableTo(one)} netns ${far}`], near);
  await ip([`link set ${cableTo(other)} up`, ...cableRoutes(other)], near);
  await ip([`link set ${cableTo(one)} up`, ...cableRoutes(one)], far);
}

function runningNodes(cluster: LocalCluster): string[] {
  return nodeHosts(cluster, readRecord(cluster)?.nodes ?? 0)
    .map(({ name }) => name)
    .filter((name) => existsSync(namespaceFile(networkNamespace(cluster, name))));
}

function record(cluster: LocalCluster, change: (links: string[]) => string[]): void {
  const current = readRecord(cluster);
  if (current === undefined) return;
  const { links = [], ...rest } = current;
  const changed = change(links);
  writeRecord(cluster, changed.length === 0 ? rest : { ...rest, links: changed });
}
