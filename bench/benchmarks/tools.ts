import { catalog } from "../../tools/installer/catalog";
import { paths, projectRoot } from "../../tools/paths";
import { ask } from "../../lib/process";
import { readStamp } from "../../tools/installer/stamp";
import type { Findings, Lab } from "../support/lab";
import { inSeconds, median, nothing, type Table } from "../support/table";

/** Time of `tools/run` when all tools are installed, and time of each tool's installation. */
export async function tools({ options }: Lab): Promise<Findings> {
  const warm = median(times(options.rounds, () => run("tools/run", "tools/installer/main.ts")));
  const nodeStart = median(times(options.rounds, () => run(process.execPath, "--eval", "0")));
  const installed = catalog.map(({ name, group, version }) => {
    const stamp = readStamp(paths.stamps, name);
    return { name, group, version, source: stamp?.source, seconds: stamp?.seconds };
  });
  return { tables: [warmTable(warm, nodeStart), coldTable(installed)], figures: { warm, nodeStart, installed } };
}

function warmTable(warm: number, nodeStart: number): Table {
  return {
    title: "Tools that are all there",
    header: ["command", "median", "bound"],
    rows: [["tools/run tools/installer/main.ts", inSeconds(warm), inSeconds(nodeStart)]],
    notes: ["bound: the start of Node.js with nothing to do"],
  };
}

interface Installed {
  name: string;
  group: string;
  version: string;
  source: string | undefined;
  seconds: number | undefined;
}

function coldTable(installed: Installed[]): Table {
  const known = installed.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds * 1000]));
  const sum = known.reduce((total, each) => total + each, 0);
  return {
    title: "Tools from nothing, as this machine got them",
    header: ["tool", "version", "group", "from", "time"],
    rows: [
      ...installed.map(({ name, version, group, source, seconds }) => [
        name,
        version,
        group,
        source ?? "not installed",
        seconds === undefined ? nothing : inSeconds(seconds * 1000),
      ]),
      ["all", nothing, nothing, nothing, inSeconds(sum)],
    ],
    notes: ["builds share compiled packages in Go's cache: the first of several pays for all"],
  };
}

function times(count: number, work: () => number): number[] {
  return Array.from({ length: count }, work);
}

/** Duration of a command in milliseconds. @throws when the command fails. */
function run(command: string, ...args: string[]): number {
  const start = performance.now();
  const { code, output } = ask(command, args, { cwd: projectRoot });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${output}`);
  return performance.now() - start;
}
