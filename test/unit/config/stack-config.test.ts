import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config/parse";

const project = "blockchain-clusters";
const cluster = { vendor: "local" };
const network = { type: "fabric", fabric: { peerOrganizations: [{ name: "org1" }] } };

function problemsOf(values: Record<string, unknown>): string[] {
  const { problems } = parseStackConfig(values, project, () => ({ reason: "no file is read here" }));
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("configuration of a stack", () => {
  it("is made of this project's sections, among those of other projects", () => {
    const values = { [`${project}:cluster`]: cluster, [`${project}:network`]: network, "aws:region": "eu-central-1" };
    assert.deepEqual(problemsOf(values), []);
  });

  it("takes the kubeconfig under the key that the cluster names", () => {
    const existing = {
      vendor: "existing",
      name: "prod",
      networkPolicyEnforced: true,
      kubeconfig: { from: "secret", key: "mine" },
    };
    const values = {
      [`${project}:cluster`]: existing,
      [`${project}:storage`]: { block: { className: "fast" } },
      [`${project}:network`]: network,
      [`${project}:mine`]: "kubeconfig",
    };
    assert.deepEqual(problemsOf(values), []);
    assert.deepEqual(problemsOf({ ...values, [`${project}:kubeconfig`]: "another" }), [
      "kubeconfig: must be left out, or one of the keys here: cluster, storage, network, allowReplacement, transforms",
    ]);
  });

  const missing = "network: missing; must be a map of keys, with the key type: one of fabric, ethereum";

  it("has no section of a wrong name", () => {
    assert.deepEqual(problemsOf({ [`${project}:cluster`]: cluster, [`${project}:netwrok`]: network }), [
      'netwrok: must be left out, or one of the keys here: cluster, storage, network, allowReplacement, transforms. Did you mean "network"?',
      missing,
    ]);
  });

  for (const key of ["blockchain-cluster:network", "network"]) {
    it(`is not under another project's name: ${key}`, () => {
      assert.deepEqual(problemsOf({ [`${project}:cluster`]: cluster, [key]: network }), [
        `${key}: must be "${project}:network", because no other key is read`,
        missing,
      ]);
    });
  }
});
