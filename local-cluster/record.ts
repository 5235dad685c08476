import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { KernelSettings } from "./network/network";
import type { ClusterPaths, Slot } from "./settings";

/** Facts about a cluster for later commands. */
export interface ClusterRecord {
  runtime: "builtin" | "kind";
  /** `starting` until every part has answered once. The next `up` removes such a cluster and starts again. */
  phase: "starting" | "running";
  nodes: number;
  /** The machine's values before its clusters changed them. */
  kernelSettings: KernelSettings;
  /** Default: 0. */
  slot?: Slot;
  /** Names of the clusters with which a cable connects this one. Default: none. */
  links?: string[];
}

export function readRecord({ paths }: { paths: ClusterPaths }): ClusterRecord | undefined {
  try {
    return JSON.parse(readFileSync(paths.record, "utf8")) as ClusterRecord;
  } catch {
    return undefined;
  }
}

export function writeRecord({ paths }: { paths: ClusterPaths }, record: ClusterRecord): void {
  mkdirSync(dirname(paths.record), { recursive: true });
  const partial = `${paths.record}.partial`;
  writeFileSync(partial, JSON.stringify(record, undefined, 2));
  renameSync(partial, paths.record);
}
