/** A local stack whose volumes are copied by snapshots. */
import assert from "node:assert/strict";
import { storageDrivers } from "../../local-cluster/storage-drivers";
import { readStack, runProgram } from "../support/program/run";

describe("volumes of a local stack", function () {
  this.timeout(60_000);

  async function drivers(snapshots: boolean): Promise<unknown> {
    const config = readStack("local-fabric");
    const cluster = { ...(config.cluster as object), snapshots };
    const { resources } = await runProgram("local-fabric", { ...config, cluster });
    const classes = resources.filter(({ type }) => /:(StorageClass|VolumeSnapshotClass)$/.test(type));
    return classes.map(({ type, inputs }) => {
      const { metadata, provisioner, driver } = inputs as Record<string, unknown> & { metadata: { name: string } };
      return [type.split(":").at(-1), metadata.name, provisioner ?? driver];
    });
  }

  it("have a driver with snapshots and a class for them where the stack file asks for it, and the quick one elsewhere", async () => {
    const { block, blockWithSnapshots, file } = storageDrivers;
    assert.deepEqual(await drivers(true), [
      ["VolumeSnapshotClass", "ledger-block-1", blockWithSnapshots],
      ["StorageClass", "ledger-block-1", blockWithSnapshots],
      ["StorageClass", "ledger-file-1", file],
    ]);
    assert.deepEqual(await drivers(false), [
      ["StorageClass", "ledger-block-1", block],
      ["StorageClass", "ledger-file-1", file],
    ]);
  });
});
