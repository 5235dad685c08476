import type * as k8s from "@pulumi/kubernetes";
import type { Labels } from "./labels";

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
