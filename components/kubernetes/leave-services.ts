import type * as k8s from "@pulumi/kubernetes";

/** Time after which every node's kube-proxy has removed a pod from its Services; it takes about a second. */
const leaveSeconds = 3;

/**
 * Keeps a container serving until no Service leads to it any more. A pod that stops at once leaves clients with an
 * address that answers nothing; each waits for its own connect timeout instead of trying another pod. Kubernetes does
 * not report when all nodes have removed the pod, so there is no condition to wait for. Needs Kubernetes 1.30.
 */
export function leaveServicesFirst(): k8s.types.input.core.v1.Lifecycle {
  return { preStop: { sleep: { seconds: leaveSeconds } } };
}
