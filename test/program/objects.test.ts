/** Rules for every Kubernetes object of every stack. End-to-end tests show admission by a real API server. */
import assert from "node:assert/strict";
import { readStack, runProgram, stackRun, stacks, type ProgramRun, type Registration } from "../support/program/run";
import { violations, type PodSpec } from "./pod-security";

interface Meta {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
}
interface Workload {
  metadata: Meta;
  spec: { replicas: number; template: { metadata: Meta; spec: PodSpec } };
}

/** The stack file's settings, and all possible ones: CouchDB and several chaincode pods. */
const variants = stacks.flatMap((stack) => [
  { title: `stack ${stack}`, run: () => stackRun(stack) },
  ...(isFabric(readStack(stack))
    ? [{ title: `stack ${stack} with CouchDB`, run: () => runProgram(stack, withCouchDb(readStack(stack))) }]
    : []),
]);

/** The cluster autoscaler of EKS, which is no part of the network. */
function isOfCluster({ namespace, name }: Meta): boolean {
  return namespace === "kube-system" && name === "cluster-autoscaler";
}

/** Pods that ask the Kubernetes API: the cluster's autoscaler, and the one that counts backups. */
function asksKubernetes(pod: Meta): boolean {
  return isOfCluster(pod) || pod.name === "backup-metrics";
}

function isFabric(config: Record<string, unknown>): boolean {
  return (config.network as { type: string }).type === "fabric";
}

function withCouchDb(config: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(config) as { network: { fabric: { peerOrganizations: Record<string, unknown>[] } } };
  for (const organization of copy.network.fabric.peerOrganizations) organization.stateDatabase = "couchdb";
  return copy;
}

