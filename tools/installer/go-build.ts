import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { findProgram } from "../../lib/find-program";
import { compareVersions } from "./machine-path";
import { ask, follow } from "../../lib/process";
import type { GoBuild, Tool } from "./tool";
import { UserError } from "../../lib/user-error";

export interface GoBuildFolders {
  /** Has one folder per Go module. */
  goModules: string;
  /** Receives the programs. */
  output: string;
  /** File for all output of Go. */
  log: string;
}

/**
 * Builds programs of a tool from its pinned Go modules, with the machine's Go or else with Docker.
 *
 * @param programs programs to build; others of the tool are left out
 * @throws UserError without Go and Docker, or when the build fails
 */
export async function buildTool(tool: Tool, programs: readonly string[], folders: GoBuildFolders): Promise<void> {
  mkdirSync(dirname(folders.log), { recursive: true });
  mkdirSync(folders.output, { recursive: true });
  const log = openSync(folders.log, "w");
  try {
    for (const build of tool.builds) {
      const wanted = Object.entries(build.packages).filter(([program]) => programs.includes(program));
      if (wanted.length > 0) await buildModule(tool, build, wanted, folders, log);
    }
  } finally {
    closeSync(log);
  }
}

async function buildModule(
  tool: Tool,
  build: GoBuild,
  wanted: readonly (readonly [program: string, goPackage: string])[],
  folders: GoBuildFolders,
  log: number,
): Promise<void> {
  const module = join(folders.goModules, build.module);
  const go = chooseGo(tool, module, folders);
  const first = wanted[0];
  if (!first) return;
  // With several packages Go names the programs itself, after the last part of their import paths.
  const output = wanted.length === 1 ? join(folders.output, first[0]) : `${folders.output}/`;
  const args = goArguments(
    build,
    output,
    wanted.map(([, goPackage]) => goPackage),
  );
  const code = await follow(go.command, [...go.prefix(build), ...args], {
    cwd: module,
    env: { ...process.env, ...goEnvironment(build) },
    stdio: ["ignore", log, log],
  });
  if (code !== 0) throw new UserError(buildFailure(tool, code, folders.log));
}

/** Arguments of `go` for one module. Flags are part of Go's cache keys, so equal flags build nothing twice. */
export function goArguments(build: GoBuild, output: string, packages: readonly string[]): string[] {
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const linkerFlags = ["-s", "-w", ...variables, ...(build.linkerFlags ?? [])].join(" ");
  const tags = build.tags ? ["-tags", build.tags.join(" ")] : [];
  const fixed = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath"];
  return [...fixed, "-o", output, ...tags, "-ldflags", linkerFlags, ...packages];
}

/** GOTOOLCHAIN: Go must not fetch another Go by itself. GOFLAGS: the user's own flags must not change the programs. */
function goEnvironment(build: GoBuild): Record<string, string> {
  const collection = garbageCollection(process.env.GOGC, totalmem(), availableParallelism());
  return { GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off", CGO_ENABLED: build.cgo ? "1" : "0", ...collection };
}

/** Memory of one compiler at its largest package with GOGC=400, the Kubernetes API of pulumi-kubernetes: 3.6 GB, else 2.6. */
const largestCompiler = 4 * 1024 ** 3;

/**
 * Where each of the compilers that run side by side has room, they collect their memory a quarter as often: that largest package takes
 * 48 instead of 68 seconds of processor time.
 *
 * @param own GOGC of the user, which stays
 * @param memory bytes of the machine
 */
export function garbageCollection(own: string | undefined, memory: number, processors: number): { GOGC?: string } {
  if (own !== undefined) return { GOGC: own };
  // Two at their largest packages, which are few, and a gigabyte for each of the others.
  return memory >= 2 * largestCompiler + processors * 1024 ** 3 ? { GOGC: "400" } : {};
}

interface GoCommand {
  command: string;
  /** Arguments before those of Go. */
  prefix: (build: GoBuild) => string[];
}

function chooseGo(tool: Tool, module: string, folders: GoBuildFolders): GoCommand {
  const needed = neededGoVersion(readFileSync(join(module, "go.mod"), "utf8"));
  const go = findProgram("go", process.env.PATH);
  const found = go === undefined ? undefined : goVersion(go);
  if (go !== undefined && found !== undefined && compareVersions(found, needed) >= 0) {
    return { command: go, prefix: () => [] };
  }
  if (ask("docker", ["version", "--format", "{{.Server.Version}}"]).code === 0) {
    return { command: "docker", prefix: (build) => dockerGo(needed, build, module, folders) };
  }
  const problem = found === undefined ? "there is none on PATH" : `the one on PATH is ${found}`;
  throw new UserError(
    `Building ${tool.name} needs Go ${needed} or newer, and ${problem}. ` +
      `Install it from https://go.dev/dl/ (or start Docker, which then builds it), and run this again.`,
  );
}

/** The Go version that a go.mod requires. */
export function neededGoVersion(goMod: string): string {
  const version = /^go (\d+\.\d+(?:\.\d+)?)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error("go.mod names no Go version.");
  return version;
}

function goVersion(go: string): string | undefined {
  const answer = ask(go, ["env", "GOVERSION"], { env: { ...process.env, GOTOOLCHAIN: "local" } });
  return /^go(\d+\.\d+(?:\.\d+)?)/.exec(answer.output)?.[1];
}

/** Arguments of `docker` that run a given Go on a module's folder, as this user, with a build cache beside the logs. */
export function dockerGo(version: string, build: GoBuild, module: string, folders: GoBuildFolders): string[] {
  const cache = join(dirname(folders.log), "..", "go-cache");
  mkdirSync(cache, { recursive: true });
  const environment = {
    ...goEnvironment(build),
    HOME: cache,
    GOPATH: join(cache, "path"),
    GOCACHE: join(cache, "build"),
  };
  return [
    "run",
    "--rm",
    ...(process.getuid ? ["--user", `${process.getuid()}:${process.getgid?.() ?? 0}`] : []),
    ...[folders.goModules, folders.output, cache].flatMap((folder) => ["--volume", `${folder}:${folder}`]),
    ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    "--workdir",
    module,
    `golang:${version}`,
    "go",
  ];
}

function buildFailure(tool: Tool, code: number, log: string): string {
  const last = readFileSync(log, "utf8").trim().split("\n").slice(-8).join("\n  ");
  return `Building ${tool.name} ended with code ${code}. The last lines of ${log}:\n  ${last}`;
}
