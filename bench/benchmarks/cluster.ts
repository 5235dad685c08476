import { join } from "node:path";
import { readRecord } from "../../local-cluster/record";
import { defaultCluster } from "../../local-cluster/settings";
import { projectRoot } from "../../tools/paths";
import { ask } from "../../lib/process";
import { ClusterClient } from "../support/cluster-client";
import type { Findings, Lab } from "../support/lab";
import { inSeconds, type Table } from "../support/table";

interface Phase {
  /** Number of nodes of the started cluster. */
  nodes: number;
  name: string;
  /** Seconds from the start to its end, and its duration in seconds. */
  at: number;
  took: number;
}

/** Start of the local cluster with three nodes, beside a start with one. Left out while the cluster is in use. */
export async function cluster({ say }: Lab): Promise<Findings> {
  const wasUp = readRecord(defaultCluster) !== undefined;
  if (wasUp) {
    const used = await new ClusterClient().usedNamespaces();
    if (used.length > 0) {
      say(`cluster: left out, since the cluster is in use: namespaces ${used.join(", ")}`);
      return { tables: [], figures: { leftOut: used } };
    }
    run("down");
  }
  const one = start(1);
  run("down");
  const three = start(3);
  if (!wasUp) run("down");
  return { tables: [lifeTable(one, three), phaseTable(three.phases)], figures: { one, three } };
}

interface Start {
  /** Duration of the whole command, in milliseconds. */
  total: number;
  phases: Phase[];
}

function start(nodes: number): Start {
  const { milliseconds, output } = run("up", "--nodes", String(nodes));
  return { total: milliseconds, phases: parsePhases(output, nodes) };
}

/** Lines of lib/progress.ts: `   3.4 s  API server (2.1 s)` */
function parsePhases(output: string, nodes: number): Phase[] {
  return [...output.matchAll(/^ *([\d.]+) s {2}(.*) \(([\d.]+) s\)$/gm)].map(([, at, name = "", took]) => ({
    nodes,
    name,
    at: Number(at),
    took: Number(took),
  }));
}

function lifeTable(one: Start, three: Start): Table {
  return {
    title: "Start of the local cluster",
    header: ["nodes", "time"],
    rows: [
      ["3", inSeconds(three.total)],
      ["1", inSeconds(one.total)],
    ],
    notes: ["the cluster of one node bounds the other: everything but two more nodes"],
  };
}

function phaseTable(phases: Phase[]): Table {
  return {
    title: "Phases of the start with three nodes; they overlap",
    header: ["phase", "done after", "took"],
    rows: phases.map(({ name, at, took }) => [name, inSeconds(at * 1000), inSeconds(took * 1000)]),
  };
}

function run(...args: string[]): { milliseconds: number; output: string } {
  const begin = performance.now();
  const command = [
    "-r",
    join(projectRoot, "tools", "runtime", "typescript-cache.cjs"),
    join(projectRoot, "local-cluster", "main.ts"),
  ];
  const { code, output, stdout } = ask(process.execPath, [...command, ...args], { cwd: projectRoot });
  if (code !== 0) throw new Error(`local cluster: ${args.join(" ")} ended with ${code}: ${output}`);
  return { milliseconds: performance.now() - begin, output: stdout };
}
