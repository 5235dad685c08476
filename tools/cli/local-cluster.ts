import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WatchedNetwork } from "../../local-cluster/monitoring/watched-network";
import { paths, projectRoot } from "../paths";
import { ask, CommandError, follow, run } from "../../lib/process";
import { say } from "../../lib/progress";
import { UserError } from "../../lib/user-error";

/** Commands of `local-cluster/`, and the memory of which local cluster a stack was deployed on. */

const node = [
  "-r",
  join(projectRoot, "tools", "runtime", "typescript-cache.cjs"),
  join(projectRoot, "local-cluster", "main.ts"),
];

/** @throws UserError when the command fails, after the command's own message */
export async function runLocalCluster(
  ...command: ["up" | "down"] | ["images", "load", "all"] | ["monitoring", "stop", string]
): Promise<void> {
  const code = await follow(process.execPath, [...node, ...command], { cwd: projectRoot });
  if (code !== 0) {
    throw new UserError(`The local cluster: ${command.join(" ")} ended with code ${code}; its own message is above.`);
  }
}

/**
 * Starts Prometheus and Alertmanager on the local cluster, or turns them to another network.
 *
 * @throws UserError when the command fails, with the command's own message
 */
export async function watchOnLocalCluster(network: WatchedNetwork): Promise<void> {
  const words = [...node, "monitoring", "start"];
  try {
    say((await run(process.execPath, words, { cwd: projectRoot, input: JSON.stringify(network) })).trimEnd());
  } catch (error) {
    if (error instanceof CommandError) throw new UserError(error.stderr.trim());
    throw error;
  }
}

/** Whether there is a local cluster. */
export function isLocalClusterUp(): boolean {
  return ask(process.execPath, [...node, "status"], { cwd: projectRoot }).code === 0;
}

/**
 * Whether the stack's resources were made on an earlier local cluster than the current one. Such resources no longer
 * exist: each new local cluster has a new certificate authority and no data.
 */
export function isFromEarlierCluster(stack: string): boolean {
  const file = clusterFile(stack);
  return existsSync(file) && readFileSync(file, "utf8") !== clusterIdentity();
}

/** Remembers that the stack's resources are made on the current cluster. */
export function rememberCluster(stack: string): void {
  mkdirSync(paths.localState, { recursive: true });
  writeFileSync(clusterFile(stack), clusterIdentity());
}

export function forgetCluster(stack: string): void {
  rmSync(clusterFile(stack), { force: true });
}

function clusterFile(stack: string): string {
  return join(paths.localState, `${stack}.cluster`);
}

/** SHA-256 of the certificate authority in the kubeconfig. */
function clusterIdentity(): string {
  const kubeconfig = JSON.parse(readFileSync(paths.localKubeconfig, "utf8")) as {
    clusters: { cluster: Record<string, string> }[];
  };
  const authority = kubeconfig.clusters[0]?.cluster["certificate-authority-data"] ?? "";
  return createHash("sha256").update(authority).digest("hex");
}
