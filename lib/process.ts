import { spawn, spawnSync, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { Interrupted } from "./user-error";

export interface CommandOptions {
  /** Working folder. Default: that of this process. */
  cwd?: string;
  /** Environment. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
}

/** Result of a command that ran to its end. */
export interface CommandResult {
  /** Exit code; 127 when the command could not be started. */
  code: number;
  stdout: string;
  stderr: string;
  /** stdout and stderr, in that order. */
  output: string;
}

/** Runs a short command, and returns its output and exit code. For questions, where a failure is an answer too. */
export function ask(
  command: string,
  args: readonly string[],
  options: CommandOptions & { input?: string } = {},
): CommandResult {
  const result = spawnSync(command, args, {
    ...options,
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error && result.status === null) return answer(127, "", result.error.message);
  return answer(result.status ?? 1, result.stdout, result.stderr);
}

function answer(code: number, stdout: string, stderr: string): CommandResult {
  return { code, stdout, stderr, output: `${stdout}${stderr}` };
}

/**
 * Runs a long command to its end and resolves to its exit code; 128 + n when signal n ended it.
 *
 * Ctrl-C reaches the command through the terminal. This process stays until the command has cleaned up. It forwards a
 * SIGTERM to the command, so that nothing runs on unnoticed.
 *
 * @param options stdio: `inherit` by default, so that the command can talk to the user; timeout: milliseconds after
 *   which it gets a SIGTERM; started: callback with the process id
 * @throws Interrupted when this process got a SIGINT or SIGTERM in the meantime
 * @throws Error when the command cannot be started
 */
export async function follow(
  command: string,
  args: readonly string[],
  options: CommandOptions & { stdio?: StdioOptions; timeout?: number; started?: (pid: number) => void } = {},
): Promise<number> {
  let interrupted: NodeJS.Signals | undefined;
  const child = spawn(command, args, { ...options, stdio: options.stdio ?? "inherit" });
  if (child.pid !== undefined) options.started?.(child.pid);
  const onInterrupt = (): void => void (interrupted = "SIGINT");
  const onTerminate = (): void => {
    interrupted = "SIGTERM";
    child.kill("SIGTERM");
  };
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    if (interrupted !== undefined) throw new Interrupted(128 + constants.signals[interrupted]);
    return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  }
}

/** A command that ended with another code than 0. The message has the command and its stderr. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly code: number | null,
    readonly stderr: string,
    readonly stdout = "",
  ) {
    super(`${command}\n  ended with ${code === null ? "a signal" : `code ${code}`}: ${stderr.trim() || "no message"}`);
  }
}

export interface RunOptions extends CommandOptions {
  /** Written to the command's stdin. */
  input?: string;
}

/**
 * Runs a command without a shell and resolves to its stdout.
 *
 * @throws CommandError when the command cannot be started or ends with another code than 0.
 */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const command = [file, ...args].join(" ");
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => reject(new CommandError(command, null, error.message)));
    child.on("close", (code) =>
      code === 0 ? resolve(stdout) : reject(new CommandError(command, code, stderr, stdout)),
    );
    // A command may end without reading its input; its exit code decides.
    child.stdin.on("error", () => undefined).end(options.input ?? "");
  });
}

/** Like {@link run}, for a command that must not outlive this process: it is killed when this process ends. */
export function runBound(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run("setpriv", ["--pdeathsig", "KILL", file, ...args], options);
}

/** Like {@link run}; a failure gives `undefined`. For questions, and for the removal of things that may be gone. */
export async function tryRun(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string | undefined> {
  try {
    return await run(file, args, options);
  } catch {
    return undefined;
  }
}

/** Ends a process by a signal. Ignores a process that has ended already. */
export function terminate(pid: number, signal: NodeJS.Signals = "SIGTERM"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
