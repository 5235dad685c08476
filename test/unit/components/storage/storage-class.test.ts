import assert from "node:assert/strict";
import { buildStorageClass } from "../../../../components/storage/specs/storage-class";

describe("buildStorageClass", () => {
  it("lets block volumes wait for their pod, since a disk lives in one zone", () => {
    const driver = { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3" } };
    assert.deepEqual(buildStorageClass({ purpose: "block", generation: 2, driver, reclaimPolicy: "Retain" }), {
      metadata: { name: "ledger-block-2", labels: { "app.kubernetes.io/managed-by": "pulumi" } },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3" },
      mountOptions: undefined,
      reclaimPolicy: "Retain",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    });
  });

  it("makes file volumes at once, since every node reaches them", () => {
    const driver = { provisioner: "nfs.csi.k8s.io", mountOptions: ["nfsvers=4.1"] };
    const made = buildStorageClass({ purpose: "file", generation: 1, driver, reclaimPolicy: "Delete" });
    assert.equal(made.volumeBindingMode, "Immediate");
    assert.deepEqual(made.mountOptions, ["nfsvers=4.1"]);
  });
});
