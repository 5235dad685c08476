import { existsSync } from "node:fs";
import { json } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { outliveReader } from "../lib/broken-pipe";
import {
  freezeHost,
  allHosts,
  findHost,
  hostStatus,
  plugHost,
  startHost,
  stopHost,
  thawHost,
  unplugHost,
} from "./host/host";
import { importArchive, importMissing } from "./images/import";
import { allImages } from "./images/catalog";
import { buildImage, updateStore } from "./images/store";
import { dockerAnswers, downInKind, loadInKind, upInKind } from "./kind/kind";
import { removedIfInterrupted } from "./interruption";
import { withMachineLock } from "./machine-lock";
import { startMetrics } from "./metrics/metrics";
import { startMonitoring, stopMonitoring } from "./monitoring/monitoring";
import type { WatchedNetwork } from "./monitoring/watched-network";
import { Progress } from "../lib/progress";
import { startSnapshots } from "./snapshots/snapshots";
import { readRecord, type ClusterRecord } from "./record";
import { checkOwner, removeCluster } from "./delete";
import { checkName, claimCluster, recordedCluster, recordedClusters } from "./clusters";
import { link, unlink } from "./network/links";
import { clusterPaths, defaultCluster, defaultName, maxNodes, nodeHosts, type LocalCluster } from "./settings";
import { up as upBuiltIn } from "./up";
import { messageOf } from "../lib/errors";

const usage = `The local cluster: a real Kubernetes on this machine, or several of them.

  up [--nodes 1..${maxNodes}]      start it (default ${maxNodes} nodes), or what is not running of it, with all images
     [--runtime builtin|kind]   default: kind where a Docker engine answers
  down                  remove it and everything it made on this machine
     [--no-wait]        not while another command changes a cluster
  status                what runs; code 1 when there is no cluster
  list                  names of all clusters
  link NAME NAME        let two clusters reach each other's LoadBalancer addresses
  unlink NAME NAME      cut that again
  host list             hosts and their state
  host stop HOST        cut the power: all its processes die, its disk stays
  host start HOST       switch it on again
  host unplug HOST      pull the network cable
  host plug HOST        plug it in again
  host freeze HOST      stop every process where it is
  host thaw HOST        let them go on
  images build          build the images, so that "up" finds them
  images load all|TAR   import images into the running cluster: all that are missing, or one archive
  monitoring start      Prometheus and Alertmanager for a network of the cluster, which stdin describes in JSON
  monitoring stop STACK remove them if they watch the network of this stack
  metrics start         measure pods, for autoscalers and "kubectl top"
  snapshots start       let volumes be copied by VolumeSnapshots; needs the built-in cluster

Each command but list, link and unlink is for the cluster of --name, "${defaultName}" by default. One that changes a cluster waits for
another one that does.
Kubeconfig while it is up: ${defaultCluster.paths.kubeconfig}, of another ${clusterPaths("NAME").kubeconfig}
`;

async function main(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      name: { type: "string", default: defaultName },
      nodes: { type: "string" },
      runtime: { type: "string" },
      "no-wait": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const [command = "help", ...operands] = positionals;
  const name = checkName(values.name);
  switch (values.help ? "help" : command) {
    case "up":
      return withMachineLock((release) => up(name, values, release));
    case "down":
      return withMachineLock(() => down(name), values["no-wait"] ? { patienceMinutes: 0 } : {});
    case "status":
      return status(name);
    case "list":
      for (const cluster of recordedClusters()) process.stdout.write(`${cluster.name}\n`);
      return;
    case "link":
      return withMachineLock(() => connect(link, operands));
    case "unlink":
      return withMachineLock(() => connect(unlink, operands));
    case "host":
      return host(existing(name), operands);
    case "images":
      return images(name, operands);
    case "monitoring":
      return monitoring(name, operands);
    case "metrics":
      return metrics(name, operands);
    case "snapshots":
      return snapshots(name, operands);
    case "help":
      process.stdout.write(usage);
      return;
    default:
      throw new Error(`There is no command "${command}".\n\n${usage}`);
  }
}

/** Number of nodes. Default: that of the existing cluster, else the maximum. */
function parseNodes(cluster: LocalCluster, text: string | undefined): number {
  if (text === undefined) return readRecord(cluster)?.nodes ?? maxNodes;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maxNodes) return count;
  throw new Error(`--nodes is "${text}"; it can be 1 to ${maxNodes}.`);
}

