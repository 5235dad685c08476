import { projectRoot } from "../../tools/paths";
import { ask } from "../../lib/process";
import type { Findings, Lab } from "../support/lab";
import type { ProcessUse } from "../support/process-watch";
import { inMebibytes, inSeconds, nothing, type Table } from "../support/table";

/** Processes of `pulumi up`, by their command lines, and libraries that bound the memory of some from below. */
const roles: { name: string; command: RegExp; libraries?: string[] }[] = [
  { name: "engine", command: /(^|\/)pulumi up/ },
  { name: "language host", command: /pulumi-language-nodejs/ },
  { name: "program", command: /@pulumi\/pulumi\/cmd\/run/, libraries: ["@pulumi/pulumi", "@pulumi/kubernetes"] },
  { name: "kubernetes plugin", command: /pulumi-resource-kubernetes/ },
  {
    name: "ledger plugin",
    command: /provider\/main\.ts/,
    libraries: ["@grpc/grpc-js", "@hyperledger/fabric-protos", "@kubernetes/client-node"],
  },
];

/** Limit below which processes are ignored: shells, for example, which end at once. */
const negligibleBytes = 8 * 2 ** 20;

/** Peak resident memory of the processes of the last `up` from nothing. */
export async function memory(lab: Lab): Promise<Findings> {
  const { program, hand } = await lab.open();
  await hand.down();
  const run = await program.ensureUp();
  const rows = roles.flatMap(({ name, command, libraries }) => {
    const found = run.processes.filter((process) => command.test(process.command));
    const bound = libraries && idleMemory(libraries);
    return found.map(({ peak, processor }, index) => ({
      name: found.length > 1 ? `${name} ${index + 1}` : name,
      peak,
      processor,
      bound,
    }));
  });
  const others = run.processes
    .filter(({ peak }) => peak > negligibleBytes)
    .filter((process) => !roles.some(({ command }) => command.test(process.command)));
  return { tables: [table(rows, others)], figures: { rows, others } };
}

/** Peak memory, in bytes, of a Node.js process that loads some libraries and does nothing. */
function idleMemory(libraries: string[]): number {
  const script = `${libraries.map((name) => `require("${name}");`).join("")} console.log(process.resourceUsage().maxRSS)`;
  const { code, stdout, output } = ask(process.execPath, ["--eval", script], { cwd: projectRoot });
  if (code !== 0) throw new Error(`loading ${libraries.join(", ")} failed: ${output}`);
  return Number(stdout) * 1024;
}

interface Row {
  name: string;
  peak: number;
  processor: number;
  bound: number | undefined;
}

function table(rows: Row[], others: ProcessUse[]): Table {
  const all = [...rows, ...others];
  const sum = (pick: (use: { peak: number; processor: number }) => number): number =>
    all.reduce((total, use) => total + pick(use), 0);
  return {
    title: "Memory (peak of resident pages) and processor time of `up` from nothing",
    header: ["process", "peak", "bound", "processor"],
    rows: [
      ...rows.map(({ name, peak, processor, bound }) => [
        name,
        inMebibytes(peak),
        bound === undefined ? nothing : inMebibytes(bound),
        inSeconds(processor),
      ]),
      ...others.map(({ command, peak, processor }) => [
        command.slice(0, 60),
        inMebibytes(peak),
        nothing,
        inSeconds(processor),
      ]),
      ["all", inMebibytes(sum(({ peak }) => peak)), nothing, inSeconds(sum(({ processor }) => processor))],
    ],
    notes: [
      "bound: Node.js with the process's main libraries loaded and nothing to do",
      "pages that processes share count for each of them",
    ],
  };
}
