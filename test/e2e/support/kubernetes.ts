/** Calls of end-to-end tests on the Kubernetes API. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import * as k8s from "@kubernetes/client-node";
import { clusterPaths, defaultName } from "../../../local-cluster/settings";
import { runLocalCluster } from "../../../tools/cli/local-cluster";

/** Longest wait for anything in the cluster. Conditions end waits; this only ends a test that has failed. */
const patienceMilliseconds = 180_000;

/** Starts the local cluster of a name if necessary. */
export async function startCluster(name: string = defaultName): Promise<Cluster> {
  await runLocalCluster(name, "up");
  return new Cluster(readFileSync(clusterPaths(name).kubeconfig, "utf8"));
}

/** A client of the cluster that reads, deletes and waits. */
export class Cluster {
  private readonly config = new k8s.KubeConfig();
  readonly core: k8s.CoreV1Api;
  private readonly apps: k8s.AppsV1Api;

  constructor(readonly kubeconfig: string) {
    this.config.loadFromString(kubeconfig);
    this.core = this.config.makeApiClient(k8s.CoreV1Api);
    this.apps = this.config.makeApiClient(k8s.AppsV1Api);
  }

  /** Pods of the namespaces whose names start with `prefix`, with these labels. */
  async pods(prefix: string, labelSelector?: string): Promise<k8s.V1Pod[]> {
    const { items } = await this.core.listPodForAllNamespaces({ labelSelector });
    return items.filter((pod) => pod.metadata?.namespace?.startsWith(prefix));
  }

  /** The cluster's warnings in the namespaces whose names start with `prefix`, the newest last. */
  async warnings(prefix: string): Promise<string[]> {
    const { items } = await this.core.listEventForAllNamespaces({ fieldSelector: "type=Warning" });
    return items
      .filter(({ metadata }) => metadata.namespace?.startsWith(prefix))
      .sort((a, b) => timeOf(a) - timeOf(b))
      .map(({ involvedObject: { kind, name }, reason, message }) => `${kind} ${name}: ${reason}: ${message}`);
  }

  /**
   * Removes the remains of an interrupted earlier run: namespaces whose names start with `prefix`, and storage classes
   * whose names end with `classSuffix`. Resolves when they are gone.
   */
  async removeLeftovers(prefix: string, classSuffix: string): Promise<void> {
    const storage = this.config.makeApiClient(k8s.StorageV1Api);
    for (const { metadata } of (await storage.listStorageClass()).items) {
      const name = metadata?.name ?? "";
      if (name.endsWith(classSuffix)) await storage.deleteStorageClass({ name });
    }
    const left = (await this.core.listNamespace()).items.map(({ metadata }) => metadata?.name ?? "");
    const names = left.filter((name) => name.startsWith(prefix));
    await Promise.all(names.map((name) => this.core.deleteNamespace({ name })));
    await this.until(
      "/api/v1/namespaces",
      () => this.core.listNamespace(),
      `the end of ${names.join(", ")}`,
      (items) => items.every(({ metadata }) => !names.includes(metadata?.name ?? "")),
    );
  }

  /** Deletes a pod and resolves when its successor is ready: another pod that `selector` selects. */
  async replacePod(pod: k8s.V1Pod, selector: string): Promise<void> {
    const { name, namespace, uid } = pod.metadata as { name: string; namespace: string; uid: string };
    await this.core.deleteNamespacedPod({ name, namespace });
    await this.untilPods(namespace, selector, `a ready pod in place of ${namespace}/${name}`, (pods) => {
      const gone = pods.every((other) => other.metadata?.uid !== uid);
      return gone && pods.length > 0 && pods.every(isReady);
    });
  }

  /** Sets the number of pods of a StatefulSet and resolves when that number is ready. */
  async scale(namespace: string, name: string, replicas: number): Promise<void> {
    await this.apps.patchNamespacedStatefulSetScale(
      { name, namespace, body: { spec: { replicas } } },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    );
    const selector = `app.kubernetes.io/instance=${name}`;
    await this.untilPods(namespace, selector, `${replicas} pods of ${namespace}/${name}`, (pods) => {
      return pods.length === replicas && pods.every(isReady);
    });
  }

