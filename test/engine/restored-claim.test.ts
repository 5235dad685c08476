/**
 * Pulumi adopts a claim that somebody made from a snapshot, as in docs/operations.md. Engine, provider and API server
 * are real; no disk and no snapshot is made.
 */
import assert from "node:assert/strict";
import * as k8s from "@kubernetes/client-node";
import { projectRoot } from "../../tools/paths";
import { ApiServer } from "../support/api-server";
import { PulumiProgram } from "../support/pulumi-program";

const source = `
import * as k8s from "@pulumi/kubernetes";
import { buildVolumeClaim } from "${projectRoot}/components/kubernetes/volume-claim";
const { kubeconfig } = require("./input.json");
const provider = new k8s.Provider("cluster", { kubeconfig, clusterIdentifier: "test" });
const metadata = { name: "peer0-ledger", namespace: "default", labels: { "app.kubernetes.io/name": "peer" } };
new k8s.core.v1.PersistentVolumeClaim("claim", buildVolumeClaim({ metadata, size: "1Gi", className: "ledger-block-1" }), { provider, protect: true });
`;

const claim = { name: "peer0-ledger", namespace: "default" };

const restored: k8s.V1PersistentVolumeClaim = {
  metadata: claim,
  spec: {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "ledger-block-1",
    resources: { requests: { storage: "1Gi" } },
    dataSource: { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: "peer0-ledger-monday" },
  },
};

describe("a claim that was made of a snapshot", function () {
  this.timeout(120_000);

  let server: ApiServer;
  let program: PulumiProgram;

  before(async () => {
    server = await ApiServer.start();
    program = await PulumiProgram.create(source);
    program.setInput({ kubeconfig: server.kubeconfigFile });
  });
  after(async () => {
    await program.remove();
    await server.stop();
  });

  it("is kept by refresh and `up`, and gets its labels", async () => {
    const config = new k8s.KubeConfig();
    config.loadFromFile(server.kubeconfigFile);
    const core = config.makeApiClient(k8s.CoreV1Api);

    await program.up();
    // No controller here notices that no pod uses it.
    await core.patchNamespacedPersistentVolumeClaim(
      { ...claim, body: { metadata: { finalizers: null } } },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    );
    await core.deleteNamespacedPersistentVolumeClaim(claim);
    const { metadata: made } = await core.createNamespacedPersistentVolumeClaim({ ...claim, body: restored });
    await program.succeed("refresh", "--yes", "--skip-preview");
    const steps = await program.plan();
    assert.deepEqual(
      steps.map(({ op }) => op).filter((op) => op !== "update"),
      [],
    );
    await program.up();
    const { metadata, spec } = await core.readNamespacedPersistentVolumeClaim(claim);
    assert.equal(metadata?.uid, made?.uid);
    assert.equal(spec?.dataSource?.name, "peer0-ledger-monday");
    assert.equal(metadata?.labels?.["app.kubernetes.io/name"], "peer");
    await program.up("--expect-no-changes");
  });
});
