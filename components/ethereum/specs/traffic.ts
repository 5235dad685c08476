/** Who talks to whom in an Ethereum network. Everything that is not in here is blocked. */
import type { EthereumConfig } from "../../config";
import type { TrafficRules } from "../../kubernetes";
import type { ClientPorts } from "../clients/client";
import { clientLabels, type Component } from "../names";

/** Absent on purpose: JSON-RPC of validators, which only `pulumi` reaches, by port-forward. */
export function trafficRules(
  network: string,
  config: Pick<EthereumConfig, "rpc" | "monitoring">,
  ports: ClientPorts,
): TrafficRules<Component> {
  const { clientNamespaces: namespaces, clientCidrs: cidrs } = config.rpc;
  const rpcPorts = [ports.http, ports.ws];
  return {
    pairs: [
      // Blocks, votes and transactions among validators.
      { from: "validator", to: "validator", port: ports.p2p, within: "namespace" },
      // RPC nodes fetch blocks and hand in transactions; nobody has to find them.
      { from: "rpc", to: "validator", port: ports.p2p, within: "namespace" },
    ],
    guests: [
      ...rpcPorts.map((port) => ({ to: "rpc" as const, port, namespaces, cidrs, podLabels: clientLabels(network) })),
      ...monitoringGuests(config.monitoring, ports),
    ],
    dns: ["validator", "rpc"],
  };
}

function monitoringGuests(
  monitoring: EthereumConfig["monitoring"],
  { metrics: port }: ClientPorts,
): TrafficRules<Component>["guests"] {
  if (monitoring === undefined) return [];
  const namespaces = [monitoring.namespace];
  return [
    { to: "validator", port, namespaces },
    { to: "rpc", port, namespaces },
  ];
}
