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
import { hostHome, nodeHosts, paths, type NodeHost } from "./settings";

/** Creates a cluster. Independent steps run side by side. */
export async function create(nodeCount: number, progress: Progress): Promise<void> {
  await network.checkRanges();
  rmSync(paths.logs, { recursive: true, force: true });
  const kernelSettings = network.insufficientKernelSettings();
  await network.tellBridges(kernelSettings);
  const record: ClusterRecord = { runtime: "builtin", phase: "starting", nodes: nodeCount, kernelSettings };
  writeRecord(record);
  await progress.phase("guard: no packet for the cluster leaves this machine", network.raiseGuard);

  const nodes = nodeHosts(nodeCount);
  const images = progress.phase("images: built and unpacked", () => prepareImages(nodes));
  const access = progress.phase("keys, certificates, network", () => prepareHosts(nodes, record));
  const api = access.then(() => startControlPlane(nodes, progress));
  const hosts = Promise.all([images, access]).then(() => startNodes(nodes));
  await allDone([images, access, api, hosts]);
  await ready.settled(nodes, progress);
  writeRecord({ ...record, phase: "running" });
}

async function prepareImages(nodes: readonly NodeHost[]): Promise<void> {
  await updateStore(await Promise.all(allImages.map(buildImage)));
  await Promise.all(nodes.map((node) => copyStore(join(hostHome(node.name), "var-lib", "containerd"))));
}

async function prepareHosts(nodes: readonly NodeHost[], record: ClusterRecord): Promise<void> {
  mkdirSync(paths.volumes, { recursive: true });
  network.adjustKernelSettings(record.kernelSettings);
  await Promise.all([createAccess(nodes), network.createBridge()]);
}