for (const { title, run: start } of variants) {
  describe(title, function () {
    this.timeout(60_000);
    let run: ProgramRun;
    let workloads: Workload[];

    before(async () => {
      run = await start();
      workloads = run.resources
        .filter(({ type }) => /^kubernetes:apps\/v1:(StatefulSet|Deployment)$/.test(type))
        .map(({ inputs }) => inputs as Workload);
      assert.ok(workloads.length > 0);
    });

    const each = (check: (pod: PodSpec, workload: Workload) => string[]) =>
      workloads.flatMap((workload) =>
        check(workload.spec.template.spec, workload).map((problem) => `${workload.metadata.name}: ${problem}`),
      );

    it("has pods that Pod Security `restricted` admits", () => {
      assert.deepEqual(each(violations), []);
    });

    it("has namespaces that enforce it", () => {
      const levels = of(run, "core/v1:Namespace").map((meta) => meta.labels?.["pod-security.kubernetes.io/enforce"]);
      assert.ok(levels.length > 0);
      assert.deepEqual([...new Set(levels)], ["restricted"]);
    });

    it("writes to volumes only, so that what runs is what the image says", () => {
      assert.deepEqual(
        each((pod) =>
          allContainers(pod)
            .filter(({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true)
            .map(({ name }) => name),
        ),
        [],
      );
    });

    it("runs as users that no host has, but where the image's own files name one", () => {
      const user = (context: unknown) => (context as { runAsUser?: number } | undefined)?.runAsUser;
      assert.deepEqual(
        each((pod) =>
          allContainers(pod)
            .filter(({ image }) => !/besu|couchdb/.test(String(image)))
            .filter(({ securityContext }) => (user(securityContext) ?? user(pod.securityContext) ?? 0) <= 10_000)
            .map(({ name }) => name),
        ),
        [],
      );
    });

    it("gives no pod a way to the Kubernetes API, but to those that ask it for nodes or backups", () => {
      assert.deepEqual(
        each((pod, { metadata }) =>
          (pod.automountServiceAccountToken === false && pod.serviceAccountName !== undefined) ||
          asksKubernetes(metadata)
            ? []
            : ["token"],
        ),
        [],
      );
    });

    it("sets requests, limits and pinned images everywhere", () => {
      assert.deepEqual(
        each((pod) =>
          allContainers(pod).flatMap(({ name, resources, image }) => [
            ...amountsMissing(resources).map((what) => `${name} has no ${what}`),
            ...(/:[^/]+$|@sha256:/.test(String(image)) && !String(image).endsWith(":latest")
              ? []
              : [`${name} ${String(image)}`]),
          ]),
        ),
        [],
      );
    });

    it("keeps the end of a failed container's log in its status, where `kubectl describe` and our errors read it", () => {
      assert.deepEqual(
        each((pod, { metadata }) =>
          allContainers(pod)
            .filter(() => !isOfCluster(metadata))
            .filter(({ terminationMessagePolicy }) => terminationMessagePolicy !== "FallbackToLogsOnError")
            .map(({ name }) => name),
        ),
        [],
      );
    });

    it("denies by default in every namespace, and names no pod that no policy covers", () => {
      const namespaces = of(run, "core/v1:Namespace").map(({ name }) => name);
      const policies = run.resources.filter(({ type }) => type.endsWith(":NetworkPolicy"));
      const denying = policies.filter(({ inputs }) => (inputs as { metadata: Meta }).metadata.name === "default-deny");
      assert.deepEqual(
        denying.map((policy) => (policy.inputs as { metadata: Meta }).metadata.namespace).sort(),
        namespaces.sort(),
      );
      assert.deepEqual(
        each((_, workload) =>
          isCovered(workload, policies) || isOfCluster(workload.metadata) ? [] : ["no policy of its own"],
        ),
        [],
      );
    });

    it("selects by labels that its pods carry", () => {
      const pods = workloads.map(({ metadata, spec }) => ({
        namespace: metadata.namespace,
        labels: spec.template.metadata.labels,
      }));
      const services = run.resources.filter(({ type }) => type === "kubernetes:core/v1:Service");
      const lost = services.filter(({ inputs }) => {
        const { metadata, spec } = inputs as { metadata: Meta; spec: { selector: Record<string, string> } };
        return !pods.some(
          ({ namespace, labels }) => namespace === metadata.namespace && carries(labels, spec.selector),
        );
      });
      assert.deepEqual(
        lost.map(({ name }) => name),
        [],
      );
    });

    it("keeps every ledger and database on a disk of its own", () => {
      const claims = workloads.flatMap(({ metadata, spec }) =>
        (spec.template.spec.volumes ?? []).flatMap((volume) => {
          const claim = volume.persistentVolumeClaim as { claimName: string } | undefined;
          return claim === undefined ? [] : [`${metadata.namespace}/${claim.claimName}`];
        }),
      );
      const made = of(run, "core/v1:PersistentVolumeClaim").map(({ namespace, name }) => `${namespace}/${name}`);
      assert.deepEqual(claims.sort(), made.sort());
      assert.equal(new Set(claims).size, claims.length);
    });
  });
}

describe("names of the greatest length", () => {
  it("make certificates whose common names X.509 allows", async () => {
    const config = structuredClone(readStack("local-fabric")) as {
      network: {
        fabric: { peerOrganizations: { name: string }[]; channels: { chaincodes: Record<string, unknown>[] }[] };
      };
    };
    const { peerOrganizations, channels } = config.network.fabric;
    peerOrganizations.forEach((organization, index) => (organization.name = `${"o".repeat(29)}${index}`));
    channels.forEach(({ chaincodes }) =>
      chaincodes.forEach((chaincode) =>
        Object.assign(chaincode, { name: "c".repeat(40), endorsementPolicy: undefined }),
      ),
    );
    const run = await runProgram("local-fabric", config);
    const names = run.resources
      .filter(({ type }) => type === "ledger:pki:Certificate")
      .map(({ inputs }) => (inputs as { commonName: string }).commonName);
    assert.ok(names.some((name) => name.includes("c".repeat(40))));
    assert.deepEqual(
      names.filter((name) => name.length > 64),
      [],
    );
  }).timeout(60_000);
});

function allContainers(pod: PodSpec): PodSpec["containers"] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

function of(run: ProgramRun, type: string): Meta[] {
  return run.resources
    .filter((resource) => resource.type === `kubernetes:${type}`)
    .map(({ inputs }) => (inputs as { metadata: Meta }).metadata);
}

function amountsMissing(resources: unknown): string[] {
  const amounts = (resources ?? {}) as Record<string, Record<string, unknown> | undefined>;
  return ["requests", "limits"].flatMap((kind) =>
    ["cpu", "memory", "ephemeral-storage"]
      .filter((what) => amounts[kind]?.[what] === undefined)
      .map((what) => `${kind}.${what}`),
  );
}

function carries(labels: Record<string, string> | undefined, selector: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

function isCovered(workload: Workload, policies: readonly Registration[]): boolean {
  return policies.some(({ inputs }) => {
    const { metadata, spec } = inputs as {
      metadata: Meta;
      spec: { podSelector: { matchLabels?: Record<string, string> } };
    };
    const selector = spec.podSelector.matchLabels;
    return (
      metadata.namespace === workload.metadata.namespace &&
      selector !== undefined &&
      carries(workload.spec.template.metadata.labels, selector)
    );
  });
}
