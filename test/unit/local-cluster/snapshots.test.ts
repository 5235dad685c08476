/** Objects of the add-on that takes snapshots. The soak test shows that a cluster runs them. */
import assert from "node:assert/strict";
import { snapshotImages } from "../../../local-cluster/images/catalog";
import { defaultCluster, nodeHosts } from "../../../local-cluster/settings";
import { snapshotObjects } from "../../../local-cluster/snapshots/objects";
import { startSnapshots } from "../../../local-cluster/snapshots/snapshots";
import { storageDrivers } from "../../../local-cluster/storage-drivers";

interface Workload {
  kind: string;
  metadata: { name: string };
  spec: { template: { spec: { serviceAccountName?: string; containers: Container[]; volumes?: { name: string }[] } } };
}

interface Container {
  image: string;
  args: string[];
  securityContext?: { privileged?: boolean };
  volumeMounts?: { name: string }[];
}

const objects = snapshotObjects(defaultCluster, 2);
const workloads = objects.filter(
  ({ spec }) => spec !== undefined && "template" in (spec as object),
) as unknown as Workload[];

describe("snapshots on the local cluster", () => {
  it("are taken by a driver whose name CSI allows, the same in each program that must know it", () => {
    assert.match(storageDrivers.blockWithSnapshots, /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/);
    const drivers = workloads.flatMap(({ spec }) => spec.template.spec.containers.map(({ args }) => args[0]));
    assert.equal(drivers.filter((arg) => arg === `-driver=${storageDrivers.blockWithSnapshots}`).length, 2);
    assert.ok(
      objects.some(({ kind, metadata }) => kind === "CSIDriver" && metadata.name === storageDrivers.blockWithSnapshots),
    );
  });

  it("know the zone of each node, since a volume belongs to the zone of its first pod", () => {
    const args = workloads.find(({ kind }) => kind === "DaemonSet")?.spec.template.spec.containers[0]?.args ?? [];
    const [first, second] = nodeHosts(defaultCluster, 2);
    assert.ok(args.includes(`-zones=${first?.name}=${first?.zone},${second?.name}=${second?.zone}`), args.join(" "));
  });

  it("give privileges to the mounting pods alone, and rights in the API to accounts of their own", () => {
    for (const { kind, spec } of workloads) {
      const pod = spec.template.spec;
      const privileged = pod.containers.some(({ securityContext }) => securityContext?.privileged === true);
      assert.equal(privileged, kind === "DaemonSet");
      assert.equal(pod.serviceAccountName === undefined, kind === "DaemonSet");
    }
  });

  it("mount only volumes that the pods have, and run images that the cluster loads", () => {
    const references: string[] = Object.values(snapshotImages).map(({ reference }) => reference);
    for (const { spec } of workloads) {
      const { containers, volumes = [] } = spec.template.spec;
      for (const { image, volumeMounts = [] } of containers) {
        assert.ok(references.includes(image), image);
        for (const { name } of volumeMounts) {
          assert.ok(
            volumes.some((volume) => volume.name === name),
            name,
          );
        }
      }
    }
  });

  it("are refused in kind, with the way to a cluster that has them", async () => {
    const record = { runtime: "kind", phase: "running", nodes: 3, kernelSettings: {} } as const;
    await assert.rejects(startSnapshots(defaultCluster, record), /kind's.*--runtime builtin/);
  });
});
