import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stateFile } from "./stack-lock";

/** A stack as the engine knows it. */
export interface KnownStack {
  /** The engine's own folder, PULUMI_HOME. */
  pulumiHome: string;
  /** Folder of the project file. */
  projectFolder: string;
  /** URL of the backend. */
  backend: string;
  project: string;
  stack: string;
}

/**
 * Whether a stack is there, and is the one that commands of the engine without --stack use. Also false where the engine alone can
 * tell, which takes a start of it. The engine keeps its answer in a file per project file and backend:
 * sdk/go/common/workspace/workspace.go of Pulumi.
 */
export function isSelected({ pulumiHome, projectFolder, backend, project, stack }: KnownStack): boolean {
  const state = stateFile(backend, project, stack);
  if (state === undefined || !existsSync(state)) return false;
  try {
    const text = readFileSync(selectionFile({ pulumiHome, projectFolder, project }), "utf8");
    const { stacks } = JSON.parse(text) as { stacks?: Record<string, string> };
    return stacks?.[backend] === `organization/${project}/${stack}`;
  } catch {
    return false; // The engine makes the file anew.
  }
}

/** File with the selected stack of each backend. */
export function selectionFile({
  pulumiHome,
  projectFolder,
  project,
}: Pick<KnownStack, "pulumiHome" | "projectFolder" | "project">): string {
  const place = createHash("sha1").update(join(projectFolder, "Pulumi.yaml")).digest("hex");
  return join(pulumiHome, "workspaces", `${project}-${place}-workspace.json`);
}
