/** Temporary files of a run of pulumi, which must not outlive it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../lib/process-identity";
import { paths } from "../paths";

/**
 * Runs `work` with an empty folder for temporary files, and removes the folder at the end, with those of runs that were
 * killed. Plugins leave files there: that of Kubernetes a kubeconfig with its credentials in each run.
 *
 * @param folder Folder of all runs. Default: one in `.local`.
 */
export async function withTemporaryFiles<T>(
  work: (environment: { TMPDIR: string }) => Promise<T>,
  folder: string = paths.temporary,
): Promise<T> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    if (!isAlive(Number.parseInt(name, 10))) remove(join(folder, name));
  }
  const own = mkdtempSync(join(folder, `${process.pid}-`));
  try {
    return await work({ TMPDIR: own });
  } finally {
    remove(own);
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
