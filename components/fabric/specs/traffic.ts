/** Connections in a Fabric network. Network policies block all others. */
import type { ExposureConfig, FabricConfig, PartnerConfig } from "../../../config";
import type { TrafficRules } from "../../kubernetes";
import { ports, type Component } from "../names";

/**
 * Connections between pods. Absent on purpose: 7053, which only `pulumi` reaches, by port-forward; 7052, since with
 * chaincode as a service the peer connects; connections from chaincode, which only answers.
 *
 * @param exposure Way into the organisation from outside of the cluster. Default: none.
 */
export function trafficRules(
  config: Pick<FabricConfig, "gateway" | "monitoring" | "partners">,
  exposure?: ExposureConfig,
): TrafficRules<Component> {
  const { clientNamespaces, clientCidrs } = config.gateway;
  const outer = exposure === undefined ? nobody : outerRules(exposure);
  const partners = partnerRules(config.partners ?? [], exposure);
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
      ...outer.pairs,
    ],
    guests: [
      { to: "peer", port: ports.peer.grpc, namespaces: clientNamespaces, cidrs: clientCidrs },
      ...monitoringGuests(config.monitoring),
      ...outer.guests,
      ...partners.guests,
    ],
    ...(partners.outside.length > 0 ? { outside: partners.outside } : {}),
    dns: ["orderer", "peer", ...outer.dns],
  };
}

const nobody: TrafficRules<Component> = { pairs: [], guests: [], dns: [] };

/** Ports of nodes that are open to the outside. */
const nodes = [
  { to: "peer", port: ports.peer.grpc },
  { to: "orderer", port: ports.orderer.grpc },
] as const;

/** Connections from outside. With a router only the router takes them, and only the router connects to nodes. */
function outerRules(exposure: ExposureConfig): TrafficRules<Component> {
  switch (exposure.type) {
    case "router":
      return {
        pairs: nodes.map((node) => ({ from: "router", ...node, within: "namespace" })),
        guests: [{ to: "router", port: ports.router.tls, cidrs: exposure.clientCidrs }],
        dns: ["router"],
      };
    case "gateway":
      return { ...nobody, guests: nodes.map((node) => ({ ...node, namespaces: exposure.clientNamespaces })) };
    case "loadBalancer":
      return { ...nobody, guests: nodes.map((node) => ({ ...node, cidrs: exposure.clientCidrs })) };
  }
}

/**
 * Connections with nodes of other companies, in both directions: by their public names, and to the router or the nodes here. A
 * Gateway of the user's own is what connects to the nodes here.
 */
function partnerRules(
  partners: readonly PartnerConfig[],
  exposure: ExposureConfig | undefined,
): Required<Pick<TrafficRules<Component>, "guests" | "outside">> {
  const targets = exposure?.type === "router" ? [{ to: "router", port: ports.router.tls } as const] : nodes;
  return {
    guests: partners.flatMap(({ cidrs }) =>
      exposure?.type === "gateway" ? [] : targets.map((target) => ({ ...target, cidrs })),
    ),
    outside: partners.flatMap(({ cidrs, ports: open }) =>
      open.flatMap((port) => nodes.map(({ to: from }) => ({ from, port, cidrs }))),
    ),
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
