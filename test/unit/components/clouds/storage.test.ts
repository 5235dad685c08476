/** Storage drivers of the clouds. Only a cloud can show that its driver accepts a parameter. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { StorageDriver } from "../../../../components/clouds";
import * as ack from "../../../../components/clouds/ack/storage";
import * as aks from "../../../../components/clouds/aks/storage";
import * as eks from "../../../../components/clouds/eks/storage";
import * as gke from "../../../../components/clouds/gke/storage";

const drivers = {
  eks: { block: eks.buildBlockDriver({ keyArn: "key" }), file: eks.buildFileDriver({ fileSystemId: "fs-1" }) },
  gke: {
    block: gke.buildBlockDriver({ machineType: "n2-standard-4", keyName: "key", region: "europe-west3" }),
    file: gke.buildFileDriver({ network: "trade" }),
  },
  aks: {
    block: aks.buildBlockDriver({ diskEncryptionSetId: "key", resourceGroupName: "trade" }),
    file: aks.buildFileDriver(),
  },
  ack: {
    block: ack.buildBlockDriver({ keyId: "key" }),
    file: ack.buildFileDriver({ mountTargetDomain: "nas.example.com" }),
  },
} satisfies Record<string, { block: StorageDriver; file: StorageDriver }>;

describe("storage of the clouds", () => {
  it("comes from the vendors' own CSI drivers", () => {
    const names = Object.values(drivers).map(({ block, file }) => [block.provisioner, file.provisioner]);
    assert.deepEqual(names, [
      ["ebs.csi.aws.com", "efs.csi.aws.com"],
      ["pd.csi.storage.gke.io", "filestore.csi.storage.gke.io"],
      ["disk.csi.azure.com", "file.csi.azure.com"],
      ["diskplugin.csi.alibabacloud.com", "nasplugin.csi.alibabacloud.com"],
    ]);
  });

  it("encrypts every disk with the cluster's key", () => {
    for (const [vendor, { block }] of Object.entries(drivers)) {
      assert.ok(Object.values(block.parameters ?? {}).includes("key"), vendor);
    }
  });

  it("has the three parameters without which EFS makes no access point", () => {
    const { provisioningMode, fileSystemId, directoryPerms } = drivers.eks.file.parameters ?? {};
    assert.deepEqual([provisioningMode, fileSystemId, directoryPerms], ["efs-ap", "fs-1", "770"]);
  });

  it("names our network to Filestore, whose own default is another one", () => {
    assert.equal(drivers.gke.file.parameters?.network, "trade");
  });

  it("picks the disks that a machine of Google can attach", () => {
    const type = (machineType: string) =>
      gke.buildBlockDriver({ machineType, keyName: "", region: "" }).parameters?.type;
    assert.deepEqual(["n2-standard-4", "e2-standard-4", "c3-standard-4"].map(type), Array(3).fill("pd-balanced"));
    assert.deepEqual(
      ["c4-standard-4", "n4-highmem-2", "c4a-standard-4"].map(type),
      Array(3).fill("hyperdisk-balanced"),
    );
  });

  it("takes snapshots of disks on every cloud, where its own default would lose them or carry them away, elsewhere", () => {
    const parameters = Object.entries(drivers).map(([vendor, { block }]) => [vendor, block.snapshots?.parameters]);
    assert.deepEqual(Object.fromEntries(parameters), {
      eks: undefined,
      gke: { "storage-locations": "europe-west3" },
      aks: { incremental: "true", resourceGroup: "trade" },
      ack: undefined,
    });
    assert.ok(Object.values(drivers).every(({ block, file }) => block.snapshots && file.snapshots === undefined));
  });

  it("have the smallest volume of each cloud, to which claims are raised", () => {
    const sizes = Object.entries(drivers).map(([vendor, { block, file }]) => [
      vendor,
      block.minimumSize,
      file.minimumSize,
    ]);
    assert.deepEqual(sizes, [
      ["eks", "1Gi", undefined],
      ["gke", "10Gi", "1Ti"],
      ["aks", "1Gi", "100Gi"],
      ["ack", "20Gi", undefined],
    ]);
  });

  it("mounts NAS at its address", async () => {
    const server = drivers.ack.file.parameters?.server;
    const value = await new Promise((resolve) => pulumi.output(server).apply(resolve));
    assert.equal(value, "nas.example.com:/volumes/");
  });
});
