import type { KubernetesObject } from "../access/api-client";
import { monitoringPorts, podLabels, type MonitoringProgram } from "./deployment";

/**
 * Connections of the add-on; all others are blocked. Only Prometheus reaches the networks, whose own policies open the
 * metrics ports to this namespace. Users come by port-forward, which policies do not concern.
 */
export function monitoringPolicies(namespace: string, scraped: readonly string[]): KubernetesObject[] {
  const policy = (name: string, spec: object): KubernetesObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec,
  });
  const alerts = [{ port: monitoringPorts.alertmanager, protocol: "TCP" }];
  return [
    policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    policy("prometheus", {
      podSelector: pods("prometheus"),
      policyTypes: ["Egress"],
      egress: [
        { to: [inNamespace("kube-system")], ports: ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol })) },
        // The API server and the kubelets, whose addresses are those of hosts.
        { ports: [6443, 10_250].map((port) => ({ port, protocol: "TCP" })) },
        { to: [{ podSelector: pods("alertmanager") }], ports: alerts },
        { to: scraped.map(inNamespace) },
      ],
    }),
    policy("alertmanager", {
      podSelector: pods("alertmanager"),
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: pods("prometheus") }], ports: alerts }],
    }),
  ];
}

function pods(name: MonitoringProgram): object {
  return { matchLabels: podLabels(name) };
}

function inNamespace(name: string): object {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}
