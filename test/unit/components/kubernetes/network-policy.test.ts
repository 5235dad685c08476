/**
 * Effect of the policies, computed from the objects as Kubernetes defines it: a connection needs an egress rule at its
 * source and an ingress rule at its target. End-to-end tests show that a cluster enforces them.
 */
import assert from "node:assert/strict";
import { buildNetworkPolicies, type PolicyScope, type TrafficRules } from "../../../../components/kubernetes";
import { componentLabels, networkLabels, type Component } from "../../../../components/fabric/names";
import { trafficRules } from "../../../../components/fabric/specs/traffic";

interface Selector {
  matchLabels?: Record<string, string>;
}
interface PolicyPeer {
  namespaceSelector?: Selector;
  podSelector?: Selector;
  ipBlock?: { cidr: string };
}
interface Policy {
  metadata: { namespace: string };
  spec: {
    podSelector: Selector;
    ingress?: { from: PolicyPeer[]; ports: { port: number; protocol: string }[] }[];
    egress?: { to: PolicyPeer[]; ports: { port: number; protocol: string }[] }[];
  };
}
interface Pod {
  name: string;
  namespace: string;
  namespaceLabels: Record<string, string>;
  labels: Record<string, string>;
}

const gateway = { clientNamespaces: ["apps"], clientCidrs: ["10.0.0.0/8"] };
const rules = trafficRules({ gateway, monitoring: { namespace: "monitoring" } } as Parameters<typeof trafficRules>[0]);

function scope(namespace: string, components: Component[]): PolicyScope<Component> {
  const podLabels = (component: Component) => componentLabels("net", component);
  return { namespace, components, podLabels, networkLabels: networkLabels("net"), labels: {} };
}

function policiesOf(namespace: string, components: Component[], traffic: TrafficRules<Component> = rules): Policy[] {
  return buildNetworkPolicies(traffic, scope(namespace, components)) as unknown as Policy[];
}

const policies = [
  ...policiesOf("net-orderer", ["orderer"]),
  ...policiesOf("net-org1", ["peer", "chaincode"]),
  ...policiesOf("net-org2", ["peer", "chaincode"]),
];

function pod(name: string, namespace: string, component?: Component, network = "net"): Pod {
  const isMember = namespace.startsWith("net-");
  return {
    name,
    namespace,
    namespaceLabels: { "kubernetes.io/metadata.name": namespace, ...(isMember ? networkLabels("net") : {}) },
    labels: component === undefined ? {} : componentLabels(network, component),
  };
}

const pods = [
  pod("orderer", "net-orderer", "orderer"),
  pod("orderer'", "net-orderer", "orderer"),
  pod("peer1", "net-org1", "peer"),
  pod("peer1'", "net-org1", "peer"),
  pod("chaincode1", "net-org1", "chaincode"),
  pod("peer2", "net-org2", "peer"),
  pod("chaincode2", "net-org2", "chaincode"),
  pod("stranger1", "net-org1"),
  pod("app", "apps"),
  pod("prometheus", "monitoring"),
  pod("peer-elsewhere", "other", "peer"),
];
const portNumbers = [7050, 7051, 7052, 7053, 8443, 9443, 9999, 5984];

function selects(selector: Selector | undefined, labels: Record<string, string>): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

function matches(peer: PolicyPeer, candidate: Pod, home: string): boolean {
  if (peer.ipBlock !== undefined) return false;
  const inNamespace =
    peer.namespaceSelector === undefined
      ? candidate.namespace === home
      : selects(peer.namespaceSelector, candidate.namespaceLabels);
  return inNamespace && selects(peer.podSelector, candidate.labels);
}

/** Pods without any policy are open. With one, only connections that a policy allows pass. */
function allows(from: Pod, to: Pod, port: number): boolean {
  const of = (target: Pod) =>
    policies.filter(
      ({ metadata, spec }) => metadata.namespace === target.namespace && selects(spec.podSelector, target.labels),
    );
  const sources = of(from);
  const targets = of(to);
  const leaves = sources.some(({ spec, metadata }) =>
    (spec.egress ?? []).some(
      (rule) =>
        rule.ports.some((entry) => entry.port === port) &&
        rule.to.some((peer) => matches(peer, to, metadata.namespace)),
    ),
  );
  const enters = targets.some(({ spec, metadata }) =>
    (spec.ingress ?? []).some(
      (rule) =>
        rule.ports.some((entry) => entry.port === port) &&
        rule.from.some((peer) => matches(peer, from, metadata.namespace)),
    ),
  );
  return (sources.length === 0 || leaves) && (targets.length === 0 || enters);
}

