import { mkdirSync, rmSync } from "node:fs";
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
import { clusterName, nodeHosts, paths, podRange, serviceRange } from "../settings";

/** The cluster in kind, on a Docker engine: with the same nodes, zones, storage drivers, images and kubeconfig. */

/** Whether a Docker engine answers. */
export async function dockerAnswers(): Promise<boolean> {
  return (await tryRun("docker", ["info", "--format", "{{.ServerVersion}}"])) !== undefined;
}

/** Path of the directory of all volumes in nodes. */
const volumesInNode = "/srv";

/** kind's configuration: a control plane and a worker per zone. A single node has both roles. */
export function kindConfig(nodeCount: number, volumes: string): string {
  const extraMounts = [{ hostPath: volumes, containerPath: volumesInNode }];
  const zoned = nodeHosts(nodeCount).map((node) => ({ labels: nodeLabels(node), extraMounts }));
  const nodes =
    zoned.length === 1
      ? [{ role: "control-plane", ...zoned[0] }]
      : [{ role: "control-plane", extraMounts }, ...zoned.map((node) => ({ role: "worker", ...node }))];
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: clusterName,
    networking: { podSubnet: podRange, serviceSubnet: serviceRange },
    nodes,
  });
}

/** Command lines of kind, without the program's name. */
export const kindCommands = {
  list: ["get", "clusters"],
  create: (kubeconfig: string) => [
    ...["create", "cluster", "--name", clusterName, "--config", "-"],
    ...["--kubeconfig", kubeconfig, "--wait", "120s"],
  ],
  kubeconfig: ["get", "kubeconfig", "--name", clusterName],
  load: (archive: string) => ["load", "image-archive", archive, "--name", clusterName],
  remove: (kubeconfig: string) => ["delete", "cluster", "--name", clusterName, "--kubeconfig", kubeconfig],
};

/** kind's own kubeconfig, separate from the user's. */
const kindKubeconfig = `${paths.state}/kind.kubeconfig`;

/** Starts the cluster, or updates a running one. */
export async function upInKind(nodeCount: number, progress: Progress): Promise<void> {
  if ((await tryRun("kind", ["version"])) === undefined) {
    throw new Error("A Docker engine runs here, but there is no kind to make a cluster in it; run: make tools");
  }
  mkdirSync(paths.volumes, { recursive: true });
  const record = { runtime: "kind" as const, nodes: readRecord()?.nodes ?? nodeCount, kernelSettings: {} };
  const images = progress.phase("images: built", () => Promise.all([...workloadImages, ...kindImages].map(buildImage)));
  const isWhole = readRecord()?.phase === "running";
  const create = progress.phase("kind: nodes Ready", async () => {
    if ((await run("kind", kindCommands.list)).split("\n").includes(clusterName)) {
      if (isWhole) return;
      await run("kind", kindCommands.remove(kindKubeconfig));
    }
    writeRecord({ ...record, phase: "starting" });
    await run("kind", kindCommands.create(kindKubeconfig), { input: kindConfig(record.nodes, paths.volumes) });
  });
  await allDone([images, create]);
  await progress.phase("images: loaded", async () => {
    for (const { archive } of await images) await run("kind", kindCommands.load(archive));
  });
  const access = readKubeconfig(await run("kind", kindCommands.kubeconfig));
  const admin = new ApiClient(access.server, access.authority, access.user);
  try {
    await progress.phase("storage: applied", () => applyObjects(admin, kindAddOns()));
  } finally {
    admin.close();
  }
  writeKubeconfig(paths.kubeconfig, buildKubeconfig(access));
  writeRecord({ ...record, phase: "running" });
}

/** Imports archives into the nodes of the running cluster. */
export async function loadInKind(archives: readonly string[]): Promise<void> {
  for (const archive of archives) await run("kind", kindCommands.load(archive));
}

/** Removes the cluster and its volumes. A container deletes the volumes, because their files belong to root. */
export async function downInKind(): Promise<void> {
  await tryRun("docker", ["exec", `${clusterName}-control-plane`, "find", volumesInNode, "-mindepth", "1", "-delete"]);
  await run("kind", kindCommands.remove(kindKubeconfig));
  rmSync(paths.state, { recursive: true, force: true });
}
