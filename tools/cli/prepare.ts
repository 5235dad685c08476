import { installGroups } from "../installer/main";
import { forgetCluster, isFromEarlierCluster, rememberCluster, runLocalCluster } from "./local-cluster";
import { heading, say } from "../../lib/progress";
import { PulumiStack } from "./pulumi";
import { readStackFile } from "./stack-file";
import type { Group } from "../installer/tool";

/**
 * Prepares tools, cluster and stack for pulumi.
 *
 * @param further groups of tools beside the stack's own
 */
export async function prepare(name: string, further: readonly Group[] = []): Promise<PulumiStack> {
  await installFor(name, further);
  const stack = new PulumiStack(readStackFile(name));
  const { isLocal, localCluster, hasSnapshots, hasMetrics } = stack.stack;
  if (isLocal) {
    heading("Local cluster: up");
    await runLocalCluster(localCluster, "up");
    if (hasSnapshots) await runLocalCluster(localCluster, "snapshots", "start");
    if (hasMetrics) await runLocalCluster(localCluster, "metrics", "start");
    forgetLostNetwork(stack);
  }
  stack.select();
  stack.recover();
  if (isLocal) rememberCluster(stack.stack);
  return stack;
}

/** Installs the tools of a stack: the engine, and for local stacks the local cluster and the content of its images. */
export async function installFor(name: string, further: readonly Group[] = []): Promise<void> {
  const { isLocal, imageTools, hasSnapshots, hasMetrics } = readStackFile(name);
  await installGroups([
    ...(isLocal ? (["engine", ...imageTools, "cluster"] as const) : (["engine"] as const)),
    ...(hasSnapshots ? (["snapshots"] as const) : []),
    ...(hasMetrics ? (["metrics"] as const) : []),
    ...further,
  ]);
}

function forgetLostNetwork(stack: PulumiStack): void {
  const { name } = stack.stack;
  if (!isFromEarlierCluster(stack.stack)) return;
  say(`The local cluster that ${name} ran on is gone, and the network with it: starting from nothing`);
  if (stack.exists()) {
    stack.recover();
    stack.forget();
  }
  forgetCluster(name);
}
