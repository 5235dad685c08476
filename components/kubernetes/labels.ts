/** Labels by which a builder's caller knows its objects. */
export type Labels = Record<string, string>;

export interface AppLabels {
  /** What runs: `peer`, `orderer`. */
  name: string;
  /** Which one: `peer0`. */
  instance: string;
  /** What it belongs to: the network. */
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
