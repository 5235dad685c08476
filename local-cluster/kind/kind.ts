import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { allDone } from "../../lib/wait";
import { ApiClient } from "../access/api-client";
import { run, tryRun } from "../../lib/process";
import { buildImage } from "../images/store";
import { kindImages, workloadImages } from "../images/catalog";
import { buildKubeconfig, readKubeconfig, writeKubeconfig } from "../access/kubeconfig";
import { kindAddOns } from "./add-ons";
import { nodeLabels } from "../nodes/services";
import type { Progress } from "../../lib/progress";
import { applyObjects } from "../readiness";
import { readRecord, writeRecord } from "../record";
import { defaultCluster, nodeHosts, type LocalCluster } from "../settings";

/** A cluster in kind, on a Docker engine: with the same nodes, zones, storage drivers, images and kubeconfig. */

/** Whether a Docker engine answers. */
export async function dockerAnswers(): Promise<boolean> {
  return (await tryRun("docker", ["info", "--format", "{{.ServerVersion}}"])) !== undefined;
}

/** Path of the directory of all volumes in nodes. */
const volumesInNode = "/srv";

/** kind's configuration: a control plane and a worker per zone. A single node has both roles. */
export function kindConfig(cluster: LocalCluster, nodeCount: number): string {
  const extraMounts = [{ hostPath: cluster.paths.volumes, containerPath: volumesInNode }];
  const zoned = nodeHosts(cluster, nodeCount).map((node) => ({ labels: nodeLabels(node), extraMounts }));
  const nodes =
    zoned.length === 1
      ? [{ role: "control-plane", ...zoned[0] }]
      : [{ role: "control-plane", extraMounts }, ...zoned.map((node) => ({ role: "worker", ...node }))];
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: cluster.id,
    networking: { podSubnet: cluster.podRange, serviceSubnet: cluster.serviceRange },
    nodes,
  });
}

interface KindCommands {
  list: string[];
  create: string[];
  kubeconfig: string[];
  load: (archive: string) => string[];
  remove: string[];
}

/** Command lines of kind, without the program's name. */
export function kindCommands(cluster: LocalCluster): KindCommands {
  const name = ["--name", cluster.id];
  // kind's own kubeconfig, separate from the user's.
  const kubeconfig = ["--kubeconfig", join(cluster.paths.state, "kind.kubeconfig")];
  return {
    list: ["get", "clusters"],
    create: ["create", "cluster", ...name, "--config", "-", ...kubeconfig, "--wait", "120s"],
    kubeconfig: ["get", "kubeconfig", ...name],
    load: (archive: string) => ["load", "image-archive", archive, ...name],
    remove: ["delete", "cluster", ...name, ...kubeconfig],
  };
}

/** Starts a cluster, or updates a running one. */
export async function upInKind(cluster: LocalCluster, nodeCount: number, progress: Progress): Promise<void> {
  if ((await tryRun("kind", ["version"])) === undefined) {
    throw new Error("A Docker engine runs here, but there is no kind to make a cluster in it; run: make tools");
  }
  mkdirSync(cluster.paths.volumes, { recursive: true });
  const commands = kindCommands(cluster);
  const previous = readRecord(cluster);
  const slot = cluster.slot === defaultCluster.slot ? {} : { slot: cluster.slot };
  const record = { runtime: "kind" as const, nodes: previous?.nodes ?? nodeCount, kernelSettings: {}, ...slot };
  const images = progress.phase("images: built", () => Promise.all([...workloadImages, ...kindImages].map(buildImage)));
  const isWhole = previous?.phase === "running";
  const create = progress.phase("kind: nodes Ready", async () => {
    if ((await run("kind", commands.list)).split("\n").includes(cluster.id)) {
      if (isWhole) return;
      await run("kind", commands.remove);
    }
    writeRecord(cluster, { ...record, phase: "starting" });
    await run("kind", commands.create, { input: kindConfig(cluster, record.nodes) });
  });
  await allDone([images, create]);
  await progress.phase("images: loaded", async () => {
    for (const { archive } of await images) await run("kind", commands.load(archive));
  });
  const access = readKubeconfig(await run("kind", commands.kubeconfig));
  const admin = new ApiClient(access.server, access.authority, access.user);
  try {
    await progress.phase("storage: applied", () => applyObjects(admin, kindAddOns()));
  } finally {
    admin.close();
  }
  writeKubeconfig(cluster.paths.kubeconfig, buildKubeconfig({ name: cluster.id, ...access }));
  writeRecord(cluster, { ...record, phase: "running" });
}

/** Imports archives into the nodes of a running cluster. */
export async function loadInKind(cluster: LocalCluster, archives: readonly string[]): Promise<void> {
  for (const archive of archives) await run("kind", kindCommands(cluster).load(archive));
}

/** Removes a cluster and its volumes. A container deletes the volumes, because their files belong to root. */
export async function downInKind(cluster: LocalCluster): Promise<void> {
  await tryRun("docker", ["exec", `${cluster.id}-control-plane`, "find", volumesInNode, "-mindepth", "1", "-delete"]);
  await run("kind", kindCommands(cluster).remove);
  rmSync(cluster.paths.state, { recursive: true, force: true });
}
