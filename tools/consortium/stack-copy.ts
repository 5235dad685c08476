/** A company's own copy of its stack file, which the story edits as the company would in an editor. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, stringify } from "yaml";
import { projectName, stackFileName } from "../cli/stack-file";

/** Settings of `network.fabric` that companies change in the story. */
export interface FabricEdit {
  partners?: unknown[];
  channels?: unknown[];
  certificates?: Record<string, number>;
}

export class StackCopy {
  readonly path: string;

  /**
   * @param stack name of the stack
   * @param folder gets the copy, and a project file with which pulumi finds it
   */
  constructor(
    private readonly stack: string,
    private readonly folder: string,
  ) {
    this.path = join(folder, stackFileName(stack));
  }

  /**
   * Makes the copy, unless there is one.
   *
   * @param source folder of the original
   */
  create(source: string): void {
    if (existsSync(this.path)) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder, "Pulumi.yaml"), stringify({ name: projectName(), runtime: "nodejs" }));
    const original = readFileSync(join(source, stackFileName(this.stack)), "utf8");
    // It belongs to another passphrase. Pulumi adds that of the company's own.
    writeFileSync(this.path, original.replace(/^(# Secrets of this stack .*\n)?encryptionsalt: .*\n/m, ""));
  }

  /** Changes settings of `network.fabric`, and keeps everything else with its comments. */
  edit(change: FabricEdit): void {
    for (const [key, value] of Object.entries(change)) this.set([key], value);
  }

  /**
   * Changes one setting, and keeps everything else with its comments.
   *
   * @param path below `network.fabric`, for example `["peerOrganizations", 0, "peers"]`
   */
  set(path: readonly (string | number)[], value: unknown): void {
    const document = parseDocument(readFileSync(this.path, "utf8"));
    document.setIn(["config", `${projectName()}:network`, "fabric", ...path], document.createNode(value));
    writeFileSync(this.path, document.toString({ lineWidth: 0 }));
  }
}
