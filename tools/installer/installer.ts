import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { downloadTool, DownloadError } from "./download";
import { buildTool } from "./go-build";
import { findMachineTool } from "./machine-path";
import { isAlive } from "../../lib/process-identity";
import { say, step } from "../../lib/progress";
import { fingerprint, outdatedPrograms, programStates, readStamp, writeStamp, type Source } from "./stamp";
import { thisPlatform, type Tool } from "./tool";

/** Folders that an installation reads and fills, see paths.ts. */
export interface InstallFolders {
  bin: string;
  stamps: string;
  logs: string;
  unfinished: string;
  goModules: string;
  pulumiHome: string;
}

/**
 * Installs tools into one folder, each from the first source that has it: the machine's PATH, the official download, a
 * build from pinned Go modules. Unchanged tools stay as they are.
 *
 * Unfinished programs are in a folder of their own and are renamed when complete, so an interrupted installation leaves
 * no incomplete program.
 */
export class Installer {
  /** Set by the first download without an answer. Other downloads of this run are then not tried. */
  private offline = false;

  constructor(
    private readonly folders: InstallFolders,
    private readonly machinePath: string | undefined,
  ) {}

  /** @throws UserError when no source has a tool */
  async install(tools: readonly Tool[]): Promise<void> {
    for (const tool of tools) {
      const programs = this.outdated(tool);
      if (programs.length > 0) await this.installTool(tool, programs);
    }
    this.offerPlugins(tools);
  }

  /** Links the plugins among installed tools into the engine's home, where the engine looks for them. */
  offerPlugins(tools: readonly Tool[]): void {
    for (const tool of tools) if (tool.pulumiPlugin !== undefined) this.offerToEngine(tool, tool.pulumiPlugin);
  }

  /** The programs of a tool that {@link install} would install. */
  outdated(tool: Tool): string[] {
    return outdatedPrograms(
      tool,
      readStamp(this.folders.stamps, tool.name),
      (source) => this.fingerprint(tool, source),
      programStates(this.folders.bin, tool.programs),
    );
  }

  private async installTool(tool: Tool, programs: readonly string[]): Promise<void> {
    const start = performance.now();
    this.removeLeftovers();
    const unfinished = join(this.folders.unfinished, `${tool.name}.${process.pid}`);
    mkdirSync(unfinished, { recursive: true });
    try {
      const source =
        this.link(tool, unfinished) ??
        (await this.download(tool, unfinished)) ??
        (await this.build(tool, programs, unfinished));
      const adopted = source === "build" ? programs : tool.programs;
      this.adopt(tool, source, adopted, unfinished, start);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }

  private link(tool: Tool, unfinished: string): Source | undefined {
    const files = findMachineTool(tool, this.machinePath, this.folders.bin);
    if (!files) return undefined;
    for (const [program, file] of Object.entries(files)) symlinkSync(file, join(unfinished, program));
    say(`${tool.name}: using ${Object.values(files).join(", ")}`);
    return "path";
  }

  private async download(tool: Tool, unfinished: string): Promise<Source | undefined> {
    if (!tool.downloads || this.offline) return undefined;
    try {
      await step(`${tool.name} ${tool.version}: downloading`, () => downloadTool(tool, thisPlatform, unfinished));
      return "download";
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      this.offline = error.unreachable;
      say(`${error.message}: building from pinned Go modules instead${this.offline ? ", as all that follow" : ""}`);
      return undefined;
    }
  }

  private async build(tool: Tool, programs: readonly string[], unfinished: string): Promise<Source> {
    const { goModules, logs } = this.folders;
    const log = join(logs, `${tool.name}.log`);
    await step(`${tool.name} ${tool.version}: building ${programs.join(", ")}`, () =>
      buildTool(tool, programs, { goModules, output: unfinished, log }),
    );
    return "build";
  }

  /** Renames finished programs into place, then records them. An interruption in between repeats the installation. */
  private adopt(tool: Tool, source: Source, programs: readonly string[], unfinished: string, start: number): void {
    mkdirSync(this.folders.bin, { recursive: true });
    for (const program of programs) {
      if (source !== "path") chmodSync(join(unfinished, program), 0o755);
      renameSync(join(unfinished, program), join(this.folders.bin, program));
    }
    const states = programStates(this.folders.bin, tool.programs);
    const missing = tool.programs.filter((program) => !states[program]);
    if (missing.length > 0) throw new Error(`Installing ${tool.name} brought no ${missing.join(", ")}.`);
    writeStamp(this.folders.stamps, tool.name, {
      source,
      fingerprint: this.fingerprint(tool, source),
      programs: states as Record<string, { size: number; modified: number }>,
      seconds: (performance.now() - start) / 1000,
    });
  }

  /** The engine looks for a plugin under a name with the version. */
  private offerToEngine(tool: Tool, plugin: string): void {
    const folder = join(this.folders.pulumiHome, "plugins", `resource-${plugin}-v${tool.version}`);
    for (const program of tool.programs) {
      const link = join(folder, program);
      if (existsSync(link)) continue;
      mkdirSync(folder, { recursive: true });
      rmSync(link, { force: true });
      symlinkSync(join(this.folders.bin, program), link);
    }
  }

  private fingerprint(tool: Tool, source: Source): string {
    return fingerprint(tool, source, this.folders.goModules);
  }

  /** Removes unfinished programs of killed processes. */
  private removeLeftovers(): void {
    if (!existsSync(this.folders.unfinished)) return;
    for (const name of readdirSync(this.folders.unfinished)) {
      const pid = Number(name.split(".").at(-1));
      if (!isAlive(pid)) rmSync(join(this.folders.unfinished, name), { recursive: true, force: true });
    }
  }
}
