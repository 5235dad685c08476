/** A small Pulumi program with its own folder and state, run by the real CLI with the real plugin. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { folderBackend } from "../../tools/cli/environment";
import { paths, projectRoot } from "../../tools/paths";

export interface ProgramOptions {
  /** Default: `ledger-test`. */
  project?: string;
  /** Default: `test`. */
  stack?: string;
  /** Folders of provider plugins besides our own, by package. */
  plugins?: Record<string, string>;
  /** Variables for the engine and its child processes. PATH comes before that of the tools. */
  environment?: Record<string, string>;
}

export interface Outcome {
  /** Exit code; undefined when a signal ended the command. */
  exit: number | undefined;
  /** Standard output and error together. */
  text: string;
}

export interface Running {
  process: ChildProcess;
  outcome: Promise<Outcome>;
}

/** A step of a preview: https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go */
export interface PlannedStep {
  op: string;
  urn: string;
  replaceReasons?: string[];
  diffReasons?: string[];
}

/** A completed step of an `up`. */
export interface DoneStep {
  op: string;
  urn: string;
}

/** A resource in the state file. */
export interface StoredResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

export class PulumiProgram {
  private readonly environment: Record<string, string>;

  private constructor(
    private readonly directory: string,
    private readonly options: ProgramOptions,
  ) {
    this.environment = { ...options.environment };
  }

  /**
   * @param source TypeScript of index.ts; `provider/sdk` stands for this project's own, and `input` for the JSON
   * of {@link setInput}
   */
  static async create(source: string, options: ProgramOptions = {}): Promise<PulumiProgram> {
    const directory = mkdtempSync(join(tmpdir(), "ledger-pulumi-"));
    const program = new PulumiProgram(directory, options);
    const plugins = { ledger: join(projectRoot, "provider"), ...options.plugins };
    for (const folder of ["home", "state", "program"]) mkdirSync(join(directory, folder));
    const files = {
      "Pulumi.yaml": stringify({
        name: program.project,
        // As in this project's own Pulumi.yaml: the compiled TypeScript is cached.
        runtime: { name: "nodejs", options: { typescript: false } },
        main: "index.cjs",
        plugins: {
          providers: Object.entries(plugins).map(([name, path]) => ({ name, path })),
          analyzers: [{ name: "policy-node-from-source", path: paths.policyPack }],
        },
      }),
      "package.json": JSON.stringify({ name: program.project, private: true }),
      "index.cjs": `require(${JSON.stringify(join(projectRoot, "tools", "runtime", "typescript-cache.cjs"))});\nmodule.exports = require("./index.ts");\n`,
      "index.ts": source.replaceAll("provider/sdk", join(projectRoot, "provider", "sdk")),
      "tsconfig.json": readFileSync(join(projectRoot, "tsconfig.json"), "utf8"),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, "program", name), content);
    symlinkSync(join(projectRoot, "node_modules"), join(directory, "program", "node_modules"));
    program.setInput({});
    await program.succeed("stack", "init", program.stack);
    return program;
  }

  /** Sets the content of `require("./input.json")` in the program. */
  setInput(input: object): void {
    writeFileSync(join(this.directory, "program", "input.json"), JSON.stringify(input));
  }

  /** Writes the stack file's `config`, like a user. */
  setConfig(config: Record<string, unknown>): void {
    const file = join(this.directory, "program", `Pulumi.${this.stack}.yaml`);
    const salt = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, stringify({ ...salt, config }));
  }

  /** Sets a variable for all further commands, or removes it. */
  setVariable(name: string, value: string | undefined): void {
    if (value === undefined) delete this.environment[name];
    else this.environment[name] = value;
  }

  up(...flags: string[]): Promise<string> {
    return this.succeed("up", "--yes", "--skip-preview", ...flags);
  }

  /** Runs an `up`. Returns its steps in order, without unchanged resources. */
  async upSteps(): Promise<DoneStep[]> {
    const file = join(this.directory, "events.jsonl");
    rmSync(file, { force: true });
    await this.up("--event-log", file);
    const events = readFileSync(file, "utf8").split("\n").filter(Boolean);
    return events.flatMap((line) => {
      const { resOutputsEvent: done } = JSON.parse(line) as { resOutputsEvent?: { metadata: DoneStep } };
      return done === undefined || /^(same|read)/.test(done.metadata.op) ? [] : [done.metadata];
    });
  }

  /** @throws Error with the whole output when the command fails. */
  async succeed(...args: string[]): Promise<string> {
    const { exit, text } = await this.start(...args).outcome;
    if (exit !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exit}:\n${text}`);
    return text;
  }

  /** Steps that an `up` would do, without unchanged resources. */
  async plan(...flags: string[]): Promise<PlannedStep[]> {
    const { exit, text } = await this.start("preview", "--json", "--suppress-progress", ...flags).outcome;
    const { steps = [], diagnostics } = JSON.parse(text.slice(text.search(/^\{$/m))) as {
      steps?: PlannedStep[];
      diagnostics?: { message: string }[];
    };
    if (exit !== 0) {
      throw new Error(`pulumi preview ended with ${exit}:\n${diagnostics?.map(({ message }) => message).join("")}`);
    }
    return steps.filter(({ op }) => op !== "same" && op !== "read");
  }

  start(...args: string[]): Running {
    const { PATH: first = "", ...environment } = this.environment;
    const child = spawn(join(paths.bin, "pulumi"), [...args, "--non-interactive", "--color", "never"], {
      cwd: join(this.directory, "program"),
      env: {
        ...process.env,
        ...environment,
        PATH: [first, join(projectRoot, ".tools", "node", "node_modules", ".bin"), paths.bin, process.env.PATH]
          .filter(Boolean)
          .join(delimiter),
        PULUMI_HOME: join(this.directory, "home"),
        PULUMI_BACKEND_URL: folderBackend(join(this.directory, "state")),
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Enables the flag --event-log, among others.
        PULUMI_DEBUG_COMMANDS: "true",
        // The engine's home is empty, so it must take the Kubernetes plugin on PATH, even if the tests' environment forbids this.
        PULUMI_IGNORE_AMBIENT_PLUGINS: "false",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    const collect = (chunk: Buffer): void => void (text += chunk.toString("utf8"));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const outcome = new Promise<Outcome>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ exit: code ?? undefined, text }));
    });
    return { process: child, outcome };
  }

  private get project(): string {
    return this.options.project ?? "ledger-test";
  }

  private get stack(): string {
    return this.options.stack ?? "test";
  }

  async outputs<T>(): Promise<T> {
    return JSON.parse(await this.succeed("stack", "output", "--json", "--show-secrets")) as T;
  }

  /** Names of the files with the stack's state. */
  stateFiles(): string[] {
    return readdirSync(join(this.directory, "state", ".pulumi", "stacks", this.project));
  }

  /** Text of the state file. */
  stateText(): string {
    return readFileSync(join(this.directory, "state", ".pulumi", "stacks", this.project, `${this.stack}.json`), "utf8");
  }

  async resources(): Promise<StoredResource[]> {
    const text = await this.succeed("stack", "export");
    return (JSON.parse(text) as { deployment: { resources?: StoredResource[] } }).deployment.resources ?? [];
  }

  /** Imports an output of `stack export`. */
  async importState(text: string): Promise<void> {
    const file = join(this.directory, "import.json");
    writeFileSync(file, text);
    await this.succeed("stack", "import", "--file", file);
  }

  async remove(): Promise<void> {
    rmSync(this.directory, { recursive: true });
  }
}
