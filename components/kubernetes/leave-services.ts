import type * as k8s from "@pulumi/kubernetes";

/** Long enough for every node's kube-proxy to have taken a pod out of its Services, which takes about a second. */
const leaveSeconds = 3;

/**
 * Keeps a container serving until no Service leads to it any more. A pod that stops at once leaves clients dialling
 * an address that answers nothing: each then waits for its own connect timeout instead of going to another pod.
 * Kubernetes tells nobody when the last node has heard, so there is no condition to wait for. Needs Kubernetes 1.30.
 */
export function leaveServicesFirst(): k8s.types.input.core.v1.Lifecycle {
  return { preStop: { sleep: { seconds: leaveSeconds } } };
}