/** Runtime of the existing cluster. Without a cluster: the given one, else kind if a Docker engine answers. */
async function findRuntime(cluster: LocalCluster, text: string | undefined): Promise<ClusterRecord["runtime"]> {
  if (text !== undefined && text !== "builtin" && text !== "kind") {
    throw new Error(`--runtime is "${text}"; it can be builtin or kind.`);
  }
  return readRecord(cluster)?.runtime ?? text ?? ((await dockerAnswers()) ? "kind" : "builtin");
}

interface UpOptions {
  nodes?: string | undefined;
  runtime?: string | undefined;
}

/** @param release gives the lock back, for the removal of what an interrupted start has made */
async function up(name: string, options: UpOptions, release: () => void): Promise<void> {
  const cluster = claimCluster(name);
  const nodes = parseNodes(cluster, options.nodes);
  const runtime = await findRuntime(cluster, options.runtime);
  const before = readRecord(cluster);
  const progress = new Progress();
  const start = () => (runtime === "kind" ? upInKind(cluster, nodes, progress) : upBuiltIn(cluster, nodes, progress));
  // Another start that waited for this one goes on with what is there, and must not lose it when it is done.
  const down = [...process.execArgv, __filename, "down", "--no-wait", "--name", name];
  // The data of a cluster that was up stays, whatever becomes of this command.
  await (before?.phase === "running" ? start() : removedIfInterrupted(down, release, start));
  // A cluster that was started for another kind of network lacks this one's images.
  if (before?.phase === "running") await load(cluster, before, "all");
  process.stdout.write(
    `The ${title(cluster)} is up (${count(nodes)}, ${progress.elapsed()}): ${cluster.paths.kubeconfig}\n`,
  );
}

function title({ name }: { name: string }): string {
  return name === defaultName ? "local cluster" : `local cluster ${name}`;
}

/** @throws Error when the name is that of no cluster. */
function existing(name: string): LocalCluster {
  const cluster = name === defaultName ? defaultCluster : recordedCluster(name);
  if (cluster !== undefined) return cluster;
  const names = recordedClusters().map((each) => each.name);
  throw new Error(`There is no ${title({ name })}; there are ${names.join(", ") || "none"}.`);
}

/** @throws Error unless both names are those of built-in clusters. */
async function connect(change: typeof link, names: readonly string[]): Promise<void> {
  const [one, other, ...rest] = names.map((name) => existing(checkName(name)));
  if (one === undefined || other === undefined || rest.length > 0 || one.name === other.name) {
    throw new Error(`A link has two clusters; given: ${names.join(" ") || "none"}.\n\n${usage}`);
  }
  for (const cluster of [one, other]) {
    const runtime = readRecord(cluster)?.runtime;
    if (runtime === "builtin") continue;
    throw new Error(`The ${title(cluster)} ${runtime === "kind" ? "is kind's: Docker connects it" : "is not up"}.`);
  }
  await change(one, other);
}

function count(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes} nodes`;
}

/** Remains of a default cluster without a record are removed too: its ranges and names are known. */
async function down(name: string): Promise<void> {
  const cluster = name === defaultName ? defaultCluster : recordedCluster(name);
  if (cluster === undefined) {
    process.stdout.write(`There is no local cluster ${name}.\n`);
    return;
  }
  const inKind = readRecord(cluster)?.runtime === "kind";
  if (!inKind) checkOwner([cluster.id]);
  await new Progress().phase(`${title(cluster)}: removed`, () =>
    inKind ? downInKind(cluster) : removeCluster(cluster, { keepGuard: false }),
  );
}

function status(name: string): void {
  const cluster = recordedCluster(name);
  const record = cluster && readRecord(cluster);
  if (cluster === undefined || record === undefined || !existsSync(cluster.paths.kubeconfig)) {
    process.stdout.write(`There is no ${title({ name })}.\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`The ${title(cluster)}, ${count(record.nodes)}: ${cluster.paths.kubeconfig}\n`);
  if (record.links) process.stdout.write(`Linked with ${record.links.join(", ")}\n`);
  listHosts(cluster);
}

