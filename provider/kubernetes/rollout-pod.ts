/** Pod name of a StatefulSet with one replica. */
export function rolloutPod(statefulSet: string): string {
  return `${statefulSet}-0`;
}

/** StatefulSet of a pod with this name. */
export function statefulSetOf(pod: string): string {
  return pod.slice(0, pod.lastIndexOf("-"));
}
