import { join, resolve } from "node:path";

/** Where things lie. Everything fetched or built for this machine is in `.tools`, everything a run leaves is in `.local`. */

export const projectRoot = resolve(__dirname, "..");

const tools = join(projectRoot, ".tools");

export const paths = {
  tools,
  /** Executables, first on PATH. */
  bin: join(tools, "bin"),
  /** One file per installed tool, see {@link import("./installer/stamp").Stamp}. */
  stamps: join(tools, "stamps"),
  /** What downloads and builds wrote, one file per tool. */
  logs: join(tools, "logs"),
  /** Unfinished work. Renamed into `bin` when whole. */
  unfinished: join(tools, "unfinished"),
  /** What Node.js has compiled; also known to typescript-cache.cjs. */
  nodeCache: join(tools, "cache", "node"),
  lock: join(tools, "install.lock"),
  /** The PULUMI_HOME of this project: plugins and the selected stack. */
  pulumiHome: join(tools, "pulumi"),
  /** Go modules with pinned requirements, one folder per module. */
  goModules: join(projectRoot, "tools", "go"),
  stacks: join(projectRoot, "stacks"),
  policyPack: join(projectRoot, "policy"),
  /** State of the stacks on the local cluster. */
  localState: join(projectRoot, ".local", "state"),
  localKubeconfig: join(projectRoot, ".local", "cluster", "kubeconfig.json"),
} as const;
