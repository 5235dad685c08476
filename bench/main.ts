/**
 * Measures, and prints tables. Nothing passes or fails: each figure is beside a bound or a comparable figure from the
 * same run.
 *
 *     tools/run bench/main.ts [--rounds 3] [--seconds 20] [--clients 32,256] [--organizations 5,20] [NAME...]
 *
 * Without names: all benchmarks. The last result is in .local/bench/.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { toolEnvironment } from "../tools/cli/environment";
import { projectRoot } from "../tools/paths";
import { say } from "../lib/progress";
import { runMain, UserError } from "../lib/user-error";
import { bringUp } from "./benchmarks/bring-up";
import { check } from "./benchmarks/check";
import { cluster } from "./benchmarks/cluster";
import { consortium } from "./benchmarks/consortium";
import { ethereum } from "./benchmarks/ethereum";
import { many } from "./benchmarks/many";
import { memory } from "./benchmarks/memory";
import { previews } from "./benchmarks/previews";
import { recovery } from "./benchmarks/recovery";
import { scale } from "./benchmarks/scale";
import { secondUp } from "./benchmarks/second-up";
import { throughput } from "./benchmarks/throughput";
import { tools } from "./benchmarks/tools";
import { Lab, type Benchmark, type BenchOptions } from "./support/lab";
import { renderTable } from "./support/table";

/** Benchmarks in an order in which each can use the network of the one before, and has to bring up little. */
const benchmarks: Record<string, Benchmark> = {
  tools,
  check,
  previews,
  scale,
  many,
  cluster,
  "bring-up": bringUp,
  "second-up": secondUp,
  memory,
  throughput,
  recovery,
  ethereum,
  consortium,
};

const results = join(projectRoot, ".local", "bench");

async function main(words: string[]): Promise<void> {
  const { names, options } = parse(words);
  Object.assign(process.env, toolEnvironment({ isLocal: true }));
  const machine = { processors: cpus().length, model: cpus()[0]?.model, memory: totalmem(), node: process.version };
  const findings: Record<string, unknown> = {};
  const lab = new Lab(options, say);
  try {
    for (const [name, benchmark] of Object.entries(benchmarks).filter(([each]) => names.includes(each))) {
      say(`==> ${name}`);
      const { tables, figures } = await benchmark(lab);
      findings[name] = figures;
      for (const table of tables) console.log(renderTable(table));
    }
  } finally {
    await lab.close();
  }
  mkdirSync(results, { recursive: true });
  const file = join(results, "last.json");
  writeFileSync(file, `${JSON.stringify({ date: new Date(), machine, options, findings }, null, 2)}\n`);
  say(`\nAll figures: ${file}`);
}

function parse(words: string[]): { names: string[]; options: BenchOptions } {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "20" },
      clients: { type: "string", default: "32,256" },
      organizations: { type: "string", default: "5,20,50,100" },
    },
  });
  const known = Object.keys(benchmarks);
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UserError(`There is no benchmark ${unknown.join(", ")}: there are ${known.join(", ")}.`);
  }
  return {
    names: positionals.length === 0 ? known : positionals,
    options: {
      rounds: wholeNumber("--rounds", values.rounds),
      seconds: wholeNumber("--seconds", values.seconds),
      clients: wholeNumbers("--clients", values.clients),
      organizations: wholeNumbers("--organizations", values.organizations),
    },
  };
}

function wholeNumbers(flag: string, texts: string): number[] {
  return texts.split(",").map((text) => wholeNumber(flag, text));
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UserError(`${flag} has "${text}"; give a whole number above 0.`);
}

void runMain(() => main(process.argv.slice(2)));
