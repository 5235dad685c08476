/** Pods that are not made at all, since the API server refuses them: quota, pod security, admission webhooks. */
import type { CoreV1Api, CoreV1Event, V1Deployment } from "@kubernetes/client-node";
import type { PodState } from "./pod-state";
import { unlessStopped } from "../framework/wait";

/** Reasons of the StatefulSet controller's events, see `pkg/controller/statefulset/stateful_pod_control.go` of Kubernetes. */
const FAILED = "FailedCreate";
const SUCCEEDED = "SuccessfulCreate";

/** Words of the API server's refusals, and the remedy for each; the first that fits counts. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
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

const OTHER_REMEDY = "change what the API server objects to";

/** @param message the API server's refusal, in the words of the controller that wants the pod */
export function refusedState(message: string): PodState {
  const [, remedy = OTHER_REMEDY] = REMEDIES.find(([words]) => words.test(message)) ?? [];
  return {
    words: `the API server refuses to create a pod: ${message}`,
    fault: { kind: "refused", remedy: `${remedy}; then \`pulumi up\` again` },
  };
}

/** Why pods of a Deployment's newest template cannot be made; undefined when that is not said. */
export function deploymentRefusal({ status }: V1Deployment): string | undefined {
  const condition = status?.conditions?.find((each) => each.type === "ReplicaFailure" && each.status === "True");
  return condition?.reason === FAILED ? condition.message : undefined;
}

/**
 * Why a missing pod of a StatefulSet cannot be made: its newest event about creation says so, since StatefulSets have no
 * condition for it. Undefined when it does not, and where events cannot be read.
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
    const about = items.filter(({ reason }) => reason === FAILED || reason === SUCCEEDED);
    const newest = about.reduce<CoreV1Event | undefined>((last, event) => laterOf(last, event), undefined);
    return newest?.reason === FAILED ? newest.message : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Events tell whole seconds. Of one second, the success comes last: after it nothing is tried any more. */
function laterOf(last: CoreV1Event | undefined, event: CoreV1Event): CoreV1Event {
  if (last === undefined) return event;
  const [before, after] = [timeOf(last), timeOf(event)];
  return after > before || (after === before && event.reason === SUCCEEDED) ? event : last;
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return (lastTimestamp ?? eventTime ?? metadata.creationTimestamp)?.getTime() ?? 0;
}
