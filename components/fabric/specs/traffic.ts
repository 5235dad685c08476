/** Connections in a Fabric network. Network policies block all others. */
import type { FabricConfig } from "../../../config";
import type { TrafficRules } from "../../kubernetes";
import { ports, type Component } from "../names";

/**
 * Connections between pods. Absent on purpose: 7053, which only `pulumi` reaches, by port-forward; 7052, since with
 * chaincode as a service the peer connects; connections from chaincode, which only answers.
 */
export function trafficRules(config: Pick<FabricConfig, "gateway" | "monitoring">): TrafficRules<Component> {
  const { clientNamespaces, clientCidrs } = config.gateway;
  return {
    pairs: [
      // Consensus and replication among orderers.
      { from: "orderer", to: "orderer", port: ports.orderer.grpc, within: "network" },
      // Peers fetch blocks and hand in transactions.
      { from: "peer", to: "orderer", port: ports.orderer.grpc, within: "network" },
      // Gossip, discovery and endorsement, also across organisations.
      { from: "peer", to: "peer", port: ports.peer.grpc, within: "network" },
      // Peers call chaincode of their own organisation only.
      { from: "peer", to: "chaincode", port: ports.chaincode, within: "namespace" },
    ],
    guests: [
      { to: "peer", port: ports.peer.grpc, namespaces: clientNamespaces, cidrs: clientCidrs },
      ...monitoringGuests(config.monitoring),
    ],
    dns: ["orderer", "peer"],
  };
}

function monitoringGuests(monitoring: FabricConfig["monitoring"]): TrafficRules<Component>["guests"] {
  if (monitoring === undefined) return [];
  const namespaces = [monitoring.namespace];
  return [
    { to: "peer", port: ports.peer.operations, namespaces },
    { to: "orderer", port: ports.orderer.operations, namespaces },
  ];
}
