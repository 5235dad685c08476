import { Resolver } from "node:dns/promises";
import { setTimeout as pause } from "node:timers/promises";
import { withAdminClient, publishKubeconfig } from "./access/administrator";
import type { ApiClient, KubernetesObject } from "./access/api-client";
import type { Progress } from "../lib/progress";
import { blame, type Suspect } from "./host/diagnosis";
import { runInHost } from "./host/host";
import { kubeRouterAccess, loadBalancerAccess, provisionerAccess } from "./access/objects";
import { coreDns } from "./network/coredns";
import { nodeObject } from "./nodes/objects";
import { allDone, poll } from "../lib/wait";
import { clusterDomain, provisionerPort, type LocalCluster, type NodeHost } from "./settings";

/** Objects of a started cluster, and the signs by which each of its parts is known to work. */

const timeoutSeconds = 90;

export async function apiServerReady(cluster: LocalCluster, admin: ApiClient): Promise<void> {
  const suspects = ["etcd", "kube-apiserver"].map((service) => ({ host: cluster.controlPlane.name, service }));
  await blame(cluster, suspects, () =>
    poll(async () => ((await admin.isReady()) ? true : undefined), { what: "API server ready", timeoutSeconds }),
  );
}

/** Objects of the built-in cluster. */
export function clusterObjects(cluster: LocalCluster, nodes: readonly NodeHost[]): KubernetesObject[] {
  return [
    ...nodes.map(nodeObject),
    ...kubeRouterAccess(),
    ...loadBalancerAccess(),
    ...provisionerAccess("User"),
    ...coreDns(cluster, nodes.length),
  ];
}

/** Applies objects in no order. Each is repeated, because its prerequisite (a namespace, for example) may come later. */
export async function applyObjects(admin: ApiClient, objects: readonly KubernetesObject[]): Promise<void> {
  await Promise.all(objects.map((object) => applyPatiently(admin, object)));
}

const applyTries = 50;

async function applyPatiently(admin: ApiClient, object: KubernetesObject): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await admin.apply(object);
    } catch (error) {
      if (attempt === applyTries) throw error;
      await pause(100);
    }
  }
}

/** Objects of a collection that show a part to work. */
interface Sign {
  path: string;
  isSeen: (objects: KubernetesObject[]) => boolean;
}

function signOfNodes(nodes: readonly NodeHost[]): Sign {
  const names = new Set(nodes.map((node) => node.name));
  return {
    path: "/api/v1/nodes",
    isSeen: (objects) => objects.filter((o) => names.has(o.metadata.name)).every((o) => hasCondition(o, "Ready")),
  };
}

const signOfDns: Sign = {
  path: "/apis/apps/v1/namespaces/kube-system/deployments",
  isSeen: (deployments) => deployments.filter((d) => d.metadata.name === "coredns").every(isAvailable),
};

export async function nodesReady(cluster: LocalCluster, admin: ApiClient, nodes: readonly NodeHost[]): Promise<void> {
  const { path, isSeen } = signOfNodes(nodes);
  await blame(cluster, nodeSuspects(nodes), () => admin.waitFor(path, isSeen, { what: "nodes Ready", timeoutSeconds }));
}

/** Waits until every node has renewed its lease after `since`: an earlier state of its Node object must not count. */
export async function nodesAlive(
  cluster: LocalCluster,
  admin: ApiClient,
  nodes: readonly NodeHost[],
  since: Date,
): Promise<void> {
  const names = new Set(nodes.map((node) => node.name));
  const renewed = ({ spec }: KubernetesObject): boolean => {
    const { renewTime } = spec as { renewTime?: string };
    return renewTime !== undefined && new Date(renewTime) > since;
  };
  await blame(cluster, nodeSuspects(nodes), () =>
    admin.waitFor(
      "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases",
      (leases) => leases.filter((lease) => names.has(lease.metadata.name)).every(renewed),
      { what: "nodes' leases renewed", timeoutSeconds },
    ),
  );
}

function nodeSuspects(nodes: readonly NodeHost[]): Suspect[] {
  return nodes.flatMap(({ name: host }) => ["containerd", "kubelet"].map((service) => ({ host, service })));
}

interface WithConditions {
  conditions?: { type: string; status: string }[];
}

