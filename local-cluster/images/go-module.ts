import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tryRun } from "../../lib/process";
import { paths } from "../settings";

export interface ModuleFiles {
  /** Folder below `tools/go` whose go.mod requires the module. */
  build: string;
  /** Path of the module. */
  module: string;
  /** Directory in it. */
  directory: string;
  /** What the directory has, for the error. */
  content: string;
}

/** Fabric's sample configuration. */
export function fabricSampleConfig(): Promise<string> {
  return directoryOfModule({
    build: "fabric",
    module: "github.com/hyperledger/fabric",
    directory: "sampleconfig",
    content: "Fabric's sample configuration",
  });
}

/**
 * A directory of a module from which programs are built: in Go's own cache of modules, or in the cache of builds in
 * Docker.
 *
 * @throws Error when neither cache has the module.
 */
export async function directoryOfModule({ build, module, directory, content }: ModuleFiles): Promise<string> {
  const version = requiredVersion(readFileSync(join(paths.goModules, build, "go.mod"), "utf8"), module);
  const goCache = await (goModuleCache ??= findGoModuleCache());
  const caches = [...(goCache ? [goCache] : []), paths.dockerGoModules];
  const found = caches.map((cache) => join(cache, `${module}@${version}`, directory)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`${content} (${module} ${version}) is in none of ${caches.join(", ")}; run: make tools`);
}

/** Go's own cache of modules. Every image asks for it, and each question is a start of Go. */
let goModuleCache: Promise<string | undefined> | undefined;

async function findGoModuleCache(): Promise<string | undefined> {
  return (await tryRun("go", ["env", "GOMODCACHE"]))?.trim();
}

/** The version of a module that a go.mod requires. */
export function requiredVersion(goMod: string, module: string): string {
  const version = new RegExp(`^(?:require )?\\s*${module} (v\\S+)`, "m").exec(goMod)?.[1];
  if (version === undefined) throw new Error(`go.mod requires no ${module}`);
  return version;
}
