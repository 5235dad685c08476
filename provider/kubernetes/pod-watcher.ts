/** Waits for pods with the Kubernetes watch API. */
import { CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { AbsentNodeError, type DialOptions, type PodAddress, type PodPresence } from "./dialer";
import { askApi } from "./kubernetes-api";
import { PodPatience } from "./pod-patience";
import { refusedState, statefulSetRefusal } from "./pod-refusal";
import { isReady, isSpeaking, podState, spokenState, type PodState } from "./pod-state";
import { speakingContainer } from "../../lib/container-words";
import { statefulSetOf } from "./rollout-pod";
import { NotYet, unlessStopped, waitUntil } from "../framework/wait";
import { isScalingUp } from "./scale-up";
import { watchUntil } from "./watch-until";

const rights = "get, list and watch on pods and create on pods/portforward";

/**
 * Milliseconds between looks for the reason of a missing pod, since the watch of a pod that does not exist reports
 * nothing.
 */
const lookMs = 2_000;

/** Lines of a log among which a container's last words about itself are. */
const logLines = 200;

export class PodWatcher {
  private readonly api: CoreV1Api;

  constructor(private readonly config: KubeConfig) {
    this.api = config.makeApiClient(CoreV1Api);
  }

  async presence(node: PodAddress, signal: AbortSignal): Promise<PodPresence> {
    const status = (): void => undefined;
    return (await this.find(node, { signal, status })).pod === undefined ? "absent" : "present";
  }

  /**
   * Resolves when the pod is Ready. The signal limits the wait; the status says what the pod waits for.
   *
   * @throws PodFaultError when the pod will not become Ready by itself, within half a minute of the fault
   */
  async waitUntilReady(node: PodAddress, options: DialOptions): Promise<void> {
    const patience = new PodPatience("pod", `${node.namespace}/${node.pod} of ${node.name}`);
    await waitUntil<true>(
      async () => {
        const { pod, resourceVersion } = await this.find(node, options);
        if (isReady(pod)) return true;
        if (pod === undefined && options.absentPods === "refuse") {
          throw new AbsentNodeError(`node ${node.name}: there is no pod ${node.namespace}/${node.pod}`);
        }
        const state = await this.stateOf(node, pod, options);
        options.status(`waiting for pod ${node.namespace}/${node.pod}: ${state.words}`);
        const left = patience.see(pod?.metadata?.uid, state, await isScalingUp(this.api, pod, options.signal));
        const lookAgainIn = pod === undefined || isSpeaking(pod) ? Math.min(left, lookMs) : left;
        const seen = await this.watchFor(node, { pod, resourceVersion, lookAgainIn }, options);
        if (isReady(seen)) return true;
        return new NotYet(seen === undefined ? state.words : podState(seen).words);
      },
      { ...options, waitingFor: `pod ${node.namespace}/${node.pod} of ${node.name} to be Ready` },
    );
  }

  private async stateOf(node: PodAddress, pod: V1Pod | undefined, options: DialOptions): Promise<PodState> {
    if (pod === undefined) return this.absentState(node, options.signal);
    return (isSpeaking(pod) ? await this.spoken(node, options.signal) : undefined) ?? podState(pod);
  }

  /** What the pod says in its log; undefined also where nobody may read it: it only explains. */
  private async spoken({ namespace, pod: name }: PodAddress, signal: AbortSignal): Promise<PodState | undefined> {
    const request = { namespace, name, container: speakingContainer, tailLines: logLines };
    try {
      return spokenState(await unlessStopped(this.api.readNamespacedPodLog(request), signal, "reading a log"));
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  private async absentState({ namespace, pod }: PodAddress, signal: AbortSignal): Promise<PodState> {
    const refusal = await statefulSetRefusal(this.api, { namespace, name: statefulSetOf(pod) }, signal);
    return refusal === undefined ? podState(undefined) : refusedState(refusal);
  }

  /** The present pod, from a list with which a watch can continue. */
  async find(
    node: PodAddress,
    options: DialOptions,
  ): Promise<{ pod: V1Pod | undefined; resourceVersion: string | undefined }> {
    const question = { node, object: `pod ${node.pod}`, rights: rights };
    const request = { namespace: node.namespace, fieldSelector: `metadata.name=${node.pod}` };
    const list = await askApi(question, options, () => this.api.listNamespacedPod(request));
    return { pod: list.items[0], resourceVersion: list.metadata?.resourceVersion };
  }

  /** Follows the pod until it is Ready, its state changes or the next look is due. Returns its last state. */
  private async watchFor(
    node: PodAddress,
    from: { pod: V1Pod | undefined; resourceVersion: string | undefined; lookAgainIn: number },
    options: DialOptions,
  ): Promise<V1Pod | undefined> {
    const words = podState(from.pod).words;
    let last = from.pod;
    await watchUntil<V1Pod>(this.config, {
      path: `/api/v1/namespaces/${node.namespace}/pods`,
      query: { fieldSelector: `metadata.name=${node.pod}`, resourceVersion: from.resourceVersion },
      see: (type, pod) => {
        last = type === "DELETED" ? undefined : pod;
        if (isReady(last)) return true;
        const seen = podState(last).words;
        if (seen !== words) options.status(`waiting for pod ${node.namespace}/${node.pod}: ${seen}`);
        return seen !== words;
      },
      milliseconds: from.lookAgainIn,
      signal: options.signal,
    });
    return last;
  }
}
