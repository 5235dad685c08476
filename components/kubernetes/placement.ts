import type * as k8s from "@pulumi/kubernetes";
import type { Labels } from "./labels";

type Affinity = k8s.types.input.core.v1.Affinity;
type Toleration = k8s.types.input.core.v1.Toleration;
type Spread = k8s.types.input.core.v1.TopologySpreadConstraint;

/**
 * Spreads pods with `labels` over hosts and zones.
 *
 * Spreading over zones is a wish, since volumes already tie pods to a zone and some clusters have none. Spreading over
 * hosts is required if `hosts` says "must". Hosts with taints that the pods do not tolerate (drained, unreachable) do
 * not count: otherwise no pod could start while such a host exists.
 */
export function spreadOver(labels: Labels, hosts: "must" | "wish"): Spread[] {
  const labelSelector = { matchLabels: labels };
  return [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: hosts === "must" ? "DoNotSchedule" : "ScheduleAnyway",
      nodeTaintsPolicy: "Honor",
      labelSelector,
    },
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector,
    },
  ];
}

/** Nodes of the cluster that may run a pod. Default: any node without a taint. */
export interface Placement {
  nodeSelector?: Labels;
  tolerations?: Toleration[];
}

/**
 * Prefers hosts, and then zones, without another pod with `labels` in any namespace with `namespaceLabels`, since
 * spreading counts pods of one namespace only. A wish: with fewer hosts than pods, all pods still start.
 */
export function keepApart(labels: Labels, namespaceLabels: Labels): Affinity {
  const away = (topologyKey: string, weight: number) => ({
    weight,
    podAffinityTerm: {
      topologyKey,
      labelSelector: { matchLabels: labels },
      namespaceSelector: { matchLabels: namespaceLabels },
    },
  });
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        away("kubernetes.io/hostname", 100),
        away("topology.kubernetes.io/zone", 50),
      ],
    },
  };
}
