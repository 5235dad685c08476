import type { Tool } from "../tool";

/** Prometheus' own verdict on rules, for tests. Built without the discovery of targets, which pulls in the SDKs of all clouds. */
export const monitoringTools: readonly Tool[] = [
  {
    name: "promtool",
    group: "monitoring",
    version: "3.16.0",
    programs: ["promtool"],
    builds: [
      {
        module: "prometheus",
        packages: { promtool: "github.com/prometheus/prometheus/cmd/promtool" },
        tags: ["netgo", "osusergo", "remove_all_sd"],
        variables: { "github.com/prometheus/common/version.Version": "3.16.0" },
      },
    ],
  },
];
