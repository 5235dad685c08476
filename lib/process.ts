import { spawn, spawnSync, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { Interrupted } from "./user-error";

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Answer of a command that ran to its end. */
export interface CommandResult {
  /** Exit code; 127 when the command could not be started. */
  code: number;
  stdout: string;
  stderr: string;
  /** stdout and stderr, in that order. */
  output: string;
}

/** Runs a short command, waits for it and keeps what it wrote. For questions: a failure is an answer too. */
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
 * Ctrl-C reaches the command through the terminal. This process stays until the command has tidied up, and hands on a
 * SIGTERM of its own, so that nothing goes on working behind the user's back.
 *
 * @param options stdio: `inherit` by default, the command talks to the user; timeout: milliseconds after which it gets a
 *   SIGTERM; started: is told the process id
 * @throws Interrupted when this process got a SIGINT or SIGTERM meanwhile
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

/** A command that ended with another code than 0. The message holds the command and what it wrote to stderr. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly code: number | null,
    readonly stderr: string,
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
 * @throws CommandError when it cannot be started or ends with another code than 0.
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
    child.on("close", (code) => (code === 0 ? resolve(stdout) : reject(new CommandError(command, code, stderr))));
    // A command may end without reading its input; its exit code tells what matters.
    child.stdin.on("error", () => undefined).end(options.input ?? "");
  });
}

/** Like {@link run}, for work that must not go on without this process: it is killed when this process ends. */
export function runBound(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run("setpriv", ["--pdeathsig", "KILL", file, ...args], options);
}

/** Like {@link run}; a failure is the answer `undefined`. For questions and for removing what may be gone. */
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

/** Ends a process by SIGTERM. One that is gone meanwhile needs no end. */
export function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
