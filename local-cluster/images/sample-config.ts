import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tryRun } from "../../lib/process";
import { paths } from "../settings";

const fabricModule = "github.com/hyperledger/fabric";

/**
 * Directory of Fabric's sample configuration, in the module from which the programs are built: in Go's own cache of
 * modules, or in the cache of builds in Docker.
 *
 * @throws Error when neither cache has the module.
 */
export async function fabricSampleConfig(): Promise<string> {
  const version = requiredVersion(readFileSync(join(paths.goModules, "fabric", "go.mod"), "utf8"));
  const goCache = (await tryRun("go", ["env", "GOMODCACHE"]))?.trim();
  const caches = [...(goCache ? [goCache] : []), paths.dockerGoModules];
  const found = caches
    .map((cache) => join(cache, `${fabricModule}@${version}`, "sampleconfig"))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `Fabric's sample configuration (${fabricModule} ${version}) is in none of ${caches.join(", ")}; run: make tools`,
  );
}

/** The version of Fabric that a go.mod requires. */
export function requiredVersion(goMod: string): string {
  const version = new RegExp(`^(?:require )?\\s*${fabricModule} (v\\S+)`, "m").exec(goMod)?.[1];
  if (version === undefined) throw new Error(`go.mod requires no ${fabricModule}`);
  return version;
}
