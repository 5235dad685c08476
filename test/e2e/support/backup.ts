/** Backups of networks on the local cluster, as operations.md says how to take them. */
import assert from "node:assert/strict";
import { run } from "../../../lib/process";
import { defaultCluster } from "../../../local-cluster/settings";

/** Runs kubectl on the default local cluster. */
export function kubectl(...words: string[]): Promise<string> {
  return run("kubectl", ["--kubeconfig", defaultCluster.paths.kubeconfig, ...words]);
}

/**
 * Takes a backup by a job of this name, and returns its moment.
 *
 * @param snapshots number of volumes that it copies
 */
export async function backUp(network: string, job: string, snapshots: number): Promise<string> {
  const inNamespace = ["--namespace", `${network}-backup`];
  await kubectl("create", "job", job, "--from=cronjob/backup", ...inNamespace);
  await kubectl("wait", `job/${job}`, "--for=condition=complete", "--timeout=180s", ...inNamespace);
  const log = await kubectl("logs", `job/${job}`, ...inNamespace);
  const [, moment, count] = /^backup (\w+): (\d+) snapshots are ready$/m.exec(log) ?? [];
  assert.ok(moment !== undefined, log);
  assert.equal(Number(count), snapshots);
  return moment;
}
