/** Stories: tests that build on each other. */
import assert from "node:assert/strict";
import type { Suite } from "mocha";
import type * as k8s from "@kubernetes/client-node";
import { isReady, startCluster, type Cluster } from "./kubernetes";
import { useTestState, type TestStack } from "./pulumi";

/** Numbers of lines of each container's log, and of events, in a report. */
const logLines = 12;
const warnings = 20;
/** Consensus messages are thousands of characters long. */
const lineLength = 240;

/**
 * Ends `suite` with its first failed test: later tests build on it, and would fail after minutes of waiting. Prints the
 * clusters' facts about the network's pods while they still exist.
 *
 * @param prefix start of the names of the network's namespaces
 * @param clusters the cluster of the network, or those of its parts
 */
export function inSteps(suite: Suite, prefix: string, clusters: () => Cluster | readonly Cluster[]): void {
  suite.afterEach("stops at the first failure", async function () {
    if (this.currentTest?.state !== "failed") return;
    const lines = await Promise.all([clusters()].flat().map((cluster) => report(cluster, prefix)));
    console.log(
      lines
        .flat()
        .map((line) => `      ${line.slice(0, lineLength)}`)
        .join("\n"),
    );
    throw new Error(`the steps after "${this.currentTest.title}" stand on it and were left out`);
  });
}

/**
 * Begins a story of one stack: with an empty state, and a cluster without what an earlier run has left there.
 *
 * @param prefix start of the names of the network's namespaces
 * @param storageGeneration number at the end of the names of its storage classes, which belong to the whole cluster
 */
export async function beginStory(stack: TestStack, prefix: string, storageGeneration: number): Promise<Cluster> {
  useTestState();
  const cluster = await startCluster();
  await cluster.removeLeftovers(prefix, `-${storageGeneration}`);
  await stack.select();
  return cluster;
}

/** Ends a stack's story: destroys it, which must leave no resource in the state, and removes it. */
export async function endStory(stack: TestStack): Promise<void> {
  await stack.destroy();
  assert.deepEqual((await stack.state()).deployment.resources ?? [], []);
  await stack.remove();
}

async function report(cluster: Cluster, prefix: string): Promise<string[]> {
  const pods = await cluster.pods(prefix);
  const events = (await cluster.warnings(prefix)).slice(-warnings);
  const logs = await Promise.all(pods.map((pod) => lastWords(cluster, pod)));
  return [...pods.map(condition), ...events, ...logs.flat()];
}

function condition(pod: k8s.V1Pod): string {
  const { metadata, spec, status } = pod;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = containers.flatMap(({ name, state }) =>
    state?.waiting === undefined ? [] : [`${name} waits: ${state.waiting.reason} ${state.waiting.message ?? ""}`],
  );
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  return [
    `${metadata?.namespace}/${metadata?.name} on ${spec?.nodeName ?? "no node"}: ${status?.phase}`,
    isReady(pod) ? "ready" : "not ready",
    `${containers.reduce((sum, { restartCount }) => sum + restartCount, 0)} restarts`,
    ...(metadata?.deletionTimestamp === undefined ? [] : ["going"]),
    ...waiting,
    ...(scheduled?.message === undefined ? [] : [scheduled.message]),
  ].join(", ");
}

async function lastWords(cluster: Cluster, { metadata, spec }: k8s.V1Pod): Promise<string[]> {
  const [name, namespace] = [metadata?.name ?? "", metadata?.namespace ?? ""];
  const container = spec?.containers[0]?.name;
  try {
    const text = await cluster.core.readNamespacedPodLog({ name, namespace, container, tailLines: logLines });
    return [`--- ${namespace}/${name} ${container}`, ...text.trimEnd().split("\n")];
  } catch (error) {
    return [`--- ${namespace}/${name} ${container}: no log: ${String(error).split("\n")[0]}`];
  }
}
