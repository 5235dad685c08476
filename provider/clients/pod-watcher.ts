/** Waiting for pods by the Kubernetes watch API. */
import { CoreV1Api, Watch, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { AbsentNodeError, type DialOptions, type PodAddress, type PodPresence } from "./dialer";
import { askApi } from "./kubernetes-api";
import { NotYet, waitUntil } from "./retry";

const RIGHTS = "get, list and watch on pods and create on pods/portforward";

export class PodWatcher {
  private readonly api: CoreV1Api;

  constructor(private readonly config: KubeConfig) {
    this.api = config.makeApiClient(CoreV1Api);
  }

  async presence(node: PodAddress, signal: AbortSignal): Promise<PodPresence> {
    const status = (): void => undefined;
    return (await this.find(node, { signal, status })).pod === undefined ? "absent" : "present";
  }

  /** Resolves once the pod is Ready. Bounded by the signal; says what the pod is waiting for. */
  async waitUntilReady(node: PodAddress, options: DialOptions): Promise<void> {
    await waitUntil<true>(
      async () => {
        const { pod, resourceVersion } = await this.find(node, options);
        if (isReady(pod)) return true;
        if (pod === undefined && options.absentPods === "refuse") {
          throw new AbsentNodeError(`node ${node.name}: there is no pod ${node.namespace}/${node.pod}`);
        }
        const state = describePod(pod);
        options.status(`waiting for pod ${node.namespace}/${node.pod}: ${state}`);
        const seen = await this.watch(node, resourceVersion, options);
        return isReady(seen) ? true : new NotYet(describePod(seen ?? pod));
      },
      { ...options, waitingFor: `pod ${node.namespace}/${node.pod} of ${node.name} to be Ready` },
    );
  }

  /** The pod as it is now, from a list that a watch can go on from. */
  async find(
    node: PodAddress,
    options: DialOptions,
  ): Promise<{ pod: V1Pod | undefined; resourceVersion: string | undefined }> {
    const question = { node, object: `pod ${node.pod}`, rights: RIGHTS };
    const request = { namespace: node.namespace, fieldSelector: `metadata.name=${node.pod}` };
    const list = await askApi(question, options, () => this.api.listNamespacedPod(request));
    return { pod: list.items[0], resourceVersion: list.metadata?.resourceVersion };
  }

  /** Follows the pod until it is Ready or the watch ends; the last state seen. */
  private watch(
    node: PodAddress,
    resourceVersion: string | undefined,
    options: DialOptions,
  ): Promise<V1Pod | undefined> {
    const query = { fieldSelector: `metadata.name=${node.pod}`, resourceVersion };
    return new Promise((resolve) => {
      let last: V1Pod | undefined;
      let stop: AbortController | undefined;
      const finish = (): void => {
        options.signal.removeEventListener("abort", finish);
        stop?.abort();
        resolve(last);
      };
      const see = (type: string, pod: V1Pod): void => {
        last = type === "DELETED" ? undefined : pod;
        if (isReady(last) || (last === undefined && options.absentPods === "refuse")) return finish();
        options.status(`waiting for pod ${node.namespace}/${node.pod}: ${describePod(last)}`);
      };
      options.signal.addEventListener("abort", finish);
      if (options.signal.aborted) return finish();
      new Watch(this.config)
        .watch(`/api/v1/namespaces/${node.namespace}/pods`, query, see, finish)
        .then((controller) => {
          stop = controller;
          if (isReady(last) || options.signal.aborted) controller.abort();
        }, finish);
    });
  }
}

/** Whether the pod serves, and goes on to. */
export function isReady(pod: V1Pod | undefined): boolean {
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return false;
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** Why a pod is not Ready, in the words of the scheduler or the kubelet. */
function describePod(pod: V1Pod | undefined): string {
  if (pod === undefined) return "it does not exist yet";
  if (pod.metadata?.deletionTimestamp !== undefined) return "it is being deleted";
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (unscheduled !== undefined) {
    return `not scheduled: ${unscheduled.message ?? unscheduled.reason ?? "no reason given"}`;
  }
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const { name, state, ready, restartCount } of statuses) {
    const waiting = state?.waiting;
    if (waiting?.reason !== undefined) {
      return [`container ${name}: ${waiting.reason}`, waiting.message].filter(Boolean).join(": ");
    }
    if (state?.running !== undefined && !ready) {
      return `container ${name} runs but is not ready (restarts: ${restartCount})`;
    }
  }
  return `phase ${pod.status?.phase ?? "unknown"}`;
}
