import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasOwnBackend, localBackend, toolEnvironment } from "./environment";
import { orphanedPrograms } from "./orphans";
import { paths, projectRoot } from "../paths";
import { ask, CommandError, follow, run, terminate } from "../../lib/process";
import { say } from "../../lib/progress";
import { isSelected } from "./selected-stack";
import { projectName, stackFileName, type StackFile } from "./stack-file";
import { forgetEngines, isHeld, noteEngine, pendingOperations, stackLocks } from "./stack-lock";
import { withTemporaryFiles } from "./temporary-files";
import { UpdateLog, type UpdateOptions } from "./update-log";
import { UserError } from "../../lib/user-error";

/** A stack whose file and state are not among the project's own. */
export interface StackHome {
  /** Folder with its stack file, and with a project file for the commands of pulumi that look for one. */
  folder: string;
  /** Where its state is, and the passphrase of its secrets. */
  variables: Record<"PULUMI_BACKEND_URL" | "PULUMI_CONFIG_PASSPHRASE", string>;
}

/** Type of the resource that stops nodes together, before they go on from a backup. */
const stopType = "ledger:kubernetes:Halt";

/** Pulumi's commands on one stack. */
export class PulumiStack {
  readonly environment: NodeJS.ProcessEnv;
  /**
   * Whether {@link recover} found a run that was killed while nodes stopped together. Some of them are down then, of which the state knows
   * nothing before a refresh.
   */
  hasCutStop = false;

  /**
   * @param home Default: the project's stack files, and its state of local stacks or the user's.
   * @throws UserError when a stack that is not local has no backend
   */
  constructor(
    readonly stack: StackFile,
    private readonly home?: StackHome,
  ) {
    if (!stack.isLocal && !hasOwnBackend()) {
      throw new UserError(
        `Stack ${stack.name} is not local, so its state has to live where you keep it: ` +
          `run "pulumi login", or set PULUMI_BACKEND_URL (s3://..., gs://..., azblob://..., file:///...), and run this again.`,
      );
    }
    this.environment = { ...toolEnvironment({ isLocal: stack.isLocal }), ...home?.variables };
    if (this.environment.PULUMI_BACKEND_URL === localBackend) mkdirSync(paths.localState, { recursive: true });
  }

  /**
   * Runs a pulumi command on the stack and shows its output.
   *
   * @throws UserError when the command fails, after the command's own message
   */
  async run(command: string, ...args: string[]): Promise<void> {
    const code = await this.follow([command, ...this.named(), ...args]);
    if (code !== 0) throw new UserError(`pulumi ${command} ended with code ${code}; its own message is above.`);
  }

  /**
   * Like {@link run}, for commands that change resources. Without a terminal it prints a short log, because the engine
   * would print a line for every wait of every resource.
   */
  async change(command: "up" | "refresh" | "destroy", ...args: string[]): Promise<void> {
    if (process.stdout.isTTY) return this.run(command, ...args);
    const log = new UpdateLog(join(this.home?.folder ?? join(projectRoot, ".local"), "updates", this.stack.name));
    const words = [command, ...this.named(), "--non-interactive", ...args, ...log.arguments];
    const code = await log.follow((options) => this.follow(words, options));
    if (code !== 0) throw new UserError(`pulumi ${command} ended with code ${code}; its own message is above.`);
  }

  /** Text of `pulumi preview`. @throws UserError with the text of one that fails */
  previewText(): Promise<string> {
    const words = ["preview", ...this.named(), "--non-interactive", "--color", "never", "--suppress-outputs"];
    return withTemporaryFiles(async (temporary) => {
      try {
        return await run("pulumi", words, { ...this.options(), env: { ...this.environment, ...temporary } });
      } catch (error) {
        // The engine writes to either.
        throw error instanceof CommandError ? new UserError(`${error.message}\n${error.stdout.trim()}`) : error;
      }
    });
  }

  /** Arguments of commands that run the program: the stack, and the path of its file where pulumi would not look. */
  private named(): string[] {
    const { name } = this.stack;
    const file = this.home === undefined ? [] : ["--config-file", join(this.home.folder, stackFileName(name))];
    return ["--stack", name, ...file];
  }

  private async follow(words: readonly string[], options: UpdateOptions = {}): Promise<number> {
    let forgetEngine = (): void => undefined;
    return withTemporaryFiles((temporary) =>
      follow("pulumi", words, {
        cwd: projectRoot,
        stdio: options.stdio,
        env: { ...this.environment, ...temporary, ...options.env },
        started: (pid) => (forgetEngine = noteEngine(this.backend(), projectName(), this.stack.name, pid)),
      }).finally(() => forgetEngine()),
    );
  }

  /**
   * Runs `pulumi preview` with the policy pack.
   *
   * @param file receives the preview as JSON
   * @param events receives the engine's events, one a line: only they have the findings of policies
   * @returns the exit code; a preview that fails is an answer, too
   */
  async previewTo(file: string, events: string): Promise<number> {
    const output = openSync(file, "w");
    const args = [
      "preview",
      "--stack",
      this.stack.name,
      "--non-interactive",
      "--json",
      "--policy-pack",
      paths.policyPack,
    ];
    try {
      return await withTemporaryFiles((temporary) =>
        follow("pulumi", [...args, "--event-log", events], {
          ...this.options(),
          // The engine accepts its option --event-log only when this is set.
          env: { ...this.environment, ...temporary, PULUMI_DEBUG_COMMANDS: "true" },
          stdio: ["ignore", output, "inherit"],
        }),
      );
    } finally {
      closeSync(output);
    }
  }

