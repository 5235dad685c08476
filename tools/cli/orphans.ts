import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";

/** Programs that the engine starts and that serve it alone. */
const enginePrograms = ["pulumi-resource-kubernetes", "pulumi-language-nodejs"];

/**
 * Programs of the engine whose engine was killed. They would wait for it for ever.
 *
 * @param folder only programs below it: those that this project installed
 * @param proc Linux' list of processes; where there is none, nothing is found
 * @returns process ids
 */
export function orphanedPrograms(folder: string, proc = "/proc"): number[] {
  if (!existsSync(proc)) return [];
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isOrphan(join(proc, pid), folder, proc))
    .map(Number);
}

/** A process that ends meanwhile, or belongs to somebody else, cannot be read: it is none of ours. */
function isOrphan(process: string, folder: string, proc: string): boolean {
  try {
    const program = readlinkSync(join(process, "exe"));
    if (!program.startsWith(`${folder}/`) || !enginePrograms.includes(basename(program))) return false;
    return readFileSync(join(proc, parentOf(process), "comm"), "utf8").trim() !== "pulumi";
  } catch {
    return false;
  }
}

/** Field 4 of /proc/PID/stat; the name before it may hold anything, and ends at the last parenthesis. */
function parentOf(process: string): string {
  const stat = readFileSync(join(process, "stat"), "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? "";
}
