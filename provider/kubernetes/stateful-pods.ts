/** StatefulSets of one pod each, whose pods are replaced only after a deletion. */
import {
  AppsV1Api,
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
  type V1StatefulSetStatus,
} from "@kubernetes/client-node";
import { rolloutPod } from "./rollout-pod";
import type { HaltedNode, RolloutNode, Workload } from "./sdk";
import type { DialOptions, PodAddress } from "./dialer";
import {
  askApi,
  conflictStatus,
  notFoundStatus,
  parseKubeconfig,
  statusOf,
  unlessMissing,
  type ApiQuestion,
} from "./kubernetes-api";
import { isReady } from "./pod-state";
import { PodWatcher } from "./pod-watcher";
import type { PodCondition, Restarter } from "./restarter";
import { NotYet, waitUntil } from "../framework/wait";
import { Workloads } from "./workloads";

/** Label that the StatefulSet controller sets: the revision of the pod's template. */
const revisionLabel = "controller-revision-hash";

/** Name under which Kubernetes notes changes of this class in the fields of objects. */
const fieldManager = "blockchain-clusters-halt";

const scaleRights = "get and patch on statefulsets and patch on statefulsets/scale";

const rights = "get on statefulsets and get, list, watch and delete on pods";

export class StatefulPods implements Restarter {
  private readonly apps: AppsV1Api;
  private readonly core: CoreV1Api;
  private readonly pods: PodWatcher;
  private readonly workloads: Workloads;

  constructor(kubeconfig: string) {
    const config = parseKubeconfig(kubeconfig);
    this.apps = config.makeApiClient(AppsV1Api);
    this.core = config.makeApiClient(CoreV1Api);
    this.pods = new PodWatcher(config);
    this.workloads = new Workloads(config);
  }

  async condition(node: RolloutNode, options: DialOptions): Promise<PodCondition> {
    const { pod, isCurrent, time } = await this.look(node, options);
    return { isCurrent, isReady: isReady(pod), time };
  }

  async restart(node: RolloutNode, options: DialOptions): Promise<void> {
    const { pod, isCurrent } = await this.look(node, options);
    if (pod !== undefined && !isCurrent) await this.remove(node, pod, options);
    await this.untilAvailable(node, options);
  }

  async replace(node: RolloutNode, options: DialOptions): Promise<void> {
    const { pod } = await this.look(node, options);
    if (pod !== undefined) await this.remove(node, pod, options);
    await this.untilAvailable(node, options);
  }

  async isOn(node: HaltedNode, options: DialOptions): Promise<boolean> {
    const { namespace, statefulSet: name } = node;
    const question: ApiQuestion = { node, object: `StatefulSet ${name}`, rights: scaleRights };
    const found = await askApi(question, options, () =>
      unlessMissing(() => this.apps.readNamespacedStatefulSet({ namespace, name })),
    );
    return found !== undefined && (found.spec?.replicas ?? 1) > 0;
  }

  async stop(node: HaltedNode, options: DialOptions): Promise<void> {
    if (!(await this.scale(node, 0, options))) return;
    // A controller that has not seen the change yet may still make a pod.
    await this.waitForStatefulSet(node, options, ({ replicas }) =>
      replicas === 0 ? true : new NotYet(`${replicas} pods`),
    );
    const address = addressOf(node);
    await waitUntil<true>(
      async () => ((await this.pods.find(address, options)).pod === undefined ? true : new NotYet("it is there")),
      { ...options, waitingFor: `pod ${address.namespace}/${address.pod} of ${node.name} to be gone` },
    );
  }

  async start(node: HaltedNode, options: DialOptions): Promise<void> {
    await this.scale(node, 1, options);
  }

  async untilAvailable(node: RolloutNode, options: DialOptions): Promise<void> {
    await this.pods.waitUntilReady(addressOf(node), options);
    await this.waitForStatefulSet(node, options, ({ availableReplicas = 0 }) =>
      availableReplicas > 0 ? true : new NotYet("Ready for less than minReadySeconds"),
    );
  }

