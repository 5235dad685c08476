import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { statusOf } from "./kubernetes-api";
import { podState } from "./pod-state";
import { unlessStopped } from "../framework/wait";

/** Events by which the cluster autoscaler and Karpenter say that a machine for the pod is on its way. */
const SCALE_UP_REASONS = ["TriggeredScaleUp", "Nominated"];

/** Whether somebody makes a machine for a pod that fits nowhere. Who may not read events cannot know, and waits as if. */
export async function isScalingUp(api: CoreV1Api, pod: V1Pod | undefined, signal: AbortSignal): Promise<boolean> {
  if (pod?.metadata === undefined || podState(pod).fault?.kind !== "unschedulable") return false;
  const { uid, namespace = "" } = pod.metadata;
  const request = { namespace, fieldSelector: `involvedObject.uid=${uid}` };
  try {
    const { items } = await unlessStopped(api.listNamespacedEvent(request), signal, "reading events");
    return items.some(({ reason }) => SCALE_UP_REASONS.includes(reason ?? ""));
  } catch (error) {
    signal.throwIfAborted();
    return statusOf(error) === 403;
  }
}
