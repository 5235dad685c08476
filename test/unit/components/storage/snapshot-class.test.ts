import assert from "node:assert/strict";
import { buildSnapshotClass } from "../../../../components/storage/specs/snapshot-class";

const spec = { purpose: "block", generation: 2, reclaimPolicy: "Retain" } as const;

describe("buildSnapshotClass", () => {
  it("has the name of the volumes' class, and keeps snapshots where that keeps disks", () => {
    const driver = { provisioner: "disk.csi.azure.com", snapshots: { parameters: { incremental: "true" } } };
    assert.deepEqual(buildSnapshotClass({ ...spec, driver }), {
      apiVersion: "snapshot.storage.k8s.io/v1",
      kind: "VolumeSnapshotClass",
      metadata: { name: "ledger-block-2", labels: { "app.kubernetes.io/managed-by": "pulumi" } },
      driver: "disk.csi.azure.com",
      deletionPolicy: "Retain",
      parameters: { incremental: "true" },
    });
    assert.equal(buildSnapshotClass({ ...spec, driver, reclaimPolicy: "Delete" })?.deletionPolicy, "Delete");
  });

  it("is not there without snapshots: a cluster without their CRDs would refuse it", () => {
    assert.equal(buildSnapshotClass({ ...spec, driver: { provisioner: "local.example.com" } }), undefined);
  });
});
