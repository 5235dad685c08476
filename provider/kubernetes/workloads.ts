/** Waits for Deployments and StatefulSets that update their pods by themselves. */
import {
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1Deployment,
  type V1Pod,
  type V1StatefulSet,
} from "@kubernetes/client-node";
import type { Workload } from "./sdk";
import type { DialOptions } from "./dialer";
import { askApi, type ApiQuestion } from "./kubernetes-api";
import { PodPatience } from "./pod-patience";
import { deploymentRefusal, refusedState, statefulSetRefusal } from "./pod-refusal";
import { isReady, podState, type PodState } from "./pod-state";
import { NotYet, waitUntil } from "../framework/wait";
import { isScalingUp } from "./scale-up";
import { watchUntil } from "./watch-until";

type LiveWorkload = V1Deployment | V1StatefulSet;

/** Labels that the controllers set: the template of a pod. */
const revisionLabels = { Deployment: "pod-template-hash", StatefulSet: "controller-revision-hash" } as const;

const rights = "get and watch on deployments and statefulsets and list on pods";

/** Milliseconds between looks at the pods while the workload reports no change. */
const lookMs = 2_000;

export class Workloads {
  private readonly apps: AppsV1Api;
  private readonly core: CoreV1Api;

  constructor(private readonly config: KubeConfig) {
    this.apps = config.makeApiClient(AppsV1Api);
    this.core = config.makeApiClient(CoreV1Api);
  }

  /**
   * Resolves when all pods have the newest template and are available, as with `kubectl rollout status`.
   *
   * @throws PodFaultError when one of the newest pods will not become Ready by itself, or cannot be created
   */
  async untilRolledOut(workload: Workload, options: DialOptions): Promise<void> {
    const whole = new PodPatience(workload.kind, `${workload.namespace}/${workload.workload} of ${workload.name}`);
    const patience = new Map<string, PodPatience>();
    await waitUntil<true>(
      async () => {
        const live = await this.read(workload, options);
        const missing = missingOf(live);
        if (missing === undefined) return true;
        const waiting = (await this.newestPods(workload, live, options)).filter((pod) => !isReady(pod));
        for (const pod of waiting) {
          const name = pod.metadata?.name ?? "";
          const known =
            patience.get(name) ?? new PodPatience("pod", `${workload.namespace}/${name} of ${workload.name}`);
          patience.set(name, known);
          known.see(pod.metadata?.uid, podState(pod), await isScalingUp(this.core, pod, options.signal));
        }
        const refusal = await this.refusal(workload, live, options);
        const refused = refusal === undefined ? undefined : refusedState(refusal);
        whole.see(missing, refused ?? wholeState(waiting, missing));
        const states = [...(refused === undefined ? [] : [refused]), ...waiting.map(podState)];
        const words = [missing, ...states.map((state) => state.words)].join("; ");
        options.status(`waiting for ${workload.name}: ${words}`);
        await this.watch(workload, live, missing, options);
        return new NotYet(words);
      },
      { ...options, waitingFor: `${workload.kind} ${workload.namespace}/${workload.workload} of ${workload.name}` },
    );
  }

  private read({ name, namespace, kind, workload }: Workload, options: DialOptions): Promise<LiveWorkload> {
    const question: ApiQuestion = { node: { name, namespace }, object: `${kind} ${workload}`, rights: rights };
    const request = { namespace, name: workload };
    return askApi<LiveWorkload>(question, options, () =>
      kind === "Deployment"
        ? this.apps.readNamespacedDeployment(request)
        : this.apps.readNamespacedStatefulSet(request),
    );
  }

  /** Pods of the newest template; all others are being removed, whatever their state. */
  private async newestPods(
    { name, namespace, kind }: Workload,
    live: LiveWorkload,
    options: DialOptions,
  ): Promise<V1Pod[]> {
    const question: ApiQuestion = { node: { name, namespace }, object: "pods", rights: rights };
    const labels = Object.entries(live.spec?.selector.matchLabels ?? {});
    const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(",");
    const { items } = await askApi(question, options, () => this.core.listNamespacedPod({ namespace, labelSelector }));
    const label = revisionLabels[kind];
    const ages = items.map((pod) => pod.metadata?.creationTimestamp?.getTime() ?? 0);
    const newest = items[ages.indexOf(Math.max(...ages))]?.metadata?.labels?.[label];
    return items.filter((pod) => pod.metadata?.labels?.[label] === newest);
  }

  /** Reason why missing pods cannot be created; undefined when none is missing or nothing prevents them. */
  private async refusal(
    { namespace, kind, workload }: Workload,
    live: LiveWorkload,
    { signal }: DialOptions,
  ): Promise<string | undefined> {
    const { wished, observed, replicas, updatedReplicas } = countsOf(live);
    if (!observed) return undefined;
    if (kind === "Deployment") return updatedReplicas < wished ? deploymentRefusal(live) : undefined;
    return replicas < wished ? statefulSetRefusal(this.core, { namespace, name: workload }, signal) : undefined;
  }

  private async watch(
    { namespace, kind, workload }: Workload,
    live: LiveWorkload,
    missing: string,
    options: DialOptions,
  ) {
    await watchUntil<LiveWorkload>(this.config, {
      path: `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`,
      query: { fieldSelector: `metadata.name=${workload}`, resourceVersion: live.metadata?.resourceVersion },
      see: (_type, seen) => missingOf(seen) !== missing,
      milliseconds: lookMs,
      signal: options.signal,
    });
  }
}

/** State of a whole workload: while pods are starting, each of them has its own time. */
function wholeState(waiting: readonly V1Pod[], missing: string): PodState {
  return waiting.length === 0
    ? { words: missing }
    : { words: `${missing}; ${waiting.length} of them are on their way`, isStarting: true };
}

/** Parts that are missing until the workload is rolled out; undefined when nothing is. */
function missingOf(live: LiveWorkload): string | undefined {
  const { wished, observed, replicas, updatedReplicas, availableReplicas } = countsOf(live);
  if (!observed) return "its controller has not seen the newest template";
  if (updatedReplicas < wished) return `${updatedReplicas} of ${wished} pods are of the newest template`;
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} former pods are left`;
  if (availableReplicas < wished) return `${availableReplicas} of ${wished} pods are available`;
  return undefined;
}

/** Pods of the workload, and whether its controller has counted them for the newest template. */
function countsOf({ metadata, spec, status }: LiveWorkload) {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  return {
    wished: spec?.replicas ?? 1,
    observed: observedGeneration >= (metadata?.generation ?? 0),
    replicas,
    updatedReplicas,
    availableReplicas,
  };
}
