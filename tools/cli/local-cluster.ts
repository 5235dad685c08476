import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WatchedNetwork } from "../../local-cluster/monitoring/watched-network";
import { clusterPaths } from "../../local-cluster/settings";
import { paths, projectRoot } from "../paths";
import { ask, CommandError, follow, run } from "../../lib/process";
import { say } from "../../lib/progress";
import { UserError } from "../../lib/user-error";
import type { StackFile } from "./stack-file";

/** Commands of `local-cluster/`, and the memory of which local cluster a stack was deployed on. */

const node = [
  "-r",
  join(projectRoot, "tools", "runtime", "typescript-cache.cjs"),
  join(projectRoot, "local-cluster", "main.ts"),
];

/**
 * Runs a command for the local cluster of a name.
 *
 * @throws UserError when the command fails, after the command's own message
 */
export async function runLocalCluster(
  name: string,
  ...command:
    | ["up", ...options: string[]]
    | ["down"]
    | ["link", string, string]
    | ["monitoring", "stop", string]
    | ["metrics", "start"]
    | ["snapshots", "start"]
): Promise<void> {
  const code = await follow(process.execPath, [...node, ...command, "--name", name], { cwd: projectRoot });
  if (code !== 0) {
    throw new UserError(
      `The local cluster ${name}: ${command.join(" ")} ended with code ${code}; its own message is above.`,
    );
  }
}

/** Whether a start of the local cluster of a name would do nothing. False where that cannot be seen: the start tells why. */
export async function needsNoStart(name: string): Promise<boolean> {
  try {
    // Loaded for local stacks alone.
    const { isStillUp } = await import("../../local-cluster/look.ts");
    return await isStillUp(name);
  } catch {
    return false;
  }
}

/**
 * Starts Prometheus and Alertmanager on the local cluster of a name, or turns them to another network.
 *
 * @throws UserError when the command fails, with the command's own message
 */
export async function watchOnLocalCluster(name: string, network: WatchedNetwork): Promise<void> {
  const words = [...node, "monitoring", "start", "--name", name];
  try {
    say((await run(process.execPath, words, { cwd: projectRoot, input: JSON.stringify(network) })).trimEnd());
  } catch (error) {
    if (error instanceof CommandError) throw new UserError(error.stderr.trim());
    throw error;
  }
}

/** Whether there is a local cluster of a name. */
export function isLocalClusterUp(name: string): boolean {
  return ask(process.execPath, [...node, "status", "--name", name], { cwd: projectRoot }).code === 0;
}

/**
 * Whether the stack's resources were made on an earlier local cluster than the current one. Such resources no longer
 * exist: each new local cluster has a new certificate authority and no data.
 */
export function isFromEarlierCluster({ name, localCluster }: StackFile): boolean {
  const file = clusterFile(name);
  return existsSync(file) && readFileSync(file, "utf8") !== clusterIdentity(localCluster);
}

/** Remembers that the stack's resources are made on the current cluster of its name. */
export function rememberCluster({ name, localCluster }: StackFile): void {
  mkdirSync(paths.localState, { recursive: true });
  writeFileSync(clusterFile(name), clusterIdentity(localCluster));
}

export function forgetCluster(stack: string): void {
  rmSync(clusterFile(stack), { force: true });
}

function clusterFile(stack: string): string {
  return join(paths.localState, `${stack}.cluster`);
}

/** SHA-256 of the certificate authority in the kubeconfig of a cluster that is up. */
export function clusterIdentity(name: string): string {
  const kubeconfig = JSON.parse(readFileSync(clusterPaths(name).kubeconfig, "utf8")) as {
    clusters: { cluster: Record<string, string> }[];
  };
  const authority = kubeconfig.clusters[0]?.cluster["certificate-authority-data"] ?? "";
  return createHash("sha256").update(authority).digest("hex");
}
