import type { Tool } from "../tool";

/**
 * Prometheus and Alertmanager for the local cluster, and Prometheus' own verdict on rules for tests. Prometheus finds its
 * targets in Kubernetes only: the other discoveries pull in the SDKs of all clouds.
 */
export const monitoringTools: readonly Tool[] = [
  {
    name: "prometheus",
    group: "monitoring",
    version: "3.16.0",
    programs: ["prometheus", "promtool"],
    builds: [
      {
        module: "prometheus",
        packages: {
          prometheus: "github.com/prometheus/prometheus/cmd/prometheus",
          promtool: "github.com/prometheus/prometheus/cmd/promtool",
        },
        tags: ["netgo", "osusergo", "remove_all_sd", "enable_kubernetes_sd"],
        variables: { "github.com/prometheus/common/version.Version": "3.16.0" },
      },
    ],
  },
  {
    name: "alertmanager",
    group: "monitoring",
    // The last release whose Go module contains its pages. Later ones make them by npm, and do not compile without them.
    version: "0.31.1",
    programs: ["alertmanager"],
    builds: [
      {
        module: "alertmanager",
        packages: { alertmanager: "github.com/prometheus/alertmanager/cmd/alertmanager" },
        tags: ["netgo", "osusergo"],
        variables: { "github.com/prometheus/common/version.Version": "0.31.1" },
      },
    ],
  },
];
