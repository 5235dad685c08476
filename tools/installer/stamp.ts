import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Tool } from "./tool";

/** Source of an installed tool. */
export type Source = "path" | "download" | "build";

/** Record of an installed tool, so that it is installed again only after a change. */
export interface Stamp {
  source: Source;
  /** {@link fingerprint} at the installation. */
  fingerprint: string;
  /** State of each program right after the installation. */
  programs: Record<string, ProgramState>;
  /** Duration of the last installation. Absent from older stamps. */
  seconds?: number;
}

export interface ProgramState {
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/**
 * SHA-256 over everything that decides a tool's programs: the part of its catalog entry about this source and, for a
 * build, its Go modules.
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

/** Writes patterns as text: in JSON all of them would be equal. */
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

/** Reads the programs' state. `undefined` for a missing program or a dangling link. */
export function programStates(bin: string, programs: readonly string[]): Record<string, ProgramState | undefined> {
  return Object.fromEntries(
    programs.map((program) => {
      const stats = statSync(join(bin, program), { throwIfNoEntry: false });
      return [program, stats && { size: stats.size, modified: stats.mtimeMs }];
    }),
  );
}

/**
 * The programs that must be installed: all of them when the stamp is missing or its fingerprint differs, otherwise those
 * that are missing or changed.
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

/** Reads a tool's stamp. `undefined` when it is missing or damaged; the tool is then installed again. */
export function readStamp(folder: string, tool: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(stampFile(folder, tool), "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}

/** Writes a tool's stamp by a rename, so that it is never incomplete. */
export function writeStamp(folder: string, tool: string, stamp: Stamp): void {
  mkdirSync(folder, { recursive: true });
  const file = stampFile(folder, tool);
  writeFileSync(`${file}.new`, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function stampFile(folder: string, tool: string): string {
  return join(folder, `${tool}.json`);
}
