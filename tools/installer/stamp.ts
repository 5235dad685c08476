import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Tool } from "./tool";

/** Where an installed tool came from. */
export type Source = "path" | "download" | "build";

/** What is remembered of an installed tool, so that it is installed again only when something changed. */
export interface Stamp {
  source: Source;
  /** {@link fingerprint} of what it was made from. */
  fingerprint: string;
  /** State of each program right after the installation. */
  programs: Record<string, ProgramState>;
  /** How long the last installation took. Absent from stamps of before this was kept. */
  seconds?: number;
}

export interface ProgramState {
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/**
 * SHA-256 over all that decides how a tool turns out: what its catalog entry says of this source and, when it is built,
 * its Go modules.
 *
 * @param goModules folder with one folder per Go module
 */
export function fingerprint(tool: Tool, source: Source, goModules: string): string {
  const { version, programs } = tool;
  const recipe = { path: tool.onPath, download: tool.downloads, build: tool.builds }[source];
  const hash = createHash("sha256");
  hash.update(JSON.stringify([version, programs, recipe], patternsAsText));
  if (source === "build") {
    for (const build of tool.builds) hashFolder(hash, join(goModules, build.module));
  }
  return hash.digest("hex");
}

/** JSON has no patterns: all would look alike. */
function patternsAsText(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? value.source : value;
}

function hashFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    hash.update(`\0${relative(folder, file)}\0`).update(readFileSync(file));
  }
}

/** Reads the programs' state. `undefined` for one that is missing, or a link to something that is gone. */
export function programStates(bin: string, programs: readonly string[]): Record<string, ProgramState | undefined> {
  return Object.fromEntries(
    programs.map((program) => {
      const stats = statSync(join(bin, program), { throwIfNoEntry: false });
      return [program, stats && { size: stats.size, modified: stats.mtimeMs }];
    }),
  );
}

/**
 * The programs that have to be installed: all of them when the stamp is missing or was made from something else,
 * otherwise those that are missing or were changed since.
 */
export function outdatedPrograms(
  tool: Tool,
  stamp: Stamp | undefined,
  wanted: (source: Source) => string,
  found: Record<string, ProgramState | undefined>,
): string[] {
  if (!stamp || stamp.fingerprint !== wanted(stamp.source)) return [...tool.programs];
  return tool.programs.filter((program) => {
    const now = found[program];
    const then = stamp.programs[program];
    return !now || !then || now.size !== then.size || now.modified !== then.modified;
  });
}

/** Reads a tool's stamp. `undefined` when there is none or it is damaged: the tool is then installed again. */
export function readStamp(folder: string, tool: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(stampFile(folder, tool), "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}

/** Writes a tool's stamp, whole or not at all. */
export function writeStamp(folder: string, tool: string, stamp: Stamp): void {
  mkdirSync(folder, { recursive: true });
  const file = stampFile(folder, tool);
  writeFileSync(`${file}.new`, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function stampFile(folder: string, tool: string): string {
  return join(folder, `${tool}.json`);
}
