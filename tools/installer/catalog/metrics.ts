import type { Tool } from "../tool";

/** Kubernetes' metrics server, for autoscalers on the local cluster. */
export const metricsTools: readonly Tool[] = [
  {
    name: "metrics-server",
    group: "metrics",
    version: "0.9.0",
    programs: ["metrics-server"],
    builds: [
      {
        module: "metrics-server",
        packages: { "metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server" },
        variables: { "k8s.io/client-go/pkg/version.gitVersion": "v0.9.0" },
      },
    ],
  },
];
