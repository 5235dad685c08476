/** Identity of a cluster, see decision 0014. */
import assert from "node:assert/strict";
import { readStack, runProgram, stackPreview, stackRun, stacks, type ProgramRun } from "../support/program/run";

for (const stack of stacks.filter((name) => /^(eks|gke|aks|ack)-/.test(name))) {
  describe(`the cluster of stack ${stack}`, function () {
    this.timeout(60_000);

    it("is known by its settings in the first preview, when its address is unknown", async () => {
      const preview = await stackPreview(stack);
      const known = await stackRun(stack);
      assert.ok(isUnknown(kubernetesProvider(preview).kubeconfig));
      assert.equal(kubernetesProvider(preview).clusterIdentifier, kubernetesProvider(known).clusterIdentifier);
    });

    it("is replaced exactly when the provider is that reaches it, so that no state outlives its cluster", async () => {
      const run = await stackRun(stack);
      const identity = String(kubernetesProvider(run).clusterIdentifier);
      const triggers = run.resources.flatMap(
        ({ replacementTrigger }) => (replacementTrigger as string | undefined) ?? [],
      );
      assert.equal(triggers.filter((trigger) => trigger === identity).length, 1);
      // Other resources are replaced when a part of the identity changes, so never without the cluster.
      assert.ok(
        triggers.every((trigger) => identity.includes(trigger)),
        triggers.join(", "),
      );
    });
  });
}

describe("a cluster on a cloud", function () {
  this.timeout(60_000);

  for (const vendor of ["ack", "aks", "eks", "gke"]) {
    it(`is another one for another generation and the same one on more nodes or a newer Kubernetes, on ${vendor}`, async () => {
      const stack = `${vendor}-fabric-dev`;
      const { clusterIdentifier } = kubernetesProvider(await stackRun(stack));
      const identifierWith = async (change: object) => {
        const config = readStack(stack);
        const cluster = { ...(config.cluster as object), ...change };
        return kubernetesProvider(await runProgram(stack, { ...config, cluster })).clusterIdentifier;
      };
      assert.notEqual(await identifierWith({ generation: 2 }), clusterIdentifier);
      const kubernetesVersion = vendor === "ack" ? "1.36.1-aliyun.1" : "1.36";
      assert.equal(await identifierWith({ kubernetesVersion }), clusterIdentifier);
      const ledger = { minNodes: 9, maxNodes: 12, machineType: "another.machine" };
      assert.equal(await identifierWith({ nodePools: { ledger } }), clusterIdentifier);
    });
  }
});

function kubernetesProvider({ resources }: ProgramRun): Record<string, unknown> {
  return resources.find(({ type }) => type === "pulumi:providers:kubernetes")?.inputs as Record<string, unknown>;
}

function isUnknown(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    ("unknown" in value || ("secret" in value && isUnknown(value.secret)))
  );
}