  /** Sets the number of pods of a Deployment, and resolves when that number is ready. */
  async scaleDeployment(namespace: string, name: string, replicas: number): Promise<void> {
    await this.apps.patchNamespacedDeploymentScale(
      { name, namespace, body: { spec: { replicas } } },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    );
    await this.untilPods(namespace, `app.kubernetes.io/instance=${name}`, `${replicas} pods of ${name}`, (pods) => {
      return pods.length === replicas && pods.every(isReady);
    });
  }

  /**
   * Runs `work` while pods can open no connection, by the NetworkPolicy of this name. Its pod `pod` starts anew before,
   * since open connections stay.
   */
  async cutOff(namespace: string, policy: string, pod: string, work: () => Promise<void>): Promise<void> {
    const networking = this.config.makeApiClient(k8s.NetworkingV1Api);
    const { spec } = await networking.readNamespacedNetworkPolicy({ name: policy, namespace });
    const setEgress = (egress: k8s.V1NetworkPolicyEgressRule[]) =>
      networking.patchNamespacedNetworkPolicy(
        { name: policy, namespace, body: { spec: { egress } } },
        k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
      );
    const before = await this.core.readNamespacedPod({ name: pod, namespace });
    await setEgress([]);
    try {
      await this.core.deleteNamespacedPod({ name: pod, namespace });
      await this.untilPods(namespace, "", `another pod ${namespace}/${pod}`, (pods) =>
        pods.some(({ metadata }) => metadata?.name === pod && metadata.uid !== before.metadata?.uid),
      );
      await work();
    } finally {
      await setEgress(spec?.egress ?? []);
    }
  }

  /** Stops a node without a grace period. It stays down until it is scaled up again. */
  async stop(namespace: string, name: string): Promise<void> {
    const selector = `app.kubernetes.io/instance=${name}`;
    const { items: pods } = await this.core.listNamespacedPod({ namespace, labelSelector: selector });
    const stopped = this.scale(namespace, name, 0);
    const now = { namespace, gracePeriodSeconds: 0 };
    await Promise.all(
      pods.map(({ metadata }) => this.core.deleteNamespacedPod({ ...now, name: metadata?.name ?? "" })),
    );
    await stopped;
  }

  /**
   * Runs `work`, and resolves with the largest number of pods of each group that were missing or not ready at one time.
   *
   * @param before the pods that `selector` selects
   */
  async mostAway(
    before: k8s.V1Pod[],
    selector: string,
    groupOf: (pod: k8s.V1Pod) => string,
    work: () => Promise<unknown>,
  ): Promise<Record<string, number>> {
    const list = (): Promise<k8s.V1PodList> => this.core.listPodForAllNamespaces({ labelSelector: selector });
    const count = (pods: k8s.V1Pod[], group: string) => pods.filter((pod) => groupOf(pod) === group).length;
    const groups = [...new Set(before.map(groupOf))];
    const most: Record<string, number> = {};
    const look = (pods: k8s.V1Pod[]): void => {
      const serving = pods.filter((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp);
      for (const group of groups) {
        most[group] = Math.max(most[group] ?? 0, count(before, group) - count(serving, group));
      }
    };
    await this.watching("/api/v1/pods", list, selector, look, work);
    return most;
  }

  /** Secrets of a namespace, not decoded. */
  async secrets(namespace: string): Promise<k8s.V1Secret[]> {
    return (await this.core.listNamespacedSecret({ namespace })).items;
  }

  /** Creates a namespace unless it exists. */
  async createNamespace(name: string): Promise<void> {
    const { items } = await this.core.listNamespace();
    if (items.some(({ metadata }) => metadata?.name === name)) return;
    await this.core.createNamespace({ body: { metadata: { name } } });
  }

  /** Starts pods of one container each, and resolves with them when all are ready. */
  async start(namespace: string, pods: k8s.V1Pod[]): Promise<k8s.V1Pod[]> {
    await Promise.all(pods.map((body) => this.core.createNamespacedPod({ namespace, body })));
    const names = pods.map(({ metadata }) => metadata?.name);
    let ready: k8s.V1Pod[] = [];
    await this.untilPods(namespace, "", `pods ${names.join(", ")} of ${namespace}`, (all) => {
      ready = all.filter((pod) => names.includes(pod.metadata?.name) && isReady(pod));
      return ready.length === names.length;
    });
    return ready;
  }

  /** Deletes a volume claim and the pod that uses it, and resolves when another pod has that name. */
  async wipe(namespace: string, claim: string, pod: string): Promise<void> {
    const { metadata } = await this.core.readNamespacedPod({ name: pod, namespace });
    await this.core.deleteNamespacedPersistentVolumeClaim({ name: claim, namespace });
    await this.core.deleteNamespacedPod({ name: pod, namespace });
    await this.untilPods(namespace, "", `another pod ${namespace}/${pod}`, (pods) =>
      pods.some((other) => other.metadata?.name === pod && other.metadata.uid !== metadata?.uid),
    );
  }

  /** Resolves when `done` accepts the pods of `selector`. */
  async untilPods(
    namespace: string,
    selector: string,
    what: string,
    done: (pods: k8s.V1Pod[]) => boolean,
  ): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const list = (): Promise<k8s.V1PodList> => this.core.listNamespacedPod({ namespace, labelSelector: selector });
    await this.until(path, list, what, done, selector);
  }