describe("network policies of a Fabric network", () => {
  it("open exactly the listed connections, among all pods and ports", () => {
    const open = pods.flatMap((from) =>
      pods
        .filter((to) => to.name !== from.name && to.namespace.startsWith("net-"))
        .flatMap((to) =>
          portNumbers.filter((port) => allows(from, to, port)).map((port) => `${from.name} -> ${to.name} ${port}`),
        ),
    );
    assert.deepEqual(open, [
      "orderer -> orderer' 7050",
      "orderer' -> orderer 7050",
      "peer1 -> orderer 7050",
      "peer1 -> orderer' 7050",
      "peer1 -> peer1' 7051",
      "peer1 -> chaincode1 9999",
      "peer1 -> peer2 7051",
      "peer1' -> orderer 7050",
      "peer1' -> orderer' 7050",
      "peer1' -> peer1 7051",
      "peer1' -> chaincode1 9999",
      "peer1' -> peer2 7051",
      "peer2 -> orderer 7050",
      "peer2 -> orderer' 7050",
      "peer2 -> peer1 7051",
      "peer2 -> peer1' 7051",
      "peer2 -> chaincode2 9999",
      "app -> peer1 7051",
      "app -> peer1' 7051",
      "app -> peer2 7051",
      "prometheus -> orderer 8443",
      "prometheus -> orderer' 8443",
      "prometheus -> peer1 9443",
      "prometheus -> peer1' 9443",
      "prometheus -> peer2 9443",
    ]);
  });

  it("allow DNS to pods that connect to others, and to no other pods", () => {
    const withDns = policies.filter(({ spec }) =>
      (spec.egress ?? []).some(({ ports }) => ports.some(({ port }) => port === 53)),
    );
    assert.deepEqual(
      withDns.map(({ spec }) => spec.podSelector.matchLabels?.["fabric.component"]),
      ["orderer", "peer", "peer"],
    );
  });

  /** For example `kube-system k8s-app=kube-dns 53/UDP`, or an address in place of the pods. */
  function nameServers(dns?: PolicyScope<Component>["dns"]): string[] {
    const asking: TrafficRules<Component> = { pairs: [], guests: [], dns: ["peer"] };
    const [, peer] = buildNetworkPolicies(asking, { ...scope("net-org1", ["peer"]), dns }) as unknown as Policy[];
    const words = (labels: Record<string, string> = {}) => Object.entries(labels).map((pair) => pair.join("="));
    return (peer?.spec.egress ?? []).flatMap(({ to, ports }) =>
      to.flatMap(({ namespaceSelector, podSelector, ipBlock }) =>
        ports.map(({ port, protocol }) =>
          [
            ...(ipBlock ? [ipBlock.cidr] : Object.values(namespaceSelector?.matchLabels ?? {})),
            ...words(podSelector?.matchLabels),
            `${port}/${protocol}`,
          ].join(" "),
        ),
      ),
    );
  }

  it("lead to the DNS of every usual cluster: its pods, caches on each node, Cloud DNS, OpenShift", () => {
    const places = [
      ["kube-system k8s-app=kube-dns", 53],
      ["kube-system k8s-app=node-local-dns", 53],
      ["169.254.20.10/32", 53],
      ["169.254.25.10/32", 53],
      ["169.254.10.11/32", 53],
      ["169.254.169.254/32", 53],
      ["openshift-dns dns.operator.openshift.io/daemonset-dns=default", 5353],
    ] as const;
    assert.deepEqual(
      nameServers(),
      places.flatMap(([place, port]) => [`${place} ${port}/UDP`, `${place} ${port}/TCP`]),
    );
  });

  it("lead to the servers of an unusual cluster instead where they are named, and to no others", () => {
    assert.deepEqual(nameServers([{ namespace: "dns", ports: [8053] }, { cidrs: ["10.0.0.10/32"] }]), [
      "dns 8053/UDP",
      "dns 8053/TCP",
      "10.0.0.10/32 53/UDP",
      "10.0.0.10/32 53/TCP",
    ]);
  });

  it("lead nowhere for servers that are nowhere, since a rule without targets would lead everywhere", () => {
    assert.deepEqual(nameServers([{ ports: [53] }]), []);
  });

  it("admit clients from outside to peers only", () => {
    const blocks = policies.flatMap(({ spec }) =>
      (spec.ingress ?? []).flatMap(({ from, ports }) =>
        from.flatMap(({ ipBlock }) => (ipBlock ? [`${ipBlock.cidr} ${ports.map(({ port }) => port).join()}`] : [])),
      ),
    );
    assert.deepEqual(blocks, ["10.0.0.0/8 7051", "10.0.0.0/8 7051"]);
  });

  it("keep protocols apart, and lead out only where a way is named", () => {
    const ways: TrafficRules<Component> = {
      pairs: [
        { from: "peer", to: "peer", port: 7051, within: "namespace" },
        { from: "peer", to: "peer", port: 7051, protocol: "UDP", within: "namespace" },
      ],
      guests: [],
      outside: [
        { from: "peer", port: 7051, namespaces: ["elsewhere"], cidrs: ["10.9.0.0/16"] },
        { from: "peer", port: 7052 },
      ],
      dns: [],
    };
    const [, peer] = policiesOf("net-org1", ["peer"], ways);
    const own = { podSelector: { matchLabels: componentLabels("net", "peer") } };
    const away = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "elsewhere" } } };
    assert.deepEqual(peer?.spec.egress, [
      { to: [own, away, { ipBlock: { cidr: "10.9.0.0/16" } }], ports: [{ port: 7051, protocol: "TCP" }] },
      { to: [own], ports: [{ port: 7051, protocol: "UDP" }] },
    ]);
    assert.deepEqual(
      peer?.spec.ingress?.map(({ ports }) => ports),
      [[{ port: 7051, protocol: "TCP" }], [{ port: 7051, protocol: "UDP" }]],
    );
  });

  it("make no rule without sources, which Kubernetes would read as everybody", () => {
    const closed: TrafficRules<Component> = { pairs: [], guests: [{ to: "peer", port: 7051 }], dns: [] };
    const [deny, peer] = policiesOf("net-org1", ["peer"], closed);
    assert.deepEqual(deny?.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    assert.deepEqual([peer?.spec.ingress, peer?.spec.egress], [[], []]);
  });
});
