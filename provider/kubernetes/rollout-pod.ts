/** Name of the pod of a StatefulSet of one replica. */
export function rolloutPod(statefulSet: string): string {
  return `${statefulSet}-0`;
}
