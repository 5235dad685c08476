import { CommandError, run } from "../../../lib/process";
import { projectRoot } from "../../../local-cluster/settings";

/** Runs a target of make, and resolves to everything that it printed. @throws Error with that, when it fails */
export async function make(target: string): Promise<string> {
  try {
    return await run("sh", ["-c", 'exec make --no-print-directory "$0" 2>&1', target], { cwd: projectRoot });
  } catch (error) {
    throw error instanceof CommandError ? new Error(`${error.message}\n${error.stdout}`) : error;
  }
}
