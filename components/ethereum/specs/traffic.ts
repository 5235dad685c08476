/** Connections in an Ethereum network. Network policies block all others. */
import type { EthereumConfig } from "../../../config";
import type { Guest, Outside, Pair, TrafficRules } from "../../kubernetes";
import type { ClientPorts } from "../clients/client";
import { bootnodePort, clientLabels, ethstatsPort, rpcGroupName, type Component } from "../names";

type Settings = Pick<
  EthereumConfig,
  "rpc" | "rpcGroups" | "monitoring" | "validators" | "bootnodes" | "p2p" | "ethstats"
>;

/** Kinds of pods in the network. */
export function componentsOf({ validators, rpcGroups, bootnodes, ethstats }: Settings): Component[] {
  return [
    ...(validators.length > 0 ? (["validator"] as const) : []),
    "rpc",
    ...rpcGroups.map(rpcGroupName),
    ...(bootnodes.length > 0 ? (["bootnode"] as const) : []),
    ...(ethstats === undefined ? [] : (["ethstats"] as const)),
  ];
}

/**
 * Connections between pods. JSON-RPC of validators is absent on purpose: only `pulumi` reaches it, by port-forward.
 *
 * @param openTo Network whose label lets pods of any namespace call RPC nodes. Default: only namespaces in the stack
 * file.
 */
export function trafficRules(config: Settings, ports: ClientPorts, openTo?: string): TrafficRules<Component> {
  const present = componentsOf(config);
  const isThere = (...components: Component[]): boolean => components.every((each) => present.includes(each));
  const rpcKinds: Component[] = ["rpc", ...config.rpcGroups.map(rpcGroupName)];
  const nodes = (["validator", ...rpcKinds] as const).filter((each) => isThere(each));
  return {
    pairs: [
      ...peerPairs(rpcKinds, ports),
      ...discoveryPairs(nodes, rpcKinds, isThere("bootnode"), ports),
      ...reportPairs(nodes),
    ].filter(({ from, to }) => isThere(from, to)),
    guests: [
      ...clientGuests(config, ports, openTo),
      ...peerGuests(config, ports),
      ...monitoringGuests(nodes, config.monitoring, ports),
    ].filter(({ to }) => isThere(to)),
    outside: nodes.map((from): Outside<Component> => ({ from, port: ports.p2p, ...config.p2p })),
    dns: nodes,
  };
}

function clientGuests(
  { rpc, rpcGroups, ethstats }: Settings,
  { http, ws }: ClientPorts,
  openTo?: string,
): Guest<Component>[] {
  const { clientNamespaces: namespaces, clientCidrs: cidrs } = rpc;
  const watchers = { namespaces: ethstats?.clientNamespaces ?? [], cidrs: ethstats?.clientCidrs ?? [] };
  return [
    ...[http, ws].map((port): Guest<Component> => {
      return {
        to: "rpc",
        port,
        namespaces,
        cidrs,
        ...(openTo === undefined ? {} : { podLabels: clientLabels(openTo) }),
      };
    }),
    ...rpcGroups.flatMap((group) =>
      [http, ws].map((port): Guest<Component> => {
        return { to: rpcGroupName(group), port, namespaces: group.clientNamespaces, cidrs: group.clientCidrs };
      }),
    ),
    { to: "ethstats", port: ethstatsPort, ...watchers },
  ];
}

function peerPairs(rpcKinds: readonly Component[], { p2p: port }: ClientPorts): Pair<Component>[] {
  return [
    // Blocks, votes and transactions among validators.
    { from: "validator", to: "validator", port, within: "namespace" },
    // RPC nodes fetch blocks and hand in transactions. Without bootnodes no node has to find RPC nodes.
    ...rpcKinds.map((from): Pair<Component> => ({ from, to: "validator", port, within: "namespace" })),
  ];
}

/** With bootnodes, every node may find every other by UDP, and then connect to it. */
function discoveryPairs(
  nodes: readonly Component[],
  rpcKinds: readonly Component[],
  hasBootnodes: boolean,
  ports: ClientPorts,
): Pair<Component>[] {
  if (!hasBootnodes) return [];
  const udp = { protocol: "UDP", within: "namespace" } as const;
  return [
    ...[...rpcKinds, "validator" as const].flatMap((from) =>
      rpcKinds.map((to): Pair<Component> => ({ from, to, port: ports.p2p, within: "namespace" })),
    ),
    ...nodes.flatMap((from): Pair<Component>[] => [
      ...nodes.map((to): Pair<Component> => ({ from, to, port: ports.p2p, ...udp })),
      { from, to: "bootnode", port: bootnodePort, ...udp },
      { from: "bootnode", to: from, port: ports.p2p, ...udp },
    ]),
    { from: "bootnode", to: "bootnode", port: bootnodePort, ...udp },
  ];
}

function reportPairs(nodes: readonly Component[]): Pair<Component>[] {
  return nodes.map((from) => ({ from, to: "ethstats", port: ethstatsPort, within: "namespace" }));
}

/** Nodes of other stacks know the validators, like RPC nodes. */
function peerGuests({ p2p }: Settings, { p2p: port }: ClientPorts): Guest<Component>[] {
  return [{ to: "validator", port, ...p2p }];
}

function monitoringGuests(
  nodes: readonly Component[],
  monitoring: EthereumConfig["monitoring"],
  { metrics: port }: ClientPorts,
): Guest<Component>[] {
  if (monitoring === undefined) return [];
  const namespaces = [monitoring.namespace];
  return nodes.map((to) => ({ to, port, namespaces }));
}
