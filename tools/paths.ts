import { join, resolve } from "node:path";

/** Paths. `.tools` has everything fetched or built for this machine, `.local` everything that a run leaves. */

export const projectRoot = resolve(__dirname, "..");

const tools = join(projectRoot, ".tools");

export const paths = {
  tools,
  /** Executables, first on PATH. */
  bin: join(tools, "bin"),
  /** One file per installed tool, see {@link import("./installer/stamp").Stamp}. */
  stamps: join(tools, "stamps"),
  /** Output of downloads and builds, one file per tool. */
  logs: join(tools, "logs"),
  /** Unfinished programs. Renamed into `bin` when complete. */
  unfinished: join(tools, "unfinished"),
  /** Node.js' cache of compiled JavaScript. typescript-cache.cjs has the same path. */
  nodeCache: join(tools, "cache", "node"),
  lock: join(tools, "install.lock"),
  /** The PULUMI_HOME of this project: plugins and the selected stack. */
  pulumiHome: join(tools, "pulumi"),
  /** Go modules with pinned requirements, one folder per module. */
  goModules: join(projectRoot, "tools", "go"),
  stacks: join(projectRoot, "stacks"),
  policyPack: join(projectRoot, "policy"),
  /** State of the stacks on local clusters. */
  localState: join(projectRoot, ".local", "state"),
  /** Temporary files of running pulumi commands. */
  temporary: join(projectRoot, ".local", "temporary"),
  /** Public parts of stacks, for partners. */
  exchange: join(projectRoot, ".local", "exchange"),
  /** The consortium of this machine: a folder per company. */
  consortium: join(projectRoot, ".local", "consortium"),
} as const;
