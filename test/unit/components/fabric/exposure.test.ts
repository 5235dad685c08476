/**
 * Access to an organisation from outside, as objects. `make soak` shows that HAProxy, a cluster and clients accept
 * them.
 */
import assert from "node:assert/strict";
import { buildNetworkPolicies } from "../../../../components/kubernetes";
import { componentLabels, networkLabels, type Component } from "../../../../components/fabric/names";
import { buildRouterConfig } from "../../../../components/fabric/specs/router-config";
import { buildTlsRoute } from "../../../../components/fabric/specs/tls-route";
import { trafficRules } from "../../../../components/fabric/specs/traffic";
import type { ExposureConfig } from "../../../../config";
import { fabricOf, read } from "../../config/read";

function exposureIn(yaml: string): ExposureConfig {
  const organization = `{ name: org1, domain: org1.example.com, exposure: ${yaml} }`;
  const text = `cluster: { vendor: local }\nnetwork: { type: fabric, fabric: { peerOrganizations: [${organization}] } }`;
  const [first] = fabricOf(read(text).config).peerOrganizations;
  assert.ok(first?.exposure !== undefined && first.exposure.type !== "none");
  return first.exposure;
}

const gatewayYaml = `{ type: gateway, parentRefs: [{ name: edge, namespace: doors }], clientNamespaces: [doors] }`;

describe("the router's configuration", () => {
  const text = buildRouterConfig([
    { name: "gateway", host: "gateway.org1.example.com", address: "gateway.net-org1.svc.cluster.local:7051" },
    { name: "peer0", host: "peer0.org1.example.com", address: "peer0.net-org1.svc.cluster.local:7051" },
  ]);
  const lines = text.split("\n").map((line) => line.trim());

  it("leads each name to its own Service, and turns other names away before any of it", () => {
    const choice = lines.filter((line) =>
      /^(acl|use_backend|tcp-request content (accept|reject)|default_backend)/.test(line),
    );
    assert.deepEqual(choice, [
      "acl is_known req.ssl_sni -i gateway.org1.example.com",
      "acl is_known req.ssl_sni -i peer0.org1.example.com",
      "tcp-request content accept if is_known",
      "tcp-request content reject",
      "use_backend gateway if { req.ssl_sni -i gateway.org1.example.com }",
      "use_backend peer0 if { req.ssl_sni -i peer0.org1.example.com }",
    ]);
    assert.equal(lines[lines.indexOf("backend peer0") + 1], "server node peer0.net-org1.svc.cluster.local:7051");
  });

  it("ends no TLS: no line names a certificate", () => {
    assert.doesNotMatch(text, /\b(crt|ssl|ca-file|verify)\b(?!_)/);
  });

  it("keeps a silent stream longer than the two hours after which a node asks for a sign of life", () => {
    assert.ok(lines.includes("timeout tunnel 3h"));
  });
});

describe("the policies of an organisation that is reached from outside", () => {
  const components: Component[] = ["peer", "chaincode", "router"];

  /** Allowed connections to the pods of a kind: `port from`. */
  function entrances(yaml: string, component: Component): string[] {
    const config = { gateway: { clientNamespaces: [], clientCidrs: [] } };
    const rules = trafficRules(config as unknown as Parameters<typeof trafficRules>[0], exposureIn(yaml));
    const policies = buildNetworkPolicies(rules, {
      namespace: "net-org1",
      components,
      podLabels: (kind) => componentLabels("net", kind),
      networkLabels: networkLabels("net"),
      labels: {},
    }) as unknown as {
      metadata: { name: string };
      spec: { ingress?: { from: unknown[]; ports: { port: number }[] }[] };
    }[];
    const policy = policies.find(({ metadata }) => metadata.name === component);
    return (policy?.spec.ingress ?? []).flatMap(({ from, ports }) =>
      from.map((peer) => `${ports[0]?.port} ${JSON.stringify(peer)}`),
    );
  }

  const router = '7051 {"podSelector":{"matchLabels":{"fabric.network":"net","fabric.component":"router"}}}';
  const network = '"ipBlock":{"cidr":"198.51.100.0/24"}';

  it("let others to the router alone, and the router to the nodes", () => {
    const yaml = "{ type: router, clientCidrs: [198.51.100.0/24] }";
    assert.deepEqual(entrances(yaml, "router"), [`7443 {${network}}`]);
    const toPeers = entrances(yaml, "peer");
    assert.ok(toPeers.includes(router));
    assert.ok(!toPeers.some((entrance) => entrance.includes("ipBlock")));
    assert.ok(!entrances(yaml, "chaincode").some((entrance) => entrance.includes("router")));
  });

  it("let partners in where others come in, and nodes out to partners' networks on their ports alone", () => {
    const partner = { cidrs: ["203.0.113.0/24"], ports: [443] };
    const ruled = (yaml?: string) =>
      trafficRules(
        { gateway: { clientNamespaces: [], clientCidrs: [] }, partners: [partner] } as unknown as Parameters<
          typeof trafficRules
        >[0],
        yaml === undefined ? undefined : exposureIn(yaml),
      );
    const targets = (yaml?: string) =>
      ruled(yaml).guests.flatMap(({ to, port, cidrs }) => (cidrs?.includes("203.0.113.0/24") ? [`${to} ${port}`] : []));
    assert.deepEqual(targets("{ type: router, clientCidrs: [198.51.100.0/24] }"), ["router 7443"]);
    assert.deepEqual(targets(gatewayYaml), []);
    assert.deepEqual(targets(), ["peer 7051", "orderer 7050"]);
    assert.deepEqual(ruled().outside, [
      { from: "peer", port: 443, cidrs: partner.cidrs },
      { from: "orderer", port: 443, cidrs: partner.cidrs },
    ]);
  });

  it("let a Gateway's pods, or the networks of load balancers, to the nodes", () => {
    const doors = '7051 {"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"doors"}}}';
    assert.ok(entrances(gatewayYaml, "peer").includes(doors));
    const yaml = "{ type: loadBalancer, clientCidrs: [198.51.100.0/24] }";
    assert.ok(entrances(yaml, "peer").includes(`7051 {${network}}`));
  });
});

describe("a route to a node through a Gateway", () => {
  it("has the node's public name, and leads to its Service at the Gateways that the stack file names", () => {
    const gateway = exposureIn(gatewayYaml);
    assert.ok(gateway.type === "gateway");
    const metadata = { name: "peer0", namespace: "net-org1" };
    const route = buildTlsRoute({ metadata, host: "peer0.org1.example.com", service: "peer0", port: 7051, gateway });
    assert.equal(route.apiVersion, "gateway.networking.k8s.io/v1");
    assert.deepEqual(route.spec, {
      parentRefs: [{ name: "edge", namespace: "doors" }],
      hostnames: ["peer0.org1.example.com"],
      rules: [{ backendRefs: [{ name: "peer0", port: 7051 }] }],
    });
  });
});
