/** Labels that identify the objects of a builder's caller. */
export type Labels = Record<string, string>;

export interface AppLabels {
  /** Kind of program: `peer`, `orderer`. */
  name: string;
  /** Instance of it: `peer0`. */
  instance: string;
  /** Network to which it belongs. */
  partOf: string;
}

/** Labels that Kubernetes recommends: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function appLabels({ name, instance, partOf }: AppLabels): Labels {
  return {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": instance,
    "app.kubernetes.io/part-of": partOf,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}
