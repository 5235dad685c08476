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
import { withMachineLock } from "./machine-lock";
import { startMonitoring, stopMonitoring } from "./monitoring/monitoring";
import type { WatchedNetwork } from "./monitoring/watched-network";
import { Progress } from "../lib/progress";
import { readRecord, type ClusterRecord } from "./record";
import { checkOwner, removeCluster } from "./delete";
import { maxNodes, nodeHosts, paths } from "./settings";
import { up as upBuiltIn } from "./up";
import { messageOf } from "../lib/errors";

const usage = `The local cluster: a real Kubernetes on this machine.

  up [--nodes 1..${maxNodes}]      start it (default ${maxNodes} nodes), or what is not running of it
     [--runtime builtin|kind]   default: kind where a Docker engine answers
  down                  remove it and everything it made on this machine
  status                what runs; code 1 when there is no cluster
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

Kubeconfig while it is up: ${paths.kubeconfig}
`;

async function main(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { nodes: { type: "string" }, runtime: { type: "string" }, help: { type: "boolean" } },
  });
  const [command = "help", ...operands] = positionals;
  switch (values.help ? "help" : command) {
    case "up":
      return withMachineLock(async () => up(parseNodes(values.nodes), await findRuntime(values.runtime)));
    case "down":
      return withMachineLock(down);
    case "status":
      return status();
    case "host":
      return host(operands);
    case "images":
      return images(operands);
    case "monitoring":
      return monitoring(operands);
    case "help":
      process.stdout.write(usage);
      return;
    default:
      throw new Error(`There is no command "${command}".\n\n${usage}`);
  }
}

/** Number of nodes. Default: that of the existing cluster, else the maximum. */
function parseNodes(text: string | undefined): number {
  if (text === undefined) return readRecord()?.nodes ?? maxNodes;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maxNodes) return count;
  throw new Error(`--nodes is "${text}"; it can be 1 to ${maxNodes}.`);
}

/** Runtime of the existing cluster. Without a cluster: the given one, else kind if a Docker engine answers. */
async function findRuntime(text: string | undefined): Promise<ClusterRecord["runtime"]> {
  if (text !== undefined && text !== "builtin" && text !== "kind") {
    throw new Error(`--runtime is "${text}"; it can be builtin or kind.`);
  }
  return readRecord()?.runtime ?? text ?? ((await dockerAnswers()) ? "kind" : "builtin");
}

async function up(nodes: number, runtime: ClusterRecord["runtime"]): Promise<void> {
  const progress = new Progress();
  await (runtime === "kind" ? upInKind(nodes, progress) : upBuiltIn(nodes, progress));
  process.stdout.write(`The local cluster is up (${count(nodes)}, ${progress.elapsed()}): ${paths.kubeconfig}\n`);
}

function count(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes} nodes`;
}

async function down(): Promise<void> {
  const inKind = readRecord()?.runtime === "kind";
  if (!inKind) checkOwner();
  await new Progress().phase("local cluster: removed", () =>
    inKind ? downInKind() : removeCluster({ keepGuard: false }),
  );
}

function status(): void {
  const record = readRecord();
  if (record === undefined || !existsSync(paths.kubeconfig)) {
    process.stdout.write("There is no local cluster.\n");
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`Local cluster, ${count(record.nodes)}: ${paths.kubeconfig}\n`);
  listHosts();
}

function listHosts(): void {
  for (const one of allHosts()) {
    const { name, address, state, plugged, pid } = hostStatus(one);
    const zone = "zone" in one ? String(one.zone) : "-";
    const cable = plugged ? "plugged" : "unplugged";
    process.stdout.write([name, state, cable, address, zone, pid ?? "-"].join("\t") + "\n");
  }
}

type HostAction = (name: string) => Promise<void> | void;

const hostActions: Record<string, HostAction> = {
  stop: stopHost,
  start: startHost,
  unplug: unplugHost,
  plug: plugHost,
  freeze: freezeHost,
  thaw: thawHost,
};

async function host([action = "list", name = ""]: string[]): Promise<void> {
  if (action === "list") return listHosts();
  const act = hostActions[action];
  if (act === undefined) throw new Error(`There is no "host ${action}".\n\n${usage}`);
  if (readRecord()?.runtime === "kind") {
    throw new Error("This cluster is kind's: its hosts are containers, which docker stops, pauses and disconnects.");
  }
  await withMachineLock(async () => act(findHost(name).name));
}

async function images([action = "", what = ""]: string[]): Promise<void> {
  const progress = new Progress();
  if (action === "build") return withMachineLock(() => progress.phase("images: built", buildAll));
  if (action !== "load" || what === "") throw new Error(`Say "images build", or "images load" and what.\n\n${usage}`);
  const record = readRecord();
  if (record === undefined) throw new Error('There is no local cluster to load images into; run "up" first.');
  await withMachineLock(() => progress.phase(`image ${what}: loaded`, () => load(record, what)));
}

async function load({ runtime, nodes }: ClusterRecord, what: string): Promise<void> {
  const hosts = nodeHosts(nodes).map((node) => node.name);
  if (what !== "all") return runtime === "kind" ? loadInKind([what]) : importArchive(hosts, what);
  const built = await Promise.all(allImages.map(buildImage));
  if (runtime === "kind") return loadInKind(built.map((image) => image.archive));
  const imported = await importMissing(hosts, built);
  process.stdout.write(imported.length > 0 ? `Imported: ${imported.join(", ")}\n` : "Every node has every image.\n");
}

async function monitoring([action = "", stack = ""]: string[]): Promise<void> {
  const progress = new Progress();
  const record = readRecord();
  if (record === undefined) throw new Error('There is no local cluster to watch; run "up" first.');
  if (action === "start") {
    const network = (await json(process.stdin)) as WatchedNetwork;
    return withMachineLock(() => progress.phase("Prometheus, Alertmanager: ready", () => startMonitoring(record, network)));
  }
  if (action !== "stop" || stack === "")
    {throw new Error(`Say "monitoring start", or "monitoring stop" and a stack.\n\n${usage}`);}
  if (await withMachineLock(() => stopMonitoring(stack))) process.stdout.write("Prometheus and Alertmanager: removed\n");
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
