import { run } from "../../lib/process";
import type { Entry } from "./entry";
import { binary } from "./parts";

/** A program of this machine as `path`, and its shared libraries at the paths where it looks for them. */
export async function withLibraries(program: string, path: string): Promise<Entry[]> {
  const libraries = parseLibraries(await run("ldd", [program]));
  return [
    binary(program, path),
    ...libraries.map((library): Entry => ({ kind: "file", path: library.slice(1), source: library, mode: 0o755 })),
  ];
}

/** @param list output of ldd: `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x...)`, `/lib64/ld-linux-x86-64.so.2 (0x...)` */
export function parseLibraries(list: string): string[] {
  const paths = [...list.matchAll(/(?:=>\s*|^\s*)(\/\S+)\s+\(0x/gm)].map((match) => match[1] ?? "");
  return [...new Set(paths)].sort();
}
