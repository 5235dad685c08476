import type * as k8s from "@pulumi/kubernetes";
import type { Labels } from "./labels";

type Affinity = k8s.types.input.core.v1.Affinity;
type Toleration = k8s.types.input.core.v1.Toleration;
type Spread = k8s.types.input.core.v1.TopologySpreadConstraint;

/**
 * Spreads pods with `labels` over hosts and zones.
 *
 * Zones are a wish, since volumes already tie pods to one and not every cluster names them. Hosts are a must where
 * `hosts` says so; hosts with taints the pods do not bear (drained, unreachable) do not count, or nothing could start
 * while one of them is away.
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

/** Which nodes of the cluster may run a pod. Default: any that has no taint. */
export interface Placement {
  nodeSelector?: Labels;
  tolerations?: Toleration[];
}

/**
 * Prefers hosts, and then zones, without another pod with `labels` in any namespace with `namespaceLabels`. Spread
 * counts the pods of one namespace only. A wish: where there are fewer hosts than such pods they still start.
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
