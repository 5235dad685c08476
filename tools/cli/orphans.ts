import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";

/** Programs that the engine starts for its own use. */
const enginePrograms = ["pulumi-resource-kubernetes", "pulumi-language-nodejs"];

/**
 * Programs of a killed engine, which would wait for ever.
 *
 * @param folder folder of the programs that this project installed; others are ignored
 * @param proc Linux' list of processes; without one, the result is empty
 * @returns process ids
 */
export function orphanedPrograms(folder: string, proc = "/proc"): number[] {
  if (!existsSync(proc)) return [];
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isOrphan(join(proc, pid), folder, proc))
    .map(Number);
}

/** A process that cannot be read, because it has ended or has another owner, is no orphan of this project. */
function isOrphan(process: string, folder: string, proc: string): boolean {
  try {
    const program = readlinkSync(join(process, "exe"));
    if (!program.startsWith(`${folder}/`) || !enginePrograms.includes(basename(program))) return false;
    return readFileSync(join(proc, parentOf(process), "comm"), "utf8").trim() !== "pulumi";
  } catch {
    return false;
  }
}

/** Field 4 of /proc/PID/stat. The name before it may contain any character and ends at the last parenthesis. */
function parentOf(process: string): string {
  const stat = readFileSync(join(process, "stat"), "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? "";
}