  /** Whether the backend knows the stack. */
  exists(): boolean {
    const answer = ask("pulumi", ["stack", "ls", "--json"], this.options());
    if (answer.code !== 0) {
      throw new UserError(`pulumi stack ls ended with code ${answer.code}: ${answer.output.trim()}`);
    }
    const stacks = JSON.parse(answer.stdout) as { name: string }[];
    return stacks.some(({ name }) => name === this.stack.name);
  }

  /** Selects the stack, which pulumi commands without --stack then use. Creates it if it is new. */
  select(): void {
    const projectFolder = this.home?.folder ?? projectRoot;
    const [backend, project, stack] = [this.backend(), projectName(), this.stack.name];
    if (isSelected({ pulumiHome: paths.pulumiHome, projectFolder, backend, project, stack })) return;
    const words = ["stack", "select", this.stack.name, "--create", "--non-interactive"];
    // A new stack gets the salt of its encryption in its file, which the command finds by the project file alone.
    const answer = ask("pulumi", words, { ...this.options(), cwd: projectFolder });
    if (answer.code !== 0) {
      throw new UserError(`Stack ${this.stack.name} could not be selected: ${answer.output.trim()}`);
    }
  }

  /**
   * Removes the remains of a killed pulumi: its lock, its plugins and, in local stacks, its pending operations. Such
   * operations can be repeated there without harm. In a cloud the user must check half-made resources; `up` lists them.
   *
   * @throws UserError when a pulumi still works on the stack
   */
  recover(): void {
    this.releaseLock();
    orphanedPrograms(paths.tools).forEach((pid) => terminate(pid));
    if (this.stack.isLocal) this.forgetPendingOperations();
  }

  private releaseLock(): void {
    const locks = stackLocks(this.backend(), projectName(), this.stack.name);
    const held = locks.find((lock) => isHeld(lock));
    if (held) {
      throw new UserError(
        `Stack ${this.stack.name} is being changed by pulumi (process ${held.pid} of ${held.username} on ${held.hostname}, ` +
          `since ${held.timestamp}). Wait for it to end, or stop it, and run this again. If it cannot be seen from here and ` +
          `you know that it has ended: STACK=${this.stack.name} tools/run pulumi cancel --stack ${this.stack.name}`,
      );
    }
    if (locks.length === 0) return;
    say(
      `An earlier pulumi (process ${locks[0]?.pid}) was killed while it changed ${this.stack.name}: releasing its lock`,
    );
    this.ask("cancel", "--yes");
    forgetEngines(this.backend(), projectName(), this.stack.name);
  }

  /** Drops pending operations by an import: https://www.pulumi.com/docs/iac/concepts/state-and-backends/ */
  private forgetPendingOperations(): void {
    if (pendingOperations(this.backend(), projectName(), this.stack.name) === 0) return;
    const state = this.ask("stack", "export");
    const { deployment } = JSON.parse(state) as {
      deployment?: { pending_operations?: { resource?: { type?: string } }[] };
    };
    const pending = deployment?.pending_operations ?? [];
    if (pending.length === 0) return;
    this.hasCutStop = pending.some(({ resource }) => resource?.type === stopType);
    say(`An earlier pulumi was killed in the middle of ${pending.length} operations: they will be done again`);
    const code = ask("pulumi", ["stack", "import", "--stack", this.stack.name], {
      ...this.options(),
      input: state,
    }).code;
    if (code !== 0) {
      throw new UserError(`The state of ${this.stack.name} could not be repaired: run "tools/run pulumi refresh".`);
    }
  }

  /** The stack's outputs, secrets in plain text. */
  outputs(): unknown {
    return JSON.parse(this.ask("stack", "output", "--json", "--show-secrets"));
  }

  /** The stored state as text, secrets in plain text. */
  plainState(): string {
    return this.ask("stack", "export", "--show-secrets");
  }

  /** Deletes the stack's resources, then the stack. The stack file stays. */
  async destroy(): Promise<void> {
    await this.change("destroy", "--yes", "--skip-preview");
    this.forget();
  }

  /** Removes a stack whose resources no longer exist. The stack file stays. */
  forget(): void {
    this.ask("stack", "rm", "--yes", "--force", "--preserve-config");
    this.removeTraces();
  }

  /** Removes backups and history of a removed stack, which have its encrypted secrets. */
  private removeTraces(): void {
    forgetEngines(this.backend(), projectName(), this.stack.name);
    if (this.environment.PULUMI_BACKEND_URL !== localBackend) return;
    const folder = join(paths.localState, ".pulumi");
    for (const kind of ["stacks", "backups", "history", "locks/organization"]) {
      for (const name of ["", ".json.bak"]) {
        rmSync(join(folder, kind, projectName(), `${this.stack.name}${name}`), { recursive: true, force: true });
      }
    }
  }

  /** Value of a stack output, undefined without one. */
  output(name: string): unknown {
    const words = ["stack", "output", name, "--json", "--stack", this.stack.name, "--show-secrets"];
    const { code, stdout } = ask("pulumi", words, this.options());
    return code === 0 ? (JSON.parse(stdout) as unknown) : undefined;
  }

  private ask(command: string, ...args: string[]): string {
    const answer = ask("pulumi", [command, ...args, "--stack", this.stack.name], this.options());
    if (answer.code !== 0) throw new UserError(`pulumi ${command} ${args[0] ?? ""} failed: ${answer.output.trim()}`);
    return answer.stdout;
  }

  /** URL of the backend in the environment; empty without one. */
  private backend(): string {
    return this.environment.PULUMI_BACKEND_URL ?? "";
  }

  private options(): { cwd: string; env: NodeJS.ProcessEnv } {
    return { cwd: projectRoot, env: this.environment };
  }
}
