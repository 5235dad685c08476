import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { basename, delimiter, dirname, join } from "node:path";
import { run } from "../../lib/process";
import { paths } from "../settings";
import type { Image } from "./archive";
import type { Entry } from "./entry";
import { nodeRuntime } from "./node-js";
import { base } from "./parts";

const appDirectory = "usr/src/app";
/** Directories that are no source of the build. */
const notSource = new Set(["node_modules", "dist"]);

/** The sample chaincode (TypeScript) on Node.js, without shell and package manager; runs as any user, read-only. */
export async function chaincodeImage(reference: string): Promise<Image> {
  const [{ app, sources }, runtime] = await Promise.all([buildChaincode(), nodeRuntime()]);
  return {
    reference,
    entries: [...base(), ...runtime],
    further: { key: sources, entries: () => tree(app, appDirectory) },
    config: {
      Cmd: startCommand(app),
      Env: ["PATH=/usr/local/bin", "NODE_ENV=production"],
      WorkingDir: `/${appDirectory}`,
    },
  };
}

/** The command of `npm start`, without npm. */
function startCommand(app: string): string[] {
  const manifest = JSON.parse(readFileSync(join(app, "package.json"), "utf8")) as { scripts?: { start?: string } };
  return (manifest.scripts?.start ?? "node dist/server.js").split(/\s+/);
}

/**
 * Builds a copy of the sources after each change.
 *
 * @returns `app`: a directory with `dist` and its dependencies; `sources`: hash of what it was built from
 */
async function buildChaincode(): Promise<{ app: string; sources: string }> {
  if (!existsSync(join(paths.chaincode, "package.json"))) {
    throw new Error(`The sample chaincode is missing: no package.json in ${paths.chaincode}.`);
  }
  const work = join(paths.images, "work", "asset-transfer");
  const stamp = join(paths.images, "work", "asset-transfer.sources");
  const sources = hashTree(paths.chaincode);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return { app: work, sources };
  rmSync(work, { recursive: true, force: true });
  mkdirSync(dirname(work), { recursive: true });
  cpSync(paths.chaincode, work, { recursive: true, filter: (path) => !notSource.has(basename(path)) });
  const env = { ...process.env, PATH: `${dirname(paths.node)}${delimiter}${process.env.PATH ?? ""}` };
  await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: work, env });
  await run("npm", ["run", "build"], { cwd: work, env });
  await run("npm", ["prune", "--omit=dev", "--no-audit", "--no-fund"], { cwd: work, env });
  writeFileSync(stamp, sources);
  return { app: work, sources };
}

function hashTree(directory: string): string {
  const hash = createHash("sha256");
  const visit = (path: string, name: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (notSource.has(entry.name)) continue;
      const [childPath, childName] = [join(path, entry.name), `${name}/${entry.name}`];
      if (entry.isDirectory()) visit(childPath, childName);
      else if (entry.isFile()) hash.update(`${childName}\0`).update(readFileSync(childPath)).update("\0");
    }
  };
  visit(directory, "");
  return hash.digest("hex");
}

function tree(source: string, path: string): Entry[] {
  return readdirSync(source, { withFileTypes: true }).flatMap((file): Entry[] => {
    const [from, to] = [join(source, file.name), `${path}/${file.name}`];
    if (file.isDirectory()) return [{ kind: "directory", path: to }, ...tree(from, to)];
    if (file.isSymbolicLink()) return [{ kind: "link", path: to, target: readlinkSync(from) }];
    const isExecutable = (statSync(from).mode & 0o100) !== 0;
    return [{ kind: "file", path: to, source: from, mode: isExecutable ? 0o755 : 0o644 }];
  });
}
