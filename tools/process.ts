import { spawn, spawnSync, type StdioOptions } from "node:child_process";
import { constants } from "node:os";

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
 * @param options stdio: `inherit` by default, the command talks to the user; timeout: milliseconds after which it gets a SIGTERM
 * @throws Error when the command cannot be started.
 */
export function follow(
  command: string,
  args: readonly string[],
  options: CommandOptions & { stdio?: StdioOptions; timeout?: number } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: options.stdio ?? "inherit" });
    const onInterrupt = (): void => undefined;
    const onTerminate = (): void => void child.kill("SIGTERM");
    process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
    const restore = (): void => void process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
    child.on("error", (error) => {
      restore();
      reject(new Error(`${command} could not be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      restore();
      resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]);
    });
  });
}

/** Whether a process of this machine is alive, also when it belongs to somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
