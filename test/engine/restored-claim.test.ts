/**
 * That Pulumi takes a claim which somebody made of a snapshot for its own, as docs/operations.md tells. Engine, provider and
 * API server are real; no disk is made, and no snapshot.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { paths, projectRoot } from "../../tools/paths";
import { ApiServer } from "../support/api-server";
import { PulumiProgram } from "../support/pulumi-program";

const SOURCE = `
import * as k8s from "@pulumi/kubernetes";
import { buildVolumeClaim } from "${projectRoot}/components/kubernetes/volume-claim";
const { kubeconfig } = require("./input.json");
const provider = new k8s.Provider("cluster", { kubeconfig, clusterIdentifier: "test" });
const metadata = { name: "peer0-ledger", namespace: "default", labels: { "app.kubernetes.io/name": "peer" } };
new k8s.core.v1.PersistentVolumeClaim("claim", buildVolumeClaim({ metadata, size: "1Gi", className: "ledger-block-1" }), { provider, protect: true });
`;

const restored = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "peer0-ledger", namespace: "default" },
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
    program = await PulumiProgram.create(SOURCE);
    program.setInput({ kubeconfig: server.kubeconfigFile });
  });
  after(async () => {
    await program.remove();
    await server.stop();
  });

  function kubectl(args: string[], input?: object): string {
    return execFileSync(join(paths.bin, "kubectl"), ["--kubeconfig", server.kubeconfigFile, "-n", "default", ...args], {
      input: input && JSON.stringify(input),
      encoding: "utf8",
    });
  }

  it("is kept by refresh and `up`, and gets its labels", async () => {
    await program.up();
    const claim = "persistentvolumeclaim/peer0-ledger";
    // No controller is here that would see that no pod uses it.
    kubectl(["patch", claim, "--type=merge", "--patch", '{"metadata":{"finalizers":null}}']);
    kubectl(["delete", claim]);
    kubectl(["create", "-f", "-"], restored);
    const uid = kubectl(["get", claim, "-o", "jsonpath={.metadata.uid}"]);
    await program.succeed("refresh", "--yes", "--skip-preview");
    const steps = await program.plan();
    assert.deepEqual(
      steps.map(({ op }) => op).filter((op) => op !== "update"),
      [],
    );
    await program.up();
    const path = "jsonpath={.metadata.uid} {.spec.dataSource.name} {.metadata.labels.app\\.kubernetes\\.io/name}";
    assert.equal(kubectl(["get", claim, "-o", path]), `${uid} peer0-ledger-monday peer`);
    await program.up("--expect-no-changes");
  });
});
