/** The Pulumi CLI as a user runs it, on a state folder that only the tests use. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { projectRoot } from "../../../local-cluster/settings";
import { folderBackend, localPassphrase } from "../../../tools/cli/environment";

/** What a finished command printed, and how it ended. */
export interface Outcome {
  /** Exit code, or the signal that ended it. */
  exit: number | NodeJS.Signals;
  /** Standard output and standard error, interleaved. */
  text: string;
}

/** A command that is still running. */
export interface Running {
  process: ChildProcess;
  /** Resolves with the first line that matches; rejects when the command ends before. */
  line(pattern: RegExp): Promise<string>;
  outcome: Promise<Outcome>;
}

/** Points the Pulumi CLI, run from this process, at an empty state folder that only the tests use. */
export function useTestState(): void {
  const state = join(projectRoot, ".local", "e2e", "state");
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  process.env.PULUMI_BACKEND_URL = folderBackend(state);
  process.env.PULUMI_CONFIG_PASSPHRASE = localPassphrase;
}

/** Content of a stack file. */
export interface StackFile {
  config: Record<string, unknown>;
}

/**
 * One stack whose stack file a test makes from one that users have. It lies beside those, since the engine looks
 * nowhere else, and goes with the stack.
 */
export class TestStack {
  private readonly file: string;

  constructor(
    readonly name: string,
    private content: StackFile,
  ) {
    this.file = stackFilePath(name);
  }

  /** Makes the stack unless it is there. */
  async select(): Promise<void> {
    writeFileSync(this.file, stringify(this.content));
    await this.succeed(["stack", "select", "--create", this.name]);
    // The engine has added the salt of the stack's encryption.
    this.content = parse(readFileSync(this.file, "utf8")) as StackFile;
  }

  /** Changes the stack file, as a user does in an editor. */
  edit(change: (config: StackFile["config"]) => void): void {
    change(this.content.config);
    writeFileSync(this.file, stringify(this.content));
  }

  /** Writes a secret into the stack file as a user does, `value` by standard input. */
  async setSecret(path: string, value: string): Promise<void> {
    const running = this.start(["config", "set", "--secret", "--path", path, "--stack", this.name], value);
    const { exit, text } = await running.outcome;
    if (exit !== 0) throw new Error(`pulumi config set ended with ${exit}:\n${text}`);
    this.content = parse(readFileSync(this.file, "utf8")) as StackFile;
  }

  /** @throws with everything the engine printed when it fails. */
  async up(...flags: string[]): Promise<string> {
    return this.succeed(["up", "--yes", "--skip-preview", ...this.flags(), ...flags]);
  }

  /** An `up` that has to fail; what it printed. */
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

  /** Takes the lock of a killed engine away. */
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

  /** The state as it is stored, secrets encrypted. */
  async state(): Promise<{ deployment: { resources?: { urn: string; type: string }[] } }> {
    const text = await this.succeed(["stack", "export", "--stack", this.name]);
    return JSON.parse(text) as { deployment: { resources?: { urn: string; type: string }[] } };
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
    const child = spawn("pulumi", args, { cwd: projectRoot, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.end(input);
    return follow(child);
  }
}

/**
 * Ends what a killed command has left running: plugins leave its process group, but not its session.
 */
export function endOrphans({ process: { pid } }: Running): void {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  for (const number of numbers) {
    if (sessionOf(number) === pid) process.kill(Number(number), "SIGKILL");
  }
}

/** Session of a process; undefined when it has ended meanwhile. */
function sessionOf(number: string): number | undefined {
  try {
    // Fields after the name, which is in brackets and may itself have some: state, parent, group, session.
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

function follow(child: ChildProcess): Running {
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
