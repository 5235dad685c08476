import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { catalog, groups, runtimePackages } from "./catalog";
import { compilerPackages, installPackages, missingPackages } from "./debian";
import { withFolderLock } from "./folder-lock";
import { Installer } from "./installer";
import { findProgram } from "../../lib/find-program";
import { paths, projectRoot } from "../paths";
import { ask } from "../../lib/process";
import { say, secondsSince } from "../../lib/progress";
import { readStamp } from "./stamp";
import type { Group, Tool } from "./tool";
import { runMain, UserError } from "../../lib/user-error";

/**
 * Installs everything that groups of tools need. Does nothing when all of it is installed.
 *
 * @throws UserError with the missing things and the remedy
 */
export async function installGroups(asked: readonly Group[]): Promise<void> {
  const needed = needsOf(asked);
  if (areInstalled(needed)) return;
  const { tools, packages, needsNode, installer } = needed;
  await withFolderLock(paths.lock, async () => {
    mkdirSync(paths.logs, { recursive: true });
    if (needsNode) installPinnedNode();
    await installPackages(packages, "the local cluster", join(paths.logs, "apt.log"));
    if (tools.some((tool) => needsCompiler(tool, installer))) {
      await installPackages(compilerPackages, "building programs in C", join(paths.logs, "apt.log"));
    }
    await installer.install(tools);
  });
}

/** Whether everything that groups of tools need is installed, so that {@link installGroups} would do nothing. */
export function hasGroups(asked: readonly Group[]): boolean {
  return areInstalled(needsOf(asked));
}

interface Needs {
  tools: readonly Tool[];
  /** Debian's. */
  packages: readonly string[];
  needsNode: boolean;
  installer: Installer;
}

function needsOf(asked: readonly Group[]): Needs {
  const wanted = withClusterRuntime(asked);
  return {
    tools: catalog.filter((tool) => wanted.includes(tool.group)),
    packages: wanted.flatMap((group) => runtimePackages[group]),
    needsNode: wanted.includes("cluster"),
    installer: new Installer(paths, process.env.PATH),
  };
}

function areInstalled({ tools, packages, needsNode, installer }: Needs): boolean {
  if (tools.some((tool) => installer.outdated(tool).length > 0)) return false;
  if (missingPackages(packages).length > 0 || (needsNode && !existsSync(pinnedNode))) return false;
  installer.offerPlugins(tools);
  return true;
}

/** Adds the runtime of the local cluster, by the rule of `local-cluster/`: kind where a Docker engine answers. */
function withClusterRuntime(groups: readonly Group[]): readonly Group[] {
  if (!groups.includes("cluster") || groups.includes("kind") || groups.includes("builtin")) return groups;
  const hasDocker = ask("docker", ["version", "--format", "{{.Server.Version}}"]).code === 0;
  return [...groups, hasDocker ? "kind" : "builtin"];
}

/** The pinned Node.js for images of the local cluster, which must not depend on the machine's own. */
const pinnedNode = join(paths.tools, "node", "node_modules", ".bin", "node");

function installPinnedNode(): void {
  const result = ask("sh", [join(projectRoot, "tools", "node.sh")]);
  if (result.code !== 0) throw new UserError(result.output.trim().replace(/^error: /, ""));
}

function needsCompiler(tool: Tool, installer: Installer): boolean {
  const isCgo = tool.builds.some((build) => build.cgo);
  return isCgo && findProgram("cc", process.env.PATH) === undefined && installer.outdated(tool).length > 0;
}

/**
 * Groups that are installed only when something asks for them. Which of the first two the cluster needs depends on the
 * machine; the others are add-ons of the local cluster.
 */
const onDemand: readonly Group[] = ["kind", "builtin", "monitoring", "metrics", "snapshots", "ladder"];

/** Prints one line per tool: version, and source if installed. */
function list(): void {
  const installer = new Installer(paths, process.env.PATH);
  for (const group of groups) {
    for (const tool of catalog.filter((entry) => entry.group === group)) {
      const source = installer.outdated(tool).length === 0 ? readStamp(paths.stamps, tool.name)?.source : undefined;
      console.log(
        [group.padEnd(8), tool.name.padEnd(20), tool.version.padEnd(10), sourceNames[source ?? "none"]].join(" "),
      );
    }
    const missing = missingPackages(runtimePackages[group]);
    if (runtimePackages[group].length > 0) {
      console.log(
        `${group.padEnd(8)} Debian packages      ${missing.length === 0 ? "all installed" : `missing: ${missing.join(", ")}`}`,
      );
    }
  }
}

const sourceNames = {
  path: "this machine's own",
  download: "official download",
  build: "built from Go modules",
  none: "not installed",
} as const;

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === "--list") return list();
  const unknown = args.filter((name) => !groups.some((group) => group === name));
  if (unknown.length > 0) {
    throw new UserError(`There is no group of tools ${unknown.join(", ")}: there are ${groups.join(", ")}.`);
  }
  const start = performance.now();
  const all = groups.filter((group) => !onDemand.includes(group));
  const wanted = args.length === 0 ? all : groups.filter((group) => args.includes(group));
  await installGroups(wanted);
  say(`Tools are ready: ${wanted.join(", ")} (${secondsSince(start)})`);
}

if (require.main === module) void runMain(() => main(process.argv.slice(2)));
