/** Access of applications outside the cluster to an Ethereum network, and placement of its pods. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readStack, runProgram } from "../support/program/run";

interface Template {
  metadata: { labels: Record<string, string> };
  spec: { nodeSelector?: unknown; tolerations?: unknown };
}

describe("an Ethereum network behind an Ingress", function () {
  this.timeout(60_000);

  it("has one name for each protocol, both under TLS, and nodes that answer to them and ask for tokens", async () => {
    const config = readStack("existing-ethereum");
    const network = config.network as { ethereum: { rpc: object } };
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwtPublicKey = publicKey.export({ type: "spki", format: "pem" });
    const ingress = { host: "rpc.example.com", wsHost: "ws.example.com", className: "nginx" };
    network.ethereum.rpc = { clientNamespaces: ["ingress-nginx"], ingress, jwtPublicKey };
    const { resources, outputs } = await runProgram("existing-ethereum", { ...config, network });
    const found = resources.find(({ type }) => type === "kubernetes:networking.k8s.io/v1:Ingress");
    const { spec } = found?.inputs as { spec: unknown };
    const path = (port: string) => ({
      paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "rpc", port: { name: port } } } }],
    });
    assert.deepEqual(spec, {
      ingressClassName: "nginx",
      tls: [{ hosts: ["rpc.example.com", "ws.example.com"], secretName: "rpc-tls" }],
      rules: [
        { host: "rpc.example.com", http: path("http") },
        { host: "ws.example.com", http: path("ws") },
      ],
    });
    const { rpc } = (outputs as { ethereum: { rpc: { httpUrl: string; wsUrl: string } } }).ethereum;
    assert.deepEqual([rpc.httpUrl, rpc.wsUrl], ["https://rpc.example.com", "wss://ws.example.com"]);
    assert.ok(resources.some(({ type, name }) => type === "kubernetes:core/v1:ConfigMap" && name === "ledger-rpc-jwt"));
    const sets = JSON.stringify(resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet"));
    assert.match(sets, /"BESU_HOST_ALLOWLIST","value":"[^"]*,rpc\.example\.com,ws\.example\.com"/);
    assert.match(sets, /"BESU_RPC_WS_AUTHENTICATION_JWT_PUBLIC_KEY_FILE","value":"\/jwt\/public-key\.pem"/);
  });
});

describe("an Ethereum network behind a load balancer without a name", function () {
  this.timeout(60_000);

  it("has nodes that answer to the address the load balancer got, which the outputs tell", async () => {
    const config = readStack("existing-ethereum");
    const network = config.network as { ethereum: { rpc: object } };
    network.ethereum.rpc = { type: "LoadBalancer", clientCidrs: ["10.0.0.0/8"] };
    const { resources, outputs } = await runProgram("existing-ethereum", { ...config, network });
    const { hostname } = new URL((outputs as { ethereum: { rpc: { httpUrl: string } } }).ethereum.rpc.httpUrl);
    const sets = JSON.stringify(resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet"));
    assert.match(sets, new RegExp(`"BESU_HOST_ALLOWLIST","value":"[^"]*,${hostname}"`));
  });
});

describe("an Ethereum network behind a Gateway", function () {
  this.timeout(60_000);

  it("has one route for each protocol, to the RPC nodes alone, and nodes that answer to their names", async () => {
    const config = readStack("existing-ethereum");
    const network = config.network as { ethereum: { rpc: object } };
    const gateway = { name: "main", namespace: "doors", host: "rpc.example.com", wsHost: "ws.example.com" };
    network.ethereum.rpc = { clientNamespaces: ["doors"], gateway: { ...gateway, sectionName: "https" } };
    const { resources, outputs } = await runProgram("existing-ethereum", { ...config, network });
    const routes = resources.filter(({ type }) => type === "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
    const parentRefs = [{ name: "main", namespace: "doors", sectionName: "https" }];
    const rules = (port: number) => [{ backendRefs: [{ name: "rpc", port }] }];
    assert.deepEqual(
      routes.map(({ inputs }) => (inputs as { spec: unknown }).spec),
      [
        { parentRefs, hostnames: ["rpc.example.com"], rules: rules(8545) },
        { parentRefs, hostnames: ["ws.example.com"], rules: rules(8546) },
      ],
    );
    const { rpc } = (outputs as { ethereum: { rpc: { httpUrl: string; wsUrl: string } } }).ethereum;
    assert.deepEqual([rpc.httpUrl, rpc.wsUrl], ["https://rpc.example.com", "wss://ws.example.com"]);
    const sets = JSON.stringify(resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet"));
    assert.match(sets, /"BESU_HOST_ALLOWLIST","value":"[^"]*,rpc\.example\.com,ws\.example\.com"/);
    assert.deepEqual(
      resources.filter(({ type }) => /Ingress$/.test(type)),
      [],
    );
  });
});

describe("an Ethereum network on nodes and from a registry of its own", function () {
  this.timeout(60_000);

  it("pulls images with its Secrets, and places each kind of pod", async () => {
    const config = readStack("local-clique");
    const network = config.network as { ethereum: object };
    const nodesOf = (pool: string) => ({
      nodeSelector: { pool },
      tolerations: [{ key: pool, operator: "Equal", value: "ledger", effect: "NoSchedule" }],
    });
    const kinds = ["validator", "rpc", "bootnode", "ethstats"];
    const placement = Object.fromEntries(kinds.map((kind) => [kind, nodesOf(kind)]));
    const ethereum = { ...network.ethereum, placement, imagePullSecrets: ["registry"] };
    const { resources } = await runProgram("local-clique", { ...config, network: { ...network, ethereum } });

    const templates = resources
      .filter(({ type }) => /:(StatefulSet|Deployment)$/.test(type))
      .map(({ inputs }) => (inputs as { spec: { template: Template } }).spec.template);
    const kindOf = ({ metadata }: Template) => metadata.labels["ethereum.component"] ?? "";
    assert.deepEqual(new Set(templates.map(kindOf)), new Set(kinds));
    for (const template of templates) {
      const { nodeSelector, tolerations } = template.spec;
      assert.deepEqual({ nodeSelector, tolerations }, nodesOf(kindOf(template)));
    }

    const accounts = resources
      .filter(({ type }) => type === "kubernetes:core/v1:ServiceAccount")
      .map(({ inputs }) => inputs as { metadata: { name: string }; imagePullSecrets?: unknown });
    assert.deepEqual(accounts.find(({ metadata: { name } }) => name === "ethereum")?.imagePullSecrets, [
      { name: "registry" },
    ]);
  });
});
