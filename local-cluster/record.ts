import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { KernelSettings } from "./network/network";
import { paths } from "./settings";

/** What later commands must know of the cluster. */
export interface ClusterRecord {
  runtime: "builtin" | "kind";
  /** `starting` until everything answered once: such a cluster is not worth keeping when its start was interrupted. */
  phase: "starting" | "running";
  nodes: number;
  /** Of the machine, before the cluster changed them. */
  kernelSettings: KernelSettings;
}

export function readRecord(): ClusterRecord | undefined {
  try {
    return JSON.parse(readFileSync(paths.record, "utf8")) as ClusterRecord;
  } catch {
    return undefined;
  }
}

export function writeRecord(record: ClusterRecord): void {
  mkdirSync(dirname(paths.record), { recursive: true });
  const partial = `${paths.record}.partial`;
  writeFileSync(partial, JSON.stringify(record, undefined, 2));
  renameSync(partial, paths.record);
}
