import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { clusterPaths, defaultName } from "../../local-cluster/settings";
import { paths } from "../paths";
import { readStackFile } from "./stack-file";
import { readStamp } from "../installer/stamp";
import { runMain } from "../../lib/user-error";

/**
 * The environment in which Pulumi and the other tools run: for `tools/run`, the make targets and the tests.
 * Nothing here changes the user's own `~/.pulumi`.
 */

/**
 * Backend URL of a state folder on this machine. Without `metadata=skip` the engine later writes a second file beside
 * each state. An engine that is killed in between leaves this file empty, and every later command ends with
 * "failed to load checkpoint: EOF".
 */
export function folderBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** Backend of local stacks. */
export const localBackend = folderBackend(paths.localState);

/**
 * Passphrase that encrypts the secrets of local stacks, whose networks exist on one machine for a short time. It is no
 * secret, and the `encryptionsalt` in their stack files belongs to it. Other stacks take the user's passphrase.
 */
export const localPassphrase = "local";

export interface ToolEnvironmentOptions {
  /** Whether the environment is for a stack on the local cluster. */
  isLocal: boolean;
  /** Environment to extend. Default: that of this process. */
  base?: NodeJS.ProcessEnv;
}

/**
 * The whole environment for a stack.
 *
 * Keeps the user's backend in PULUMI_BACKEND_URL. Without one, local stacks have their state in `.local/state`, and
 * other stacks in the backend of the user's login.
 */
export function toolEnvironment(options: ToolEnvironmentOptions): NodeJS.ProcessEnv {
  const base = withoutLocalStack(options.base ?? process.env);
  return {
    ...base,
    PATH: toolPath(base.PATH ?? ""),
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Most resources wait for pods. The default number follows the processors, too few on a small machine.
    PULUMI_PARALLEL: base.PULUMI_PARALLEL ?? "64",
    // The engine spends most of its time on saving states, and a quarter of that on collecting what it threw away. With
    // four times its live memory between two collections `up` of a small network takes a fifth less of its processor time.
    GOGC: base.GOGC ?? "400",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // Cache of compiled JavaScript, also for the processes of the language host.
    NODE_COMPILE_CACHE: paths.nodeCache,
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    ...(hasBuiltPlugins() ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
    ...(options.isLocal
      ? { PULUMI_BACKEND_URL: localBackend, ...pick(base, "PULUMI_BACKEND_URL"), ...localStackVariables }
      : { PULUMI_CREDENTIALS_PATH: base.PULUMI_CREDENTIALS_PATH ?? userPulumiHome(base) }),
  };
}

const localStackVariables = { PULUMI_CONFIG_PASSPHRASE: localPassphrase };

/** Removes the variables of a local stack, for a command that runs inside another command and is for another stack. */
function withoutLocalStack(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours: Record<string, string> = { PULUMI_BACKEND_URL: localBackend, ...localStackVariables };
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => ours[name] !== value));
}

function pick(environment: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  return environment[name] === undefined ? {} : { [name]: environment[name] };
}

/** PATH with the tools first, then the Node.js of this process, then the given folders. */
function toolPath(path: string): string {
  const first = [paths.bin, dirname(process.execPath)];
  return [...first, ...path.split(delimiter).filter((folder) => !first.includes(folder))].join(delimiter);
}

/**
 * Whether the user has a backend for other stacks: PULUMI_BACKEND_URL, an access token, or a `pulumi login`.
 */
export function hasOwnBackend(environment: NodeJS.ProcessEnv = process.env): boolean {
  const base = withoutLocalStack(environment);
  // A workflow sets variables without a value to empty text.
  if (base.PULUMI_BACKEND_URL || base.PULUMI_ACCESS_TOKEN) return true;
  const file = join(base.PULUMI_CREDENTIALS_PATH ?? userPulumiHome(base), "credentials.json");
  if (!existsSync(file)) return false;
  const credentials = JSON.parse(readFileSync(file, "utf8")) as { current?: string };
  return Boolean(credentials.current);
}

function userPulumiHome(base: NodeJS.ProcessEnv): string {
  const home = base.PULUMI_HOME;
  return home === undefined || home === paths.pulumiHome ? join(homedir(), ".pulumi") : home;
}

/** Whether plugins were built. This machine then has no downloads, and the engine need not try them. */
function hasBuiltPlugins(): boolean {
  return readStamp(paths.stamps, "pulumi-kubernetes")?.source === "build";
}

/** Shell commands that turn one environment into another. */
export function shellChanges(from: NodeJS.ProcessEnv, to: NodeJS.ProcessEnv): string {
  const removed = Object.keys(from).filter((name) => to[name] === undefined);
  const changed = Object.entries(to).filter(([name, value]) => from[name] !== value);
  return [
    ...removed.map((name) => `unset ${name}\n`),
    ...changed.map(([name, value]) => `export ${name}='${(value ?? "").replaceAll("'", `'\\''`)}'\n`),
  ].join("");
}

/** Prints the environment of stack STACK for `tools/run`. Default: that of local stacks, with their cluster for kubectl. */
function main(): void {
  const stack = process.env.STACK;
  const file = stack ? readStackFile(stack) : undefined;
  const isLocal = file?.isLocal ?? true;
  const environment = toolEnvironment({ isLocal });
  if (isLocal) {
    environment.KUBECONFIG = clusterPaths(file?.localCluster ?? defaultName).kubeconfig;
    mkdirSync(paths.localState, { recursive: true });
  }
  process.stdout.write(shellChanges(process.env, environment));
}

if (require.main === module) void runMain(async () => main());