/** Whether the status of an object says that a condition such as `Ready` is true. */
export function hasCondition({ status }: KubernetesObject, name: string): boolean {
  const { conditions = [] } = (status ?? {}) as WithConditions;
  return conditions.some(({ type, status: value }) => type === name && value === "True");
}

export async function storageReady(cluster: LocalCluster): Promise<void> {
  await blame(cluster, [{ host: cluster.controlPlane.name, service: "storage-provisioner" }], () =>
    poll(() => provisionerAnswers(cluster), { what: "storage provisioner healthy", timeoutSeconds, intervalMs: 100 }),
  );
}

/** Waits until kube-router's rules filter every forwarded packet. */
export async function policiesEnforced(cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<void> {
  await Promise.all(
    nodes.map(({ name }) =>
      blame(cluster, [{ host: name, service: "kube-router" }], () =>
        poll(() => hasPolicyRules(cluster, name), { what: `policy rules on ${name}`, timeoutSeconds, intervalMs: 100 }),
      ),
    ),
  );
}

async function hasPolicyRules(cluster: LocalCluster, node: string): Promise<true | undefined> {
  const rules = await runInHost(cluster, node, ["iptables", "-S", "FORWARD"]);
  return rules.includes("KUBE-ROUTER-FORWARD") ? true : undefined;
}

async function provisionerAnswers({ controlPlane }: LocalCluster): Promise<true | undefined> {
  try {
    const url = `http://${controlPlane.address}:${provisionerPort}/healthz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok ? true : undefined;
  } catch {
    return undefined;
  }
}

/** Waits until all replicas of CoreDNS are available and this machine can resolve a name by the Service address. */
export async function dnsReady(cluster: LocalCluster, admin: ApiClient, nodes: readonly NodeHost[]): Promise<void> {
  const { dnsAddress } = cluster;
  const suspects = [
    { host: cluster.controlPlane.name, service: "kube-controller-manager" },
    { host: cluster.controlPlane.name, service: "kube-scheduler" },
    { host: cluster.controlPlane.name, service: "kube-proxy" },
    ...nodes.map(({ name: host }) => ({ host, service: "kubelet" })),
  ];
  await blame(cluster, suspects, async () => {
    await admin.waitFor(signOfDns.path, signOfDns.isSeen, { what: "CoreDNS available", timeoutSeconds });
    await poll(() => resolves(dnsAddress), { what: `DNS answers at ${dnsAddress}`, timeoutSeconds, intervalMs: 100 });
  });
}

function isAvailable({ spec, status }: KubernetesObject): boolean {
  const { replicas } = spec as { replicas: number };
  return (status as { availableReplicas?: number } | undefined)?.availableReplicas === replicas;
}

async function resolves(dnsAddress: string): Promise<true | undefined> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([dnsAddress]);
  try {
    await resolver.resolve4(`kubernetes.default.svc.${clusterDomain}`);
    return true;
  } catch {
    return undefined;
  }
}

/** Whether all parts work now: the questions of {@link settled}, each asked once. @throws Error of a part that does not answer */
export async function works(cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<boolean> {
  return withAdminClient(cluster, async (admin) => {
    const isSeen = async (sign: Sign): Promise<boolean> => sign.isSeen((await admin.list(sign.path)).items);
    const answers = await Promise.all([
      isSeen(signOfNodes(nodes)),
      isSeen(signOfDns),
      provisionerAnswers(cluster),
      resolves(cluster.dnsAddress),
      ...nodes.map(({ name }) => hasPolicyRules(cluster, name)),
    ]);
    return answers.every((answer) => answer === true);
  });
}

/** Waits until all parts work, side by side; then publishes the kubeconfig. */
export async function settled(cluster: LocalCluster, nodes: readonly NodeHost[], progress: Progress): Promise<void> {
  await withAdminClient(cluster, (admin) =>
    allDone([
      progress.phase(`nodes: ${nodes.length} Ready`, () => nodesReady(cluster, admin, nodes)),
      progress.phase("storage: provisioner healthy", () => storageReady(cluster)),
      progress.phase("network policies: enforced on every node", () => policiesEnforced(cluster, nodes)),
      progress.phase("DNS: answers", () => dnsReady(cluster, admin, nodes)),
    ]),
  );
  publishKubeconfig(cluster);
}
