/**
 * Network policies from a table of connections. Everything is denied in both directions. Each row of the table opens
 * one port twice: outward at the source and inward at the target.
 */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { usualDnsServers, type DnsServers } from "./dns";
import type { Labels } from "./labels";

type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type NetworkPolicy = k8s.types.input.networking.v1.NetworkPolicy;
type PolicyPeer = k8s.types.input.networking.v1.NetworkPolicyPeer;

type Protocol = "TCP" | "UDP";

/** Pods of `component` may connect to pods of `to` on `port`, within their namespace or across the whole network. */
export interface Pair<C extends string> {
  from: C;
  to: C;
  port: number;
  /** Protocol of the port. Default: TCP. */
  protocol?: Protocol;
  within: "namespace" | "network";
}

/** Clients other than pods of the network, which may connect to pods of `to` on `port`; opened at the target only. */
export interface Guest<C extends string> {
  to: C;
  port: number;
  /** Protocol of the port. Default: TCP. */
  protocol?: Protocol;
  /** Pods with these labels, in any namespace. */
  podLabels?: Labels;
  /** Names of namespaces. */
  namespaces?: readonly string[];
  /** Networks outside the cluster. */
  cidrs?: readonly string[];
}

/** Servers other than pods of the network, to which pods of `from` may connect on `port`; opened at the source only. */
export interface Outside<C extends string> {
  from: C;
  port: number;
  /** Protocol of the port. Default: TCP. */
  protocol?: Protocol;
  namespaces?: readonly string[];
  cidrs?: readonly string[];
}

export interface TrafficRules<C extends string> {
  pairs: readonly Pair<C>[];
  guests: readonly Guest<C>[];
  /** Servers outside of the network. Default: none. */
  outside?: readonly Outside<C>[];
  /** Components that resolve names. */
  dns: readonly C[];
}

export interface PolicyScope<C extends string> {
  namespace: pulumi.Input<string>;
  /** Components that run in this namespace. */
  components: readonly C[];
  /** Labels of the pods of a component. */
  podLabels: (component: C) => Labels;
  /** Labels of every namespace of the network. */
  networkLabels: Labels;
  /** Labels of the policies themselves. */
  labels: Labels;
  /** Servers that answer the cluster's questions for names. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[] | undefined;
}

/** One policy that denies everything, and one per component with its connections. */
export function buildNetworkPolicies<C extends string>(rules: TrafficRules<C>, scope: PolicyScope<C>): NetworkPolicy[] {
  return [denyAll(scope), ...scope.components.map((component) => allow(component, rules, scope))];
}

function denyAll<C extends string>({ namespace, labels }: PolicyScope<C>): NetworkPolicy {
  return {
    metadata: { name: "default-deny", namespace, labels },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  };
}

function allow<C extends string>(component: C, rules: TrafficRules<C>, scope: PolicyScope<C>): NetworkPolicy {
  const inward = rules.pairs.filter((pair) => pair.to === component);
  const outward = rules.pairs.filter((pair) => pair.from === component);
  const guests = rules.guests.filter((guest) => guest.to === component);
  const outside = (rules.outside ?? []).filter((way) => way.from === component);
  const ingress = byPort([
    ...inward.map((pair) => ({ ...portOf(pair), peers: [podsOf(pair.from, pair.within, scope)] })),
    ...guests.map((guest) => ({ ...portOf(guest), peers: guestPeers(guest) })),
  ]).map(({ peers, ...port }) => ({ from: peers, ports: [port] }));
  const egress = byPort([
    ...outward.map((pair) => ({ ...portOf(pair), peers: [podsOf(pair.to, pair.within, scope)] })),
    ...outside.map((way) => ({ ...portOf(way), peers: guestPeers(way) })),
  ]).map(({ peers, ...port }) => ({ to: peers, ports: [port] }));
  return {
    metadata: { name: component, namespace: scope.namespace, labels: scope.labels },
    spec: {
      podSelector: { matchLabels: scope.podLabels(component) },
      policyTypes: ["Ingress", "Egress"],
      ingress,
      egress: rules.dns.includes(component) ? [...egress, ...dnsRules(scope.dns ?? usualDnsServers)] : egress,
    },
  };
}

function podsOf<C extends string>(component: C, within: Pair<C>["within"], scope: PolicyScope<C>): PolicyPeer {
  const podSelector = { matchLabels: scope.podLabels(component) };
  return within === "namespace"
    ? { podSelector }
    : { namespaceSelector: { matchLabels: scope.networkLabels }, podSelector };
}

function portOf({ port, protocol = "TCP" }: { port: number; protocol?: Protocol }) {
  return { port, protocol };
}

function guestPeers({ podLabels, namespaces = [], cidrs = [] }: Omit<Guest<string>, "to" | "port">): PolicyPeer[] {
  return [
    ...(podLabels === undefined ? [] : [{ namespaceSelector: {}, podSelector: { matchLabels: podLabels } }]),
    ...namespaces.map((name) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } })),
    ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
  ];
}

interface Opening {
  port: number;
  protocol: Protocol;
  peers: PolicyPeer[];
}

/**
 * One opening per port, in order of appearance. An opening without peers makes no rule, since a rule without peers
 * would admit everybody.
 */
function byPort(openings: readonly Opening[]): Opening[] {
  const merged = new Map<string, Opening>();
  for (const { port, protocol, peers } of openings) {
    if (peers.length === 0) continue;
    const before = merged.get(`${protocol}/${port}`)?.peers ?? [];
    merged.set(`${protocol}/${port}`, { port, protocol, peers: [...before, ...peers] });
  }
  return [...merged.values()];
}

/**
 * One rule for all servers with the same ports. A server without pods and networks makes no rule, since its rule would
 * admit every target.
 */
function dnsRules(servers: readonly DnsServers[]): EgressRule[] {
  const rules = new Map<string, { ports: readonly number[]; peers: PolicyPeer[] }>();
  for (const { namespace, podLabels, cidrs = [], ports = [53] } of servers) {
    const pods = namespace === undefined ? [] : [podsIn(namespace, podLabels)];
    const peers = [...pods, ...cidrs.map((cidr) => ({ ipBlock: { cidr } }))];
    const key = ports.join();
    if (peers.length > 0) rules.set(key, { ports, peers: [...(rules.get(key)?.peers ?? []), ...peers] });
  }
  return [...rules.values()].map(({ ports, peers }) => ({
    to: peers,
    ports: ports.flatMap((port) => [
      { port, protocol: "UDP" },
      { port, protocol: "TCP" },
    ]),
  }));
}

function podsIn(namespace: string, podLabels: Labels | undefined): PolicyPeer {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    ...(podLabels === undefined ? {} : { podSelector: { matchLabels: podLabels } }),
  };
}
