import { dirname, join } from "node:path";
import { findProgram, isExecutable } from "../../lib/find-program";
import { ask } from "../../lib/process";
import type { AcceptedVersions, Tool } from "./tool";

/**
 * Looks for a copy of a tool, in an accepted version, on the machine's own PATH.
 *
 * @param ownBin the folder that this project fills; programs there do not count
 * @returns program -> file, or `undefined` when the tool is missing, incomplete or of another version
 */
export function findMachineTool(
  tool: Tool,
  path: string | undefined,
  ownBin: string,
): Record<string, string> | undefined {
  if (!tool.onPath) return undefined;
  const asked = findProgram(tool.onPath.program, path, [ownBin]);
  if (asked === undefined) return undefined;
  const files = Object.fromEntries(tool.programs.map((program) => [program, join(dirname(asked), program)]));
  if (!Object.values(files).every(isExecutable)) return undefined;
  const { args, pattern, accepts } = tool.onPath;
  const version = pattern.exec(ask(asked, args).output)?.[1];
  return version !== undefined && isAccepted(version, accepts) ? files : undefined;
}

/** Whether `min` <= version < `below`. All are `major.minor.patch`. */
export function isAccepted(version: string, accepts: AcceptedVersions): boolean {
  return compareVersions(version, accepts.min) >= 0 && compareVersions(version, accepts.below) < 0;
}

/** Negative, 0 or positive, as `a` is older than, the same as or newer than `b`. A missing part counts as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
