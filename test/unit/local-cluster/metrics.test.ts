/** Objects of the metrics server. test/soak/autoscaling.test.ts shows that an autoscaler reads it. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../local-cluster/access/api-client";
import { metricsObjects } from "../../../local-cluster/metrics/objects";

interface Container {
  args: string[];
  ports: { containerPort: number }[];
  readinessProbe: { httpGet: { port: number } };
}
interface Deployment {
  template: { metadata: { labels: object }; spec: { serviceAccountName: string; containers: Container[] } };
}

function find(objects: KubernetesObject[], kind: string): KubernetesObject[] {
  return objects.filter((object) => object.kind === kind);
}

describe("the metrics server", () => {
  const objects = metricsObjects(true);
  const [{ spec: deployment } = assert.fail()] = find(objects, "Deployment") as unknown as { spec: Deployment }[];
  const [container = assert.fail()] = deployment.template.spec.containers;

  it("is behind the API server by a Service that selects its pod at the port that it listens to", () => {
    type Service = {
      metadata: { name: string };
      spec: { selector: object; ports: { port: number; targetPort: number }[] };
    };
    const [service = assert.fail()] = find(objects, "Service") as unknown as Service[];
    const [api = assert.fail()] = find(objects, "APIService") as unknown as { spec: { service: object } }[];
    assert.deepEqual(api.spec.service, { name: service.metadata.name, namespace: "kube-system" });
    assert.deepEqual(service.spec.selector, deployment.template.metadata.labels);
    const [{ port, targetPort } = assert.fail()] = service.spec.ports;
    // Without a port in the APIService the API server asks at 443.
    assert.equal(port, 443);
    assert.ok(container.args.includes(`--secure-port=${targetPort}`));
    assert.deepEqual(
      [container.ports[0]?.containerPort, container.readinessProbe.httpGet.port],
      [targetPort, targetPort],
    );
  });

  it("may read, and ask the API server who asks, and nothing else", () => {
    const rules = find(objects, "ClusterRole").flatMap(({ rules: each }) => each as { verbs: string[] }[]);
    assert.deepEqual([...new Set(rules.flatMap(({ verbs }) => verbs))].sort(), ["get", "list", "watch"]);
    const bindings = [...find(objects, "ClusterRoleBinding"), ...find(objects, "RoleBinding")];
    const roles = bindings.map(({ roleRef }) => (roleRef as { name: string }).name);
    assert.deepEqual(roles, ["metrics-server", "system:auth-delegator", "extension-apiserver-authentication-reader"]);
    for (const { subjects } of bindings) {
      assert.deepEqual(subjects, [
        { kind: "ServiceAccount", name: deployment.template.spec.serviceAccountName, namespace: "kube-system" },
      ]);
    }
  });

  it("gives kubelets less time for an answer than nine tenths of that between two questions, or it would not start", () => {
    const seconds = (flag: string): number => {
      const [, value] = container.args.map((arg) => new RegExp(`^--${flag}=(\\d+)s$`).exec(arg)).find(Boolean) ?? [];
      return Number(value);
    };
    assert.ok(seconds("metric-resolution") >= 10);
    assert.ok(seconds("kubelet-request-timeout") <= 0.9 * seconds("metric-resolution"));
  });

  it("checks the kubelets' certificates where the cluster's authority signed them", () => {
    const argsIn = (isCertified: boolean) => JSON.stringify(find(metricsObjects(isCertified), "Deployment"));
    assert.match(argsIn(true), /--kubelet-certificate-authority=/);
    assert.doesNotMatch(argsIn(true), /insecure/);
    assert.match(argsIn(false), /--kubelet-insecure-tls/);
  });
});