  untilRolledOut(workload: Workload, options: DialOptions): Promise<void> {
    return this.workloads.untilRolledOut(workload, options);
  }

  private async look(
    node: RolloutNode,
    options: DialOptions,
  ): Promise<{ pod: V1Pod | undefined; isCurrent: boolean; time: Date | undefined }> {
    const { revision, time } = await this.newestRevision(node, options);
    const { pod } = await this.pods.find(addressOf(node), options);
    return { pod, isCurrent: pod?.metadata?.labels?.[revisionLabel] === revision, time };
  }

  private async newestRevision(
    node: RolloutNode,
    options: DialOptions,
  ): Promise<{ revision: string; time: Date | undefined }> {
    return this.waitForStatefulSet(node, options, ({ updateRevision: revision }, time) =>
      revision === undefined ? new NotYet("no revision") : { revision, time },
    );
  }

  /** Repeats until the controller has seen the newest spec and `find` returns a value for its status. */
  private async waitForStatefulSet<T>(
    { name, namespace, statefulSet }: HaltedNode,
    options: DialOptions,
    find: (status: V1StatefulSetStatus, time: Date | undefined) => T | NotYet,
  ): Promise<T> {
    const question: ApiQuestion = { node: { name, namespace }, object: `StatefulSet ${statefulSet}`, rights: rights };
    return waitUntil<T>(
      async () => {
        const { data, headers } = await askApi(question, options, () =>
          this.apps.readNamespacedStatefulSetWithHttpInfo({ namespace, name: statefulSet }),
        );
        const { metadata, status } = data;
        return status === undefined || (status.observedGeneration ?? 0) < (metadata?.generation ?? 0)
          ? new NotYet(`generation ${metadata?.generation} is not observed`)
          : find(status, timeOf(headers));
      },
      { ...options, waitingFor: `the controller of StatefulSet ${namespace}/${statefulSet}` },
    );
  }

  /**
   * Sets the number of replicas, and claims no part in that field: the next update of the StatefulSet's owner sets it as if nobody
   * else had.
   *
   * @returns whether there is such a StatefulSet
   */
  private async scale(node: HaltedNode, replicas: number, options: DialOptions): Promise<boolean> {
    const { namespace, statefulSet: name } = node;
    const question: ApiQuestion = { node, object: `the scale of StatefulSet ${name}`, rights: scaleRights };
    const body = { spec: { replicas } };
    const scaled = await askApi(question, options, () =>
      unlessMissing(async () => {
        await this.apps.patchNamespacedStatefulSetScale(
          { namespace, name, body, fieldManager },
          setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
        );
        const { metadata } = await this.apps.readNamespacedStatefulSet({ namespace, name });
        const others = metadata?.managedFields?.filter(({ manager }) => manager !== fieldManager);
        return this.apps.patchNamespacedStatefulSet(
          { namespace, name, body: [{ op: "replace", path: "/metadata/managedFields", value: others }], fieldManager },
          setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
        );
      }),
    );
    return scaled !== undefined;
  }

  /** Deletes this pod only; a successor with its name stays. */
  private async remove(node: RolloutNode, pod: V1Pod, options: DialOptions): Promise<void> {
    const address = addressOf(node);
    const question: ApiQuestion = { node, object: `deletion of pod ${address.pod}`, rights: rights };
    const body = { preconditions: { uid: pod.metadata?.uid ?? "" } };
    await askApi(question, options, async () => {
      try {
        await this.core.deleteNamespacedPod({ namespace: address.namespace, name: address.pod, body });
      } catch (error) {
        if (![notFoundStatus, conflictStatus].includes(statusOf(error) ?? 0)) throw error;
      }
    });
  }
}

function addressOf({ name, namespace, statefulSet }: HaltedNode): PodAddress {
  return { name, namespace, pod: rolloutPod(statefulSet) };
}

/** Time at which an answer was given, to the second. */
function timeOf({ date }: Record<string, string>): Date | undefined {
  return date === undefined ? undefined : new Date(date);
}
