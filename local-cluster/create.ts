import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { allDone } from "../lib/wait";
import { createAccess } from "./access/access";
import { startControlPlane } from "./control-plane/start";
import { allImages } from "./images/catalog";
import { buildImage, copyStore, updateStore } from "./images/store";
import * as network from "./network/network";
import { startNodes } from "./nodes/start";
import type { Progress } from "../lib/progress";
import * as ready from "./readiness";
import { writeRecord, type ClusterRecord } from "./record";
import { defaultCluster, hostHome, nodeHosts, type LocalCluster, type NodeHost } from "./settings";

/** Creates a cluster. Independent steps run side by side. */
export async function create(cluster: LocalCluster, nodeCount: number, progress: Progress): Promise<void> {
  await network.checkRanges(cluster);
  rmSync(cluster.paths.logs, { recursive: true, force: true });
  const kernelSettings = network.insufficientKernelSettings();
  await network.tellBridges(kernelSettings);
  const { slot } = cluster;
  const record: ClusterRecord = {
    runtime: "builtin",
    phase: "starting",
    nodes: nodeCount,
    kernelSettings,
    ...(slot === defaultCluster.slot ? {} : { slot }),
  };
  writeRecord(cluster, record);
  await progress.phase("guard: no packet for the cluster leaves this machine", () => network.raiseGuard(cluster));

  const nodes = nodeHosts(cluster, nodeCount);
  const images = progress.phase("images: built and unpacked", () => prepareImages(cluster, nodes));
  const access = progress.phase("keys, certificates, network", () => prepareHosts(cluster, nodes, record));
  const api = access.then(() => startControlPlane(cluster, nodes, progress));
  const hosts = Promise.all([images, access]).then(() => startNodes(cluster, nodes));
  await allDone([images, access, api, hosts]);
  await ready.settled(cluster, nodes, progress);
  writeRecord(cluster, { ...record, phase: "running" });
}

async function prepareImages(cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<void> {
  await updateStore(await Promise.all(allImages.map(buildImage)));
  await Promise.all(nodes.map((node) => copyStore(join(hostHome(cluster, node.name), "var-lib", "containerd"))));
}

async function prepareHosts(cluster: LocalCluster, nodes: readonly NodeHost[], record: ClusterRecord): Promise<void> {
  mkdirSync(cluster.paths.volumes, { recursive: true });
  network.adjustKernelSettings(record.kernelSettings);
  await Promise.all([createAccess(cluster, nodes), network.createBridge(cluster)]);
}
