import { clusterPaths } from "../../local-cluster/settings";
import { hasGroups, installGroups } from "../installer/main";
import { forgetCluster, isFromEarlierCluster, needsNoStart, rememberCluster, runLocalCluster } from "./local-cluster";
import { heading, say } from "../../lib/progress";
import { PulumiStack } from "./pulumi";
import { readStackFile, type StackFile } from "./stack-file";
import type { Group } from "../installer/tool";

export interface PrepareOptions {
  /** Groups of tools beside the stack's own. Default: none. */
  further?: readonly Group[];
  /** Called before anything is installed or started; an error of it ends the preparation. Default: no call. */
  check?: () => Promise<void>;
}

/** Prepares tools, cluster and stack for pulumi. */
export async function prepare(name: string, { further = [], check }: PrepareOptions = {}): Promise<PulumiStack> {
  const file = readStackFile(name);
  const groups = groupsOf(file, further);
  const isInstalled = hasGroups(groups);
  // A look at the cluster is mostly a wait for its answers. The check goes on beside it.
  const isUp = file.isLocal && isInstalled ? needsNoStart(file.localCluster) : Promise.resolve(false);
  await check?.();
  if (!isInstalled) await installGroups(groups);
  const stack = new PulumiStack(file);
  const { isLocal, localCluster, hasSnapshots, hasMetrics } = stack.stack;
  if (isLocal) {
    heading("Local cluster: up");
    if (await isUp) say(`The local cluster is up: ${clusterPaths(localCluster).kubeconfig}`);
    else await runLocalCluster(localCluster, "up");
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
  await installGroups(groupsOf(readStackFile(name), further));
}

function groupsOf({ isLocal, imageTools, hasSnapshots, hasMetrics }: StackFile, further: readonly Group[]): Group[] {
  return [
    ...(isLocal ? (["engine", ...imageTools, "cluster"] as const) : (["engine"] as const)),
    ...(hasSnapshots ? (["snapshots"] as const) : []),
    ...(hasMetrics ? (["metrics"] as const) : []),
    ...further,
  ];
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
