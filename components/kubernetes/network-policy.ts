/**
 * Network policies from a table of who may talk to whom. Everything is denied in both directions; each row of the
 * table opens one port twice: outward at the source and inward at the target.
 */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";

type NetworkPolicy = k8s.types.input.networking.v1.NetworkPolicy;
type PolicyPeer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Ports = k8s.types.input.networking.v1.NetworkPolicyPort[];

/** Pods of `component` may connect to pods of `to` on `port`, within their namespace or across the whole network. */
export interface Pair<C extends string> {
  from: C;
  to: C;
  port: number;
  within: "namespace" | "network";
}

/** Others who may connect to pods of `to` on `port`; opened at the target only. */
export interface Guest<C extends string> {
  to: C;
  port: number;
  /** Pods with these labels, in any namespace. */
  podLabels?: Labels;
  /** Names of namespaces. */
  namespaces?: readonly string[];
  /** Networks outside the cluster. */
  cidrs?: readonly string[];
}

export interface TrafficRules<C extends string> {
  pairs: readonly Pair<C>[];
  guests: readonly Guest<C>[];
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
}

/** One policy that denies everything, and one per component with what it may do. */
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
  const ingress = byPort([
    ...inward.map((pair) => ({ port: pair.port, peers: [podsOf(pair.from, pair.within, scope)] })),
    ...guests.map((guest) => ({ port: guest.port, peers: guestPeers(guest) })),
  ]).map(({ port, peers }) => ({ from: peers, ports: tcp(port) }));
  const egress = byPort(outward.map((pair) => ({ port: pair.port, peers: [podsOf(pair.to, pair.within, scope)] }))).map(
    ({ port, peers }) => ({ to: peers, ports: tcp(port) }),
  );
  return {
    metadata: { name: component, namespace: scope.namespace, labels: scope.labels },
    spec: {
      podSelector: { matchLabels: scope.podLabels(component) },
      policyTypes: ["Ingress", "Egress"],
      ingress,
      egress: rules.dns.includes(component) ? [...egress, dnsRule()] : egress,
    },
  };
}

function podsOf<C extends string>(component: C, within: Pair<C>["within"], scope: PolicyScope<C>): PolicyPeer {
  const podSelector = { matchLabels: scope.podLabels(component) };
  return within === "namespace"
    ? { podSelector }
    : { namespaceSelector: { matchLabels: scope.networkLabels }, podSelector };
}

function guestPeers<C extends string>({ podLabels, namespaces = [], cidrs = [] }: Guest<C>): PolicyPeer[] {
  return [
    ...(podLabels === undefined ? [] : [{ namespaceSelector: {}, podSelector: { matchLabels: podLabels } }]),
    ...namespaces.map((name) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } })),
    ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
  ];
}

interface Opening {
  port: number;
  peers: PolicyPeer[];
}

/** One opening a port, in order of appearance. A rule without peers would open the port to everybody, so none is made. */
function byPort(openings: readonly Opening[]): Opening[] {
  const merged = new Map<number, PolicyPeer[]>();
  for (const { port, peers } of openings) {
    if (peers.length > 0) merged.set(port, [...(merged.get(port) ?? []), ...peers]);
  }
  return [...merged].map(([port, peers]) => ({ port, peers }));
}

function tcp(port: number): Ports {
  return [{ port, protocol: "TCP" }];
}

/** The labels of the cluster's DNS are the same on every vendor. */
function dnsRule(): k8s.types.input.networking.v1.NetworkPolicyEgressRule {
  return {
    to: [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
      },
    ],
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  };
}
