/**
 * Alerts about pods and volumes of networks of every kind. Volumes and restarts come from the kubelet (`/metrics`, and
 * `/metrics/cadvisor` or `/metrics/resource`), which Prometheus usually reads on every cluster.
 */
import { recorded, type Alert } from "./alert";

export const nodeAlerts: readonly Alert[] = [
  {
    name: "LedgerNodeDown",
    severity: "warning",
    expr: `${recorded.node}{$NODES} unless on (namespace, pod) (up{$NODES} == 1)`,
    for: "3m",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} gives no metrics",
    description:
      "The pod is gone, does not start or does not answer. Look at it with kubectl describe; the last lines of its log stand in its status.",
  },
  {
    name: "LedgerPodRestarting",
    severity: "warning",
    // A container that restarts is another series of cAdvisor, and the same one of the kubelet's resource metrics.
    expr: `changes(max by (namespace, pod, container) (container_start_time_seconds{$NODES, container!=""})[15m:15s]) >= 3`,
    for: "0s",
    summary: "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} restarts again and again",
    description:
      "The container started three times within 15 minutes. The end of its log stands in the status of the pod; correct the stack file or take the last change back.",
  },
  {
    name: "LedgerVolumeNearlyFull",
    severity: "warning",
    expr: `kubelet_volume_stats_available_bytes{$NODES} / kubelet_volume_stats_capacity_bytes{$NODES} < 0.15`,
    for: "5m",
    summary: "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left",
    description: "A ledger only grows. Raise the size under `storage` in the stack file and run make up.",
  },
  {
    name: "LedgerVolumeFull",
    severity: "critical",
    expr: `kubelet_volume_stats_available_bytes{$NODES} / kubelet_volume_stats_capacity_bytes{$NODES} < 0.03`,
    for: "1m",
    summary: "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left",
    description:
      "The node stops when nothing is left. Raise the size under `storage` in the stack file, run make up, and delete the pod if it has stopped.",
  },
];
