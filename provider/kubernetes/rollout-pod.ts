/** Name of the pod of a StatefulSet of one replica. */
export function rolloutPod(statefulSet: string): string {
  return `${statefulSet}-0`;
}

/** Name of the StatefulSet that makes a pod of this name. */
export function statefulSetOf(pod: string): string {
  return pod.slice(0, pod.lastIndexOf("-"));
}
