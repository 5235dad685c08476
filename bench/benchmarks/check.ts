import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../tools/paths";
import { ask } from "../../lib/process";
import type { Findings, Lab } from "../support/lab";
import { inSeconds, median, type Table } from "../support/table";

/** `make check`: without a cache, and again without a change. */
export async function check({ options }: Lab): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "check-cache-"));
  try {
    const cold = run(folder);
    const warm = Array.from({ length: options.rounds }, () => run(folder));
    return { tables: [table(cold, median(warm))], figures: { cold, warm } };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Duration in milliseconds. */
function run(cache: string): number {
  const start = performance.now();
  const { code, output } = ask("make", ["check", `cache=${cache}`], { cwd: projectRoot });
  if (code !== 0) throw new Error(`make check ended with ${code}: ${output}`);
  return performance.now() - start;
}

function table(cold: number, warm: number): Table {
  return {
    title: "make check",
    header: ["caches", "time"],
    rows: [
      ["empty", inSeconds(cold)],
      ["of the last run, nothing changed", inSeconds(warm)],
    ],
    notes: ["format, lint and types side by side"],
  };
}
