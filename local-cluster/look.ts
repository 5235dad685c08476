import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { recordedCluster } from "./clusters";
import { checkOwner } from "./delete";
import { hostStatus } from "./host/host";
import { allImages } from "./images/catalog";
import { missingImages } from "./images/import";
import { buildImage } from "./images/store";
import { withMachineLock } from "./machine-lock";
import { works } from "./readiness";
import { readRecord } from "./record";
import { checkRequirements } from "./requirements";
import { nodeHosts, type LocalCluster, type NodeHost } from "./settings";

/** Longest look, in milliseconds. A part that needs longer for an answer is one to be waited for. */
const patienceMs = 5000;

/**
 * Whether the cluster of a name is up with every part and every image, so that its start would do nothing. False also where another
 * command changes the cluster: the start itself has to tell or to mend.
 *
 * @throws Error where the cluster or an image cannot be looked at
 */
export async function isStillUp(name: string): Promise<boolean> {
  const cluster = recordedCluster(name);
  const record = cluster && readRecord(cluster);
  if (cluster === undefined || record?.runtime !== "builtin" || record.phase !== "running") return false;
  const nodes = nodeHosts(cluster, record.nodes);
  const look = async (): Promise<boolean> => {
    checkRequirements();
    checkOwner();
    // A host that is frozen would let each question to it wait.
    if (!allRun(cluster, nodes) || !existsSync(cluster.paths.kubeconfig)) return false;
    const looks = await Promise.all([answers(cluster, nodes), hasImages(cluster, nodes)]);
    return looks.every(Boolean);
  };
  return withMachineLock(look, { patienceMinutes: 0 });
}

/** An image is made anew after a change of its parts, and the start would wait for it, too. */
async function hasImages(cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<boolean> {
  const images = await Promise.all(allImages.map(buildImage));
  const missing = await Promise.all(nodes.map(({ name }) => missingImages(cluster, name, images)));
  return missing.flat().length === 0;
}

function allRun(cluster: LocalCluster, nodes: readonly NodeHost[]): boolean {
  const hosts = [cluster.controlPlane, ...nodes].map((host) => hostStatus(cluster, host));
  return hosts.every(({ state, plugged }) => state === "running" && plugged);
}

/** Whether each part answers within the patience that it works. */
async function answers(cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<boolean> {
  const end = new AbortController();
  try {
    return await Promise.race([works(cluster, nodes), pause(patienceMs, false, { signal: end.signal })]);
  } finally {
    end.abort();
  }
}