function listHosts(cluster: LocalCluster): void {
  for (const one of allHosts(cluster)) {
    const { name, address, state, plugged, pid } = hostStatus(cluster, one);
    const zone = "zone" in one ? String(one.zone) : "-";
    const cable = plugged ? "plugged" : "unplugged";
    process.stdout.write([name, state, cable, address, zone, pid ?? "-"].join("\t") + "\n");
  }
}

type HostAction = (cluster: LocalCluster, name: string) => Promise<void> | void;

const hostActions: Record<string, HostAction> = {
  stop: stopHost,
  start: startHost,
  unplug: unplugHost,
  plug: plugHost,
  freeze: freezeHost,
  thaw: thawHost,
};

async function host(cluster: LocalCluster, [action = "list", name = ""]: string[]): Promise<void> {
  if (action === "list") return listHosts(cluster);
  const act = hostActions[action];
  if (act === undefined) throw new Error(`There is no "host ${action}".\n\n${usage}`);
  if (readRecord(cluster)?.runtime === "kind") {
    throw new Error("This cluster is kind's: its hosts are containers, which docker stops, pauses and disconnects.");
  }
  await withMachineLock(async () => act(cluster, findHost(name, allHosts(cluster)).name));
}

async function images(name: string, [action = "", what = ""]: string[]): Promise<void> {
  const progress = new Progress();
  if (action === "build") return withMachineLock(() => progress.phase("images: built", buildAll));
  if (action !== "load" || what === "") throw new Error(`Say "images build", or "images load" and what.\n\n${usage}`);
  const { cluster, record } = running(name, "to load images into");
  await withMachineLock(() => progress.phase(`image ${what}: loaded`, () => load(cluster, record, what)));
}

async function load(cluster: LocalCluster, { runtime, nodes }: ClusterRecord, what: string): Promise<void> {
  const hosts = nodeHosts(cluster, nodes).map((node) => node.name);
  if (what !== "all") return runtime === "kind" ? loadInKind(cluster, [what]) : importArchive(cluster, hosts, what);
  const built = await Promise.all(allImages.map(buildImage));
  if (runtime === "kind") {
    return loadInKind(
      cluster,
      built.map((image) => image.archive),
    );
  }
  const imported = await importMissing(cluster, hosts, built);
  process.stdout.write(imported.length > 0 ? `Imported: ${imported.join(", ")}\n` : "Every node has every image.\n");
}

async function monitoring(name: string, [action = "", stack = ""]: string[]): Promise<void> {
  const progress = new Progress();
  const { cluster, record } = running(name, "to watch");
  if (action === "start") {
    const network = (await json(process.stdin)) as WatchedNetwork;
    return withMachineLock(() =>
      progress.phase("Prometheus, Alertmanager: ready", () => startMonitoring(cluster, record, network)),
    );
  }
  if (action !== "stop" || stack === "") {
    throw new Error(`Say "monitoring start", or "monitoring stop" and a stack.\n\n${usage}`);
  }
  if (await withMachineLock(() => stopMonitoring(cluster, stack))) {
    process.stdout.write("Prometheus and Alertmanager: removed\n");
  }
}

async function metrics(name: string, [action = ""]: string[]): Promise<void> {
  if (action !== "start") throw new Error(`Say "metrics start".\n\n${usage}`);
  const { cluster, record } = running(name, "to measure pods in");
  await withMachineLock(() => new Progress().phase("metrics of pods: ready", () => startMetrics(cluster, record)));
}

async function snapshots(name: string, [action = ""]: string[]): Promise<void> {
  if (action !== "start") throw new Error(`Say "snapshots start".\n\n${usage}`);
  const { cluster, record } = running(name, "to take snapshots in");
  await withMachineLock(() =>
    new Progress().phase("snapshots of volumes: ready", () => startSnapshots(cluster, record)),
  );
}

/** @throws Error when there is no such cluster, with the purpose that it was asked for */
function running(name: string, purpose: string): { cluster: LocalCluster; record: ClusterRecord } {
  const cluster = recordedCluster(name);
  const record = cluster && readRecord(cluster);
  if (cluster !== undefined && record !== undefined) return { cluster, record };
  throw new Error(`There is no ${title({ name })} ${purpose}; run "up" first.`);
}

async function buildAll(): Promise<void> {
  await updateStore(await Promise.all(allImages.map(buildImage)));
}

outliveReader();
main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  // Exits at once, because other waits may still run.
  process.exit(1);
});