  /** Resolves when `done` accepts the objects at `path`. */
  private async until<T extends k8s.KubernetesObject>(
    path: string,
    list: () => Promise<k8s.KubernetesListObject<T>>,
    what: string,
    done: (objects: T[]) => boolean,
    selector?: string,
  ): Promise<void> {
    const fulfilled = new AbortController();
    const check = (objects: T[]): void => (done(objects) ? fulfilled.abort() : undefined);
    await this.watching(path, list, selector, check, async () => {
      await pause(patienceMilliseconds, undefined, { signal: fulfilled.signal }).catch(() => undefined);
      if (!fulfilled.signal.aborted) throw new Error(`waited ${patienceMilliseconds / 1000} s for ${what}`);
    });
  }

  /** Runs `work`, and calls `look` with the objects at `path`: at the start, and after each change. */
  private async watching<T extends k8s.KubernetesObject>(
    path: string,
    list: () => Promise<k8s.KubernetesListObject<T>>,
    selector: string | undefined,
    look: (objects: T[]) => void,
    work: () => Promise<unknown>,
  ): Promise<void> {
    const informer = k8s.makeInformer(this.config, path, list, selector);
    let isDone = false;
    // The API server ends watches from time to time; the informer then lists again.
    informer.on("error", () => (isDone ? undefined : void informer.start()));
    // Handlers come after the start, during which the informer reports one object after another and has only some of them.
    await informer.start();
    const show = (): void => look([...informer.list()]);
    for (const event of ["add", "update", "delete"] as const) informer.on(event, show);
    show();
    try {
      await work();
    } finally {
      isDone = true;
      await informer.stop();
    }
  }

  /** Runs a temporary container in a running pod's network and resolves with its output. */
  async runInPod(pod: k8s.V1Pod, name: string, image: string, command: string[]): Promise<string> {
    const { name: podName, namespace } = pod.metadata as { name: string; namespace: string };
    await this.core.patchNamespacedPodEphemeralcontainers(
      {
        name: podName,
        namespace,
        body: { spec: { ephemeralContainers: [{ name, image, command, securityContext: restricted }] } },
      },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.StrategicMergePatch),
    );
    const selector = Object.entries(pod.metadata?.labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    await this.untilPods(namespace, selector, `container ${name} in ${namespace}/${podName}`, (pods) =>
      pods.some(
        (other) =>
          other.metadata?.name === podName &&
          other.status?.ephemeralContainerStatuses?.some((status) => status.name === name && status.state?.terminated),
      ),
    );
    return this.core.readNamespacedPodLog({ name: podName, namespace, container: name });
  }
}

export const restricted: k8s.V1SecurityContext = {
  runAsNonRoot: true,
  runAsUser: 7051,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

export function isReady(pod: k8s.V1Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

function timeOf({ lastTimestamp, eventTime, metadata }: k8s.CoreV1Event): number {
  return Number(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0);
}
