import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient, createAccess, publishKubeconfig } from "./access";
import { allDone } from "./all-done";
import type { ApiClient } from "./api";
import { controlPlaneFiles } from "./control-plane";
import { findLeftHosts, hostStatus, plugHost, startHost, thawHost, type HostStatus } from "./host";
import { allImages } from "./images/catalog";
import { buildImage, copyStore, updateStore } from "./images/store";
import * as network from "./network";
import { nodeFiles } from "./node";
import type { Progress } from "./progress";
import * as ready from "./readiness";
import { readRecord, writeRecord, type ClusterRecord } from "./record";
import { checkOwner, removeCluster } from "./removal";
import { checkRequirements } from "./requirements";
import { writeHostFiles } from "./service";
import { controlPlane, hostHome, nodeHosts, paths, type Host, type NodeHost } from "./settings";

/** The built-in cluster: Kubernetes on this machine, without a container engine. */

/**
 * Brings the cluster up, or back up what is not running of it. What an interrupted start left is removed first.
 *
 * @throws Error when it is up with another number of nodes, or says which service failed and what its log says.
 */
export async function up(nodeCount: number, progress: Progress): Promise<void> {
  checkRequirements();
  checkOwner();
  const record = readRecord();
  if (record?.phase === "running") return resume(record, nodeCount, progress);
  if (record !== undefined || findLeftHosts().length > 0) {
    await progress.phase("remains of an interrupted start: removed", () => removeCluster({ keepGuard: true }));
  }
  try {
    await create(nodeCount, progress);
  } catch (error) {
    await progress.phase("what was started: removed", () => removeCluster({ keepGuard: false }));
    throw error;
  }
}

async function create(nodeCount: number, progress: Progress): Promise<void> {
  await network.checkRanges();
  rmSync(paths.logs, { recursive: true, force: true });
  const kernelSettings = network.insufficientKernelSettings();
  const record: ClusterRecord = { runtime: "builtin", phase: "starting", nodes: nodeCount, kernelSettings };
  writeRecord(record);
  await progress.phase("guard: no packet for the cluster leaves this machine", network.raiseGuard);

  const nodes = nodeHosts(nodeCount);
  const images = progress.phase("images: built and unpacked", () => prepareImages(nodes));
  const ground = progress.phase("keys, certificates, network", () => prepareGround(nodes, record));
  const api = ground.then(() => startControlPlane(nodes, progress));
  const hosts = Promise.all([images, ground]).then(() => startNodes(nodes));
  await allDone([images, ground, api, hosts]);
  await settle(nodes, progress);
  writeRecord({ ...record, phase: "running" });
}

async function prepareImages(nodes: readonly NodeHost[]): Promise<void> {
  await updateStore(await Promise.all(allImages.map(buildImage)));
  await Promise.all(nodes.map((node) => copyStore(join(hostHome(node.name), "var-lib", "containerd"))));
}

async function prepareGround(nodes: readonly NodeHost[], record: ClusterRecord): Promise<void> {
  mkdirSync(paths.volumes, { recursive: true });
  network.adjustKernelSettings(record.kernelSettings);
  await Promise.all([createAccess(nodes), network.createBridge()]);
}

/** Starts the control plane; once it answers, lets go the services that wait for it and makes the cluster's objects. */
async function startControlPlane(nodes: readonly NodeHost[], progress: Progress): Promise<void> {
  writeHostFiles(controlPlane.name, controlPlaneFiles());
  await startHost(controlPlane.name);
  await withClient(async (admin) => {
    await progress.phase("API server: ready", () => ready.apiServerReady(admin));
    writeFileSync(paths.apiReady, "");
    await ready.applyObjects(admin, ready.clusterObjects(nodes));
  });
}

async function startNodes(nodes: readonly NodeHost[]): Promise<void> {
  await Promise.all(
    nodes.map((node) => {
      writeHostFiles(node.name, nodeFiles(node, nodes.length));
      return startHost(node.name);
    }),
  );
}

/** Waits, side by side, until everything works; then hands out the kubeconfig. */
async function settle(nodes: readonly NodeHost[], progress: Progress): Promise<void> {
  await withClient((admin) =>
    allDone([
      progress.phase(`nodes: ${nodes.length} Ready`, () => ready.nodesReady(admin, nodes)),
      progress.phase("storage: provisioner healthy", ready.storageReady),
      progress.phase("network policies: enforced on every node", () => ready.policiesEnforced(nodes)),
      progress.phase("DNS: answers", () => ready.dnsReady(admin, nodes)),
    ]),
  );
  publishKubeconfig();
}

async function withClient<T>(use: (admin: ApiClient) => Promise<T>): Promise<T> {
  const admin = adminClient();
  try {
    return await use(admin);
  } finally {
    admin.close();
  }
}

/** A cluster that was up: hosts that are off, unplugged or frozen come back, with what is on their disks. */
async function resume(record: ClusterRecord, nodeCount: number, progress: Progress): Promise<void> {
  if (record.nodes !== nodeCount) {
    throw new Error(
      `The local cluster is up with ${record.nodes} nodes. For ${nodeCount} nodes, remove it first ("down"): its data goes with it.`,
    );
  }
  const nodes = nodeHosts(record.nodes);
  const hosts = [controlPlane, ...nodes].map((host) => ({ host, status: hostStatus(host) }));
  const absent = hosts.filter(({ status }) => status.state !== "running" || !status.plugged);
  if (absent.length > 0) {
    const since = new Date();
    await network.raiseGuard();
    network.adjustKernelSettings(network.insufficientKernelSettings());
    if (!network.hasBridge()) await network.createBridge();
    const names = absent.map(({ host }) => host.name).join(", ");
    await progress.phase(`hosts ${names}: back`, () =>
      allDone(absent.map(({ host, status }) => bringBack(host, status))),
    );
    await withClient(async (admin) => {
      await progress.phase("API server: ready", () => ready.apiServerReady(admin));
      await progress.phase("nodes: alive", () => ready.nodesAlive(admin, nodes, since));
    });
  }
  await settle(nodes, progress);
}

async function bringBack(host: Host, { state, plugged }: HostStatus): Promise<void> {
  if (state === "stopped") return startHost(host.name);
  if (state === "frozen") thawHost(host.name);
  if (!plugged) await plugHost(host.name);
}
