/**
 * Claims that are made of snapshots: Pulumi adopts one that somebody made, as in docs/operations.md, and keeps one whose entry
 * could not come any more. Engine, provider and API server are real; no disk and no snapshot is made.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

const moment = "20260102t030405z";

const pointsSource = `
import { LedgerProvider, RestorePoint } from "provider/sdk";
const { kubeconfig, nodes, refusal } = require("./input.json");
const provider = new LedgerProvider("ledger", { kubeconfig, clusterIdentifier: "test" });
nodes.forEach((node: string, index: number) => {
  const volumes = [{ volume: node + "-chain", claim: node + "-chain-${moment}" }];
  const path = "network.ethereum.restore[" + index + "].moment";
  new RestorePoint(node, { name: "chain/" + node, path, namespace: "default", moment: "${moment}", volumes, refusal }, { provider });
});
`;

describe("a restored validator of a chain that becomes too small", function () {
  this.timeout(120_000);

  let server: ApiServer;
  let program: PulumiProgram;

  before(async () => {
    server = await ApiServer.start();
    program = await PulumiProgram.create(pointsSource);
    const config = new k8s.KubeConfig();
    config.loadFromFile(server.kubeconfigFile);
    const core = config.makeApiClient(k8s.CoreV1Api);
    for (const node of ["validator0", "validator1"]) {
      const metadata = { name: `${node}-chain-${moment}`, namespace: "default" };
      await core.createNamespacedPersistentVolumeClaim({ ...metadata, body: { ...restored, metadata } });
      // No controller here binds it.
      await core.patchNamespacedPersistentVolumeClaimStatus(
        { ...metadata, body: { status: { phase: "Bound" } } },
        k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
      );
    }
  });
  after(async () => {
    await program.remove();
    await server.stop();
  });

  it("stays, and no other one follows it, which the preview says as well", async () => {
    const kubeconfig = readFileSync(server.kubeconfigFile, "utf8");
    const refusal = "the chain has 3 validators";
    program.setInput({ kubeconfig, nodes: ["validator0"] });
    await program.up();
    program.setInput({ kubeconfig, nodes: ["validator0"], refusal });
    await program.up("--expect-no-changes");
    program.setInput({ kubeconfig, nodes: ["validator0", "validator1"], refusal });
    const words =
      /restore\[1\]\.moment: given "20260102t030405z"; must be left out with its entry, because the chain has 3 validators/;
    await assert.rejects(program.plan(), words);
    await assert.rejects(program.up(), words);
    program.setInput({ kubeconfig, nodes: ["validator0"], refusal });
    await program.up("--expect-no-changes");
  });
});
