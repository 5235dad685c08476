import { spawn } from "node:child_process";

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

export interface RunOptions {
  /** Written to the command's stdin. */
  input?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
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
