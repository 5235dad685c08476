import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { statusOf } from "./kubernetes-api";
import { podState } from "./pod-state";
import { unlessStopped } from "../framework/wait";

/** Events with which cluster autoscaler and Karpenter announce a machine for the pod. */
const scaleUpReasons = ["TriggeredScaleUp", "Nominated"];

/**
 * Whether a machine is being added for a pod that fits nowhere. True without the right to read events, so that the wait
 * goes on.
 */
export async function isScalingUp(api: CoreV1Api, pod: V1Pod | undefined, signal: AbortSignal): Promise<boolean> {
  if (pod?.metadata === undefined || podState(pod).fault?.kind !== "unschedulable") return false;
  const { uid, namespace = "" } = pod.metadata;
  const request = { namespace, fieldSelector: `involvedObject.uid=${uid}` };
  try {
    const { items } = await unlessStopped(api.listNamespacedEvent(request), signal, "reading events");
    return items.some(({ reason }) => scaleUpReasons.includes(reason ?? ""));
  } catch (error) {
    signal.throwIfAborted();
    return statusOf(error) === 403;
  }
}
