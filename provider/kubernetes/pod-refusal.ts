/** Pods that the API server refuses to create: quota, pod security, admission webhooks. */
import type { CoreV1Api, CoreV1Event, V1Deployment } from "@kubernetes/client-node";
import type { PodState } from "./pod-state";
import { unlessStopped } from "../framework/wait";

/** Reasons of the StatefulSet controller's events, see `pkg/controller/statefulset/stateful_pod_control.go` of Kubernetes. */
const failedReason = "FailedCreate";
const succeededReason = "SuccessfulCreate";

/** The API server's refusals, with a remedy each; the first match counts. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /exceeded quota|failed quota/,
    "raise the quota of the namespace (kubectl describe resourcequota), or ask for less in `resources`",
  ],
  [
    /violates PodSecurity/,
    "allow such pods in the namespace by its labels pod-security.kubernetes.io/..., or take back what it does not allow",
  ],
  [/admission webhook .* denied/, "make an exception in the policy of that webhook, or take back what it denies"],
  [/calling webhook/, "repair the service of that webhook, or take its configuration away"],
];

const otherRemedy = "change what the API server objects to";

/** @param message Refusal of the API server, as the pod's controller reports it. */
export function refusedState(message: string): PodState {
  const [, remedy = otherRemedy] = remedies.find(([words]) => words.test(message)) ?? [];
  return {
    words: `the API server refuses to create a pod: ${message}`,
    fault: { kind: "refused", remedy: `${remedy}; then \`pulumi up\` again` },
  };
}

/** Reason why a Deployment's newest pods cannot be created; undefined when there is none. */
export function deploymentRefusal({ status }: V1Deployment): string | undefined {
  const condition = status?.conditions?.find((each) => each.type === "ReplicaFailure" && each.status === "True");
  return condition?.reason === failedReason ? condition.message : undefined;
}

/**
 * Reason why a missing pod of a StatefulSet cannot be created. StatefulSets have no condition for it, so the newest
 * event about creation is read. Undefined when the event reports no refusal, and when events cannot be read.
 */
export async function statefulSetRefusal(
  api: CoreV1Api,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const fieldSelector = `involvedObject.kind=StatefulSet,involvedObject.name=${name}`;
  try {
    const { items } = await unlessStopped(
      api.listNamespacedEvent({ namespace, fieldSelector }),
      signal,
      "reading events",
    );
    const about = items.filter(({ reason }) => reason === failedReason || reason === succeededReason);
    const newest = about.reduce<CoreV1Event | undefined>((last, event) => laterOf(last, event), undefined);
    return newest?.reason === failedReason ? newest.message : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/**
 * The later of two events. Events have whole seconds; within the same second success is last, since no further attempt
 * follows it.
 */
function laterOf(last: CoreV1Event | undefined, event: CoreV1Event): CoreV1Event {
  if (last === undefined) return event;
  const [before, after] = [timeOf(last), timeOf(event)];
  return after > before || (after === before && event.reason === succeededReason) ? event : last;
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return (lastTimestamp ?? eventTime ?? metadata.creationTimestamp)?.getTime() ?? 0;
}
