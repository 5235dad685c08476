import assert from "node:assert/strict";
import { checkConfiguration, diffConfiguration } from "../../../provider/configuration";
import { Secret, unknownValue, type PropertyMap } from "../../../provider/framework/property-value";

const kubeconfig = JSON.stringify({ clusters: [], users: [], contexts: [], "current-context": "x" });
const yaml = "apiVersion: v1\nclusters: []\nusers: []\ncontexts: []\ncurrent-context: x\n";

describe("provider configuration", () => {
  for (const [what, text] of [
    ["JSON", kubeconfig],
    ["YAML", yaml],
  ] as const) {
    it(`takes a kubeconfig in ${what} and keeps it secret`, () => {
      const { inputs, problems } = checkConfiguration({ kubeconfig: text, version: "0.1.0" });
      assert.deepEqual(problems, []);
      assert.deepEqual(inputs, { kubeconfig: new Secret(text), version: "0.1.0" });
    });
  }

  it("takes no kubeconfig at all, since keys need no cluster", () => {
    assert.deepEqual(checkConfiguration({}).problems, []);
  });

  it("takes values that are not known yet", () => {
    assert.deepEqual(checkConfiguration({ kubeconfig: unknownValue, clusterIdentifier: unknownValue }).problems, []);
  });

  for (const given of ["/root/.kube/config", "{ cut off", '{"clusters":[]}']) {
    it(`refuses ${given} for a kubeconfig at once`, () => {
      const [problem] = checkConfiguration({ kubeconfig: given }).problems;
      assert.equal(problem?.path, "kubeconfig");
      assert.match(problem.message, /^must be the text of a kubeconfig, JSON or YAML, and no path, because it has no /);
    });
  }

  const table: [string, PropertyMap, PropertyMap, { changed: string[]; replaces: boolean }][] = [
    [
      "nothing",
      { kubeconfig, clusterIdentifier: "a" },
      { kubeconfig, clusterIdentifier: "a" },
      { changed: [], replaces: false },
    ],
    [
      "another kubeconfig of the same cluster",
      { kubeconfig, clusterIdentifier: "a" },
      { kubeconfig: yaml, clusterIdentifier: "a" },
      { changed: ["kubeconfig"], replaces: false },
    ],
    [
      "another kubeconfig without identifier",
      { kubeconfig },
      { kubeconfig: yaml },
      { changed: ["kubeconfig"], replaces: false },
    ],
    [
      "an unknown kubeconfig",
      { kubeconfig, clusterIdentifier: "a" },
      { kubeconfig: unknownValue, clusterIdentifier: "a" },
      { changed: ["kubeconfig"], replaces: false },
    ],
    [
      "another identifier",
      { clusterIdentifier: "a" },
      { clusterIdentifier: "b" },
      { changed: ["clusterIdentifier"], replaces: true },
    ],
    [
      "an unknown identifier",
      { clusterIdentifier: "a" },
      { clusterIdentifier: unknownValue },
      { changed: ["clusterIdentifier"], replaces: true },
    ],
    ["a first identifier", {}, { clusterIdentifier: "a" }, { changed: ["clusterIdentifier"], replaces: false }],
    ["no identifier any more", { clusterIdentifier: "a" }, {}, { changed: ["clusterIdentifier"], replaces: false }],
  ];
  for (const [what, before, after, expected] of table) {
    it(`${expected.replaces ? "replaces the provider for" : "keeps the provider for"} ${what}`, () => {
      const changes = diffConfiguration(before, after);
      assert.deepEqual(
        changes.map(({ path }) => path),
        expected.changed,
      );
      assert.equal(
        changes.some(({ replaces }) => replaces === true),
        expected.replaces,
      );
    });
  }
});
