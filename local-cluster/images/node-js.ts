import { existsSync } from "node:fs";
import { paths } from "../settings";
import type { Entry } from "./entry";
import { withLibraries } from "./libraries";

/** The Node.js of this project and its shared libraries. */
export function nodeRuntime(): Promise<Entry[]> {
  return (runtime ??= withLibraries(existsSync(paths.node) ? paths.node : process.execPath, "usr/local/bin/node"));
}

/** The same for every image. */
let runtime: Promise<Entry[]> | undefined;
