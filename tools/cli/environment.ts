import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { paths } from "../paths";
import { readStackFile } from "./stack-file";
import { readStamp } from "../installer/stamp";
import { runMain } from "../../lib/user-error";

/**
 * The environment in which Pulumi and the other tools run, for `tools/run`, the make targets and the tests alike.
 * Nothing here touches the user's own `~/.pulumi`.
 */

/**
 * Backend URL of a state folder on this machine. Without `metadata=skip` the engine writes a second file beside each
 * state, and that one not at once: an engine killed meanwhile leaves it empty, and every command after that ends with
 * "failed to load checkpoint: EOF".
 */
export function folderBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** Where the state of local stacks lies. */
export const localBackend = folderBackend(paths.localState);

/**
 * Encrypts the secrets of local stacks, whose networks live on one machine for an afternoon. It is no secret, and
 * the `encryptionsalt` in their stack files belongs to it. Other stacks take theirs from the user.
 */
export const localPassphrase = "local";

export interface ToolEnvironmentOptions {
  /** Whether the environment is for a stack on the local cluster. */
  isLocal: boolean;
  /** The environment to start from. */
  base?: NodeJS.ProcessEnv;
}

/**
 * The whole environment for a stack.
 *
 * A backend that the user names in PULUMI_BACKEND_URL is kept. Without one, local stacks keep their state in
 * `.local/state`, and other stacks go where the user is logged in.
 */
export function toolEnvironment(options: ToolEnvironmentOptions): NodeJS.ProcessEnv {
  const base = withoutLocalStack(options.base ?? process.env);
  return {
    ...base,
    PATH: toolPath(base.PATH ?? ""),
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Most resources wait for pods, not for processors: by processors, a small machine would wait for a few at a time.
    PULUMI_PARALLEL: base.PULUMI_PARALLEL ?? "64",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // Node.js keeps what it has compiled, for the language host's processes as well.
    NODE_COMPILE_CACHE: paths.nodeCache,
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    ...(hasBuiltPlugins() ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
    ...(options.isLocal
      ? { PULUMI_BACKEND_URL: localBackend, ...pick(base, "PULUMI_BACKEND_URL"), ...localStackVariables }
      : { PULUMI_CREDENTIALS_PATH: base.PULUMI_CREDENTIALS_PATH ?? userPulumiHome(base) }),
  };
}

const localStackVariables = { PULUMI_CONFIG_PASSPHRASE: localPassphrase };

/** Takes back what this project set for a local stack, for a command that runs inside another and is for another stack. */
function withoutLocalStack(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours: Record<string, string> = { PULUMI_BACKEND_URL: localBackend, ...localStackVariables };
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => ours[name] !== value));
}

function pick(environment: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  return environment[name] === undefined ? {} : { [name]: environment[name] };
}

/** The tools first, then the Node.js that runs this, then what was there. */
function toolPath(path: string): string {
  const first = [paths.bin, dirname(process.execPath)];
  return [...first, ...path.split(delimiter).filter((folder) => !first.includes(folder))].join(delimiter);
}

/**
 * Whether a stack of the user's own has a place for its state: PULUMI_BACKEND_URL, an access token, or a `pulumi login`.
 */
export function hasOwnBackend(environment: NodeJS.ProcessEnv = process.env): boolean {
  const base = withoutLocalStack(environment);
  // A workflow sets what is not configured to empty text.
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

/** Plugins were built because downloads are not possible here: the engine need not try. */
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

/** Prints the environment of the stack named in STACK, or of local stacks, for `tools/run`. kubectl then talks to the local cluster. */
function main(): void {
  const stack = process.env.STACK;
  const isLocal = stack ? readStackFile(stack).isLocal : true;
  const environment = toolEnvironment({ isLocal });
  if (isLocal) {
    environment.KUBECONFIG = paths.localKubeconfig;
    mkdirSync(paths.localState, { recursive: true });
  }
  process.stdout.write(shellChanges(process.env, environment));
}

if (require.main === module) void runMain(async () => main());
