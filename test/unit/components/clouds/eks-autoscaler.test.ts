/** The autoscaler's objects. Only EKS can show that it scales. */
import assert from "node:assert/strict";
import { buildAutoscaler, clusterRules, namespaceRules } from "../../../../components/clouds/eks/specs/autoscaler";

const settings = { cluster: "trade-123456", region: "eu-central-1", kubernetesVersion: "1.35", replicas: 2 };

interface Built {
  spec: { template: { spec: { containers: [{ image: string; args: string[]; env: { value: string }[] }] } } };
}

function containerOf(changes: object): Built["spec"]["template"]["spec"]["containers"][0] {
  return (buildAutoscaler({ ...settings, ...changes }) as unknown as Built).spec.template.spec.containers[0];
}

describe("the cluster autoscaler of EKS", () => {
  it("has the version of Kubernetes, whose scheduler it simulates, unless another one is named", () => {
    assert.match(containerOf({}).image, /:v1\.35\.0$/);
    assert.match(containerOf({ kubernetesVersion: "1.36" }).image, /:v1\.36\.0$/);
    assert.match(containerOf({ version: "v1.35.2" }).image, /:v1\.35\.2$/);
  });

  it("finds the groups of this cluster and of no other, in its region", () => {
    const { args, env } = containerOf({});
    const tags = "k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/trade-123456";
    assert.ok(args.includes(`--node-group-auto-discovery=asg:tag=${tags}`));
    assert.deepEqual(
      env.map(({ value }) => value),
      ["eu-central-1"],
    );
  });

  it("may change nothing but what it works with, and read no secret", () => {
    const rules = [...clusterRules, ...namespaceRules] as { resources: string[]; verbs: string[] }[];
    const changes = rules
      .filter(({ verbs }) => verbs.some((verb) => !["get", "list", "watch"].includes(verb)))
      .flatMap(({ resources }) => resources);
    assert.deepEqual([...new Set(changes)].sort(), [
      "configmaps",
      "endpoints",
      "events",
      "jobs",
      "leases",
      "nodes",
      "pods/eviction",
      "pods/status",
    ]);
    assert.ok(rules.every(({ resources, verbs }) => !resources.includes("secrets") && !verbs.includes("*")));
  });
});
