import { existsSync } from "node:fs";
import { run } from "../../lib/process";
import { paths } from "../settings";
import type { Entry } from "./entry";
import { binary } from "./parts";

/** The Node.js of this project and its shared libraries, at the paths where it looks for them. */
export async function nodeRuntime(): Promise<Entry[]> {
  const node = existsSync(paths.node) ? paths.node : process.execPath;
  const libraries = parseLibraries(await run("ldd", [node]));
  return [
    binary(node, "usr/local/bin/node"),
    ...libraries.map((path): Entry => ({ kind: "file", path: path.slice(1), source: path, mode: 0o755 })),
  ];
}

/** @param list output of ldd: `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x...)`, `/lib64/ld-linux-x86-64.so.2 (0x...)` */
export function parseLibraries(list: string): string[] {
  const paths = [...list.matchAll(/(?:=>\s*|^\s*)(\/\S+)\s+\(0x/gm)].map((match) => match[1] ?? "");
  return [...new Set(paths)].sort();
}
