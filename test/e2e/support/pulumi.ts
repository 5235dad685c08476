/** The Pulumi CLI, run as by a user, on the tests' own state folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { projectRoot } from "../../../local-cluster/settings";
import { folderBackend, localPassphrase } from "../../../tools/cli/environment";

/** Output and end of a command. */
export interface Outcome {
  /** Exit code, or the signal that ended it. */
  exit: number | NodeJS.Signals;
  /** Standard output and standard error, interleaved. */
  text: string;
}

/** A command that is still running. */
export interface Running {
  process: ChildProcess;
  /** Resolves with the first matching line; rejects when the command ends without one. */
  line(pattern: RegExp): Promise<string>;
  outcome: Promise<Outcome>;
}

/** Sets an empty state folder of the tests for the Pulumi CLI, as a child of this process. */
export function useTestState(): void {
  Object.assign(process.env, testState("state", localPassphrase));
}

/** Variables of an empty state folder of the tests, with a passphrase of its own. */
export function testState(folder: string, passphrase: string): Record<string, string> {
  const state = join(projectRoot, ".local", "e2e", folder);
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  return { PULUMI_BACKEND_URL: folderBackend(state), PULUMI_CONFIG_PASSPHRASE: passphrase };
}

/** Content of a stack file. */
export interface StackFile {
  config: Record<string, unknown>;
}

/**
 * A stack whose stack file a test derives from one of the project's. The file is beside the project's, since the engine
 * has no other folder, and is removed with the stack.
 */
export class TestStack {
  private readonly file: string;

  /** @param environment variables that differ from this process's, such as those of another state. Default: none. */
  constructor(
    readonly name: string,
    private content: StackFile,
    private readonly environment: Record<string, string> = {},
  ) {
    this.file = stackFilePath(name);
  }

  /** Selects the stack. Creates it unless it exists. */
  async select(): Promise<void> {
    writeFileSync(this.file, stringify(this.content));
    await this.succeed(["stack", "select", "--create", this.name]);
    // The engine added the salt of the stack's encryption to the file.
    this.content = parse(readFileSync(this.file, "utf8")) as StackFile;
  }

  /** Changes the stack file, like a user in an editor. */
  edit(change: (config: StackFile["config"]) => void): void {
    change(this.content.config);
    writeFileSync(this.file, stringify(this.content));
  }

  /** Writes a secret into the stack file by `pulumi config set`, with `value` on standard input. */
  async setSecret(path: string, value: string): Promise<void> {
    const running = this.start(["config", "set", "--secret", "--path", path, "--stack", this.name], value);
    const { exit, text } = await running.outcome;
    if (exit !== 0) throw new Error(`pulumi config set ended with ${exit}:\n${text}`);
    this.content = parse(readFileSync(this.file, "utf8")) as StackFile;
  }

  /** @throws Error with the engine's whole output when it fails. */
  async up(...flags: string[]): Promise<string> {
    return this.succeed(["up", "--yes", "--skip-preview", ...this.flags(), ...flags]);
  }

  /** Runs an `up` that must fail. Returns its output. */
  async failingUp(): Promise<string> {
    const { exit, text } = await this.startUp().outcome;
    if (exit === 0) throw new Error(`pulumi up ended well:\n${text}`);
    return text;
  }

  startUp(...flags: string[]): Running {
    return this.start(["up", "--yes", "--skip-preview", ...this.flags(), ...flags]);
  }

  async preview(...flags: string[]): Promise<Outcome> {
    return this.start(["preview", ...this.flags(), ...flags]).outcome;
  }

  async refresh(...flags: string[]): Promise<string> {
    return this.succeed(["refresh", "--yes", "--skip-preview", ...this.flags(), ...flags]);
  }

  /** Removes the lock of a killed engine. */
  async cancel(): Promise<void> {
    await this.succeed(["cancel", "--yes", "--stack", this.name]);
  }

  async destroy(): Promise<string> {
    return this.succeed(["destroy", "--yes", "--skip-preview", ...this.flags()]);
  }

  /** The outputs, secrets in plain text. */
  async outputs(): Promise<Record<string, unknown>> {
    const text = await this.succeed(["stack", "output", "--json", "--show-secrets", "--stack", this.name]);
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** The stored state as text, secrets in plain text. */
  async plainState(): Promise<string> {
    return this.succeed(["stack", "export", "--show-secrets", "--stack", this.name]);
  }

  /** The stored state, with encrypted secrets. */
  async state(): Promise<{ deployment: { resources?: { urn: string; type: string }[] } }> {
    const text = await this.succeed(["stack", "export", "--stack", this.name]);
    return JSON.parse(text) as { deployment: { resources?: { urn: string; type: string }[] } };
  }

  /** Ends of all certificates but those of the authorities, in milliseconds since 1970. */
  async certificateEnds(): Promise<number[]> {
    const { deployment } = await this.state();
    const certificates = (deployment.resources ?? []).filter(({ type }) => type === "ledger:pki:Certificate");
    return certificates.map((resource) => {
      const { notAfter } = (resource as unknown as { outputs: { notAfter: string } }).outputs;
      return Date.parse(notAfter);
    });
  }

  async remove(): Promise<void> {
    await this.succeed(["stack", "rm", "--yes", "--preserve-config", this.name]);
    rmSync(this.file, { force: true });
  }

  private flags(): string[] {
    return ["--stack", this.name, "--non-interactive", "--color", "never"];
  }

  private async succeed(args: string[]): Promise<string> {
    const { exit, text } = await this.start(args).outcome;
    if (exit !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exit}:\n${text}`);
    return text;
  }

  private start(args: string[], input = ""): Running {
    const child = spawn("pulumi", args, {
      cwd: projectRoot,
      env: { ...process.env, ...this.environment },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(input);
    return follow(child);
  }
}

/**
 * Ends the remaining processes of a killed command: plugins leave its process group, but not its session.
 */
export function endOrphans({ process: { pid } }: Running): void {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  for (const number of numbers) {
    if (sessionOf(number) === pid) process.kill(Number(number), "SIGKILL");
  }
}

/** Session of a process; undefined when the process has ended. */
function sessionOf(number: string): number | undefined {
  try {
    // Fields after the name, which is in parentheses and may itself contain some: state, parent, group, session.
    const stat = readFileSync(`/proc/${number}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
  } catch {
    return undefined;
  }
}

/** The content of a stack file of this project. */
export function readStackFile(name: string): StackFile {
  return parse(readFileSync(stackFilePath(name), "utf8")) as StackFile;
}

function stackFilePath(name: string): string {
  return join(projectRoot, "stacks", `Pulumi.${name}.yaml`);
}

/** Follows a command whose output comes by pipes. */
export function follow(child: ChildProcess): Running {
  let text = "";
  const watchers = new Set<() => void>();
  const collect = (chunk: Buffer): void => {
    text += chunk.toString("utf8");
    watchers.forEach((watch) => watch());
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ exit: code ?? signal ?? "SIGKILL", text }));
  });
  return { process: child, outcome, line: (pattern) => firstLine(pattern, () => text, watchers, outcome) };
}

function firstLine(
  pattern: RegExp,
  text: () => string,
  watchers: Set<() => void>,
  outcome: Promise<Outcome>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = text()
        .split("\n")
        .find((line) => pattern.test(line));
      if (found === undefined) return;
      watchers.delete(look);
      resolve(found);
    };
    watchers.add(look);
    look();
    outcome.then(
      ({ exit }) => reject(new Error(`the command ended with ${exit} before a line matched ${pattern}:\n${text()}`)),
      reject,
    );
  });
}
