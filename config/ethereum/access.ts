/** Access to an Ethereum network: RPC nodes, proxies before them, and the dashboard. */
import { createPublicKey } from "node:crypto";
import type { z } from "zod";
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import { problem, type Problem } from "../../lib/problem";
import { annotations, dnsLabel, dnsName, flag, image, list, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule } from "../kit/rule";
import { exposure, openToAll, unreachable } from "../shared/exposure";
import { nodeImage } from "../shared/workload";

const ingress = map({
  host: dnsName().describe("Name of JSON-RPC over HTTP. The record that leads there is yours to make."),
  wsHost: dnsName().optional().describe("Name of JSON-RPC over WebSocket; another one than `host`. Default: none."),
  className: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of an IngressClass")
    .optional()
    .describe("IngressClass. Default: that of the cluster."),
  tlsSecret: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a Secret")
    .default("rpc-tls")
    .describe("Secret of type `kubernetes.io/tls` in the network's namespace, yours or cert-manager's."),
  annotations: annotations().describe("Annotations of the Ingress, for its controller or cert-manager."),
});

const gateway = map({
  name: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a Gateway").describe(
    "Name of your Gateway, which ends TLS.",
  ),
  namespace: dnsLabel(63).describe(
    "Namespace of the Gateway. Its listener must admit routes of the network's namespace.",
  ),
  sectionName: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a listener")
    .optional()
    .describe("Listener of the Gateway. Default: all that match the host names."),
  host: dnsName().describe("Name of JSON-RPC over HTTP. The record that leads there is yours to make."),
  wsHost: dnsName().optional().describe("Name of JSON-RPC over WebSocket; another one than `host`. Default: none."),
  annotations: annotations().describe("Annotations of the HTTPRoutes."),
});

const toNodes = exposure({
  type: "Access of clients to the RPC nodes: inside the cluster only, or by a load balancer.",
  people: "clients may connect",
  pods: "may connect",
});

const rpc = map({
  replicas: wholeNumber(0, 100).default(2).describe("Number of RPC nodes; with `autoscaling` their minimum."),
  autoscaling: map({
    maxReplicas: wholeNumber(1, 100).describe("Maximum number of RPC nodes; `replicas` is the minimum."),
    targetCpuPercent: wholeNumber(1, 100)
      .default(70)
      .describe("Average processor use, in percent of the request, above which nodes are added."),
  })
    .optional()
    .describe(
      "Addition and removal of RPC nodes by load. Needs a metrics server in the cluster; `make up` starts one on a local cluster.",
    ),
  type: toNodes.type,
  httpPort: wholeNumber(1, 65535).default(8545).describe("Port of the Service for JSON-RPC over HTTP."),
  wsPort: wholeNumber(1, 65535).default(8546).describe("Port of the Service for JSON-RPC over WebSocket."),
  externalTrafficPolicy: toNodes.externalTrafficPolicy,
  annotations: toNodes.annotations,
  ingress: ingress
    .optional()
    .describe(
      "An Ingress with TLS in front of the Service. `clientNamespaces` must contain its controller's namespace.",
    ),
  gateway: gateway
    .optional()
    .describe(
      "Instead of an Ingress: HTTPRoutes to a Gateway with TLS. `clientNamespaces` must contain the namespace of the Gateway's pods.",
    ),
  jwtPublicKey: text(/^-----BEGIN PUBLIC KEY-----/, "an RSA public key, PEM")
    .optional()
    .describe(
      "Public key of the tokens that requests need, signed by RS256 (Besu only). Default: none, requests need no token.",
    ),
  hosts: list(dnsName(), { of: "DNS names" })
    .default([])
    .describe("Further host names of the nodes. Requests with any other host name are refused."),
  corsOrigins: list(text(/^[^\s,]+$/, 'an origin, for example "https://app.example.com"'), { of: "origins" })
    .default([])
    .describe("Origins of web pages that may call the nodes. Default: none."),
  clientCidrs: toNodes.clientCidrs,
  clientNamespaces: toNodes.clientNamespaces,
  labelledClients: flag()
    .default(false)
    .describe(
      "Whether pods of any namespace with the label `ethereum.client: NETWORK` may connect. Every user who can create pods then has access.",
    ),
}).prefault({});

const toDashboard = exposure({
  type: "Access of people to the dashboard: inside the cluster only, or by a load balancer.",
  people: "people may look",
  pods: "may look",
});

const ethstats = map({
  image: image()
    .default(nodeImage)
    .describe("Image with Node.js 22.18 or newer, for the dashboard's program, which a ConfigMap holds."),
  type: toDashboard.type,
  port: wholeNumber(1, 65535).default(3000).describe("Port of the Service."),
  externalTrafficPolicy: toDashboard.externalTrafficPolicy,
  annotations: toDashboard.annotations,
  clientCidrs: toDashboard.clientCidrs,
  clientNamespaces: toDashboard.clientNamespaces,
});

export const accessFields = {
  rpc: rpc.describe("Nodes that serve applications."),
  ethstats: ethstats.optional().describe("Dashboard to which every node reports. Default: none."),
};

/** Values that the rules about access read. */
export interface LooseAccess {
  config: {
    client?: Client | undefined;
    rpc?: Loose<z.infer<typeof rpc>> | undefined;
    ethstats?: Loose<z.infer<typeof ethstats>> | undefined;
  };
}

const base = "network.ethereum";

/** Proxies before the RPC Service, which end TLS. */
function frontDoors({ config: { rpc: nodes } }: LooseAccess): Problem[] {
  const doors = { ingress: nodes?.ingress, gateway: nodes?.gateway };
  const problems = Object.entries(doors).flatMap(([door, settings]): Problem[] =>
    settings?.wsHost !== undefined && settings.wsHost === settings.host
      ? [problem({ path: `${base}.rpc.${door}.wsHost`, given: settings.wsHost, must: "be another name than host" })]
      : [],
  );
  const [first, second] = Object.entries(doors).flatMap(([door, settings]) => (settings === undefined ? [] : [door]));
  if (second !== undefined) {
    const because = `there is ${first}, and the network has one URL`;
    problems.push(problem({ path: `${base}.rpc.${second}`, must: "be left out", because }));
  }
  if (first !== undefined && nodes?.clientNamespaces?.length === 0 && nodes.clientCidrs?.length === 0) {
    const must = `name the namespace of the ${first} controller`;
    const because = "it connects to the RPC nodes";
    problems.push(problem({ path: `${base}.rpc.clientNamespaces`, given: [], must, because }));
  }
  return problems;
}

function tokens({ config: { client, rpc: nodes } }: LooseAccess): Problem[] {
  const key = nodes?.jwtPublicKey;
  const path = `${base}.rpc.jwtPublicKey`;
  if (key === undefined || client === undefined) return [];
  if (!clientFacts[client].hasTokens) {
    return [problem({ path, must: "be left out", because: `${clientFacts[client].title} knows no tokens` })];
  }
  return isRsaKey(key) ? [] : [problem({ path, given: key, must: "be an RSA public key of 2048 bits or more, PEM" })];
}

function isRsaKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}

function rpcNodes({ config: { rpc: nodes } }: LooseAccess): Problem[] {
  const { httpPort, wsPort, replicas, autoscaling } = nodes ?? {};
  const problems: Problem[] = [];
  if (httpPort !== undefined && httpPort === wsPort) {
    problems.push(problem({ path: `${base}.rpc.wsPort`, given: wsPort, must: "be another port than httpPort" }));
  }
  const most = autoscaling?.maxReplicas;
  if (most !== undefined && replicas !== undefined && (most < replicas || replicas === 0)) {
    const right = replicas === 0 ? "left out while replicas is 0" : `${replicas} (replicas) or more`;
    problems.push(problem({ path: `${base}.rpc.autoscaling.maxReplicas`, given: most, must: `be ${right}` }));
  }
  return problems;
}

/** Ways in that lead to no node. */
function doorsToNowhere({ config: { rpc: nodes } }: LooseAccess): Problem[] {
  if (nodes?.replicas !== 0) return [];
  const doors = {
    ingress: nodes.ingress !== undefined,
    gateway: nodes.gateway !== undefined,
    "type: LoadBalancer": nodes.type === "LoadBalancer",
  };
  const [first] = Object.entries(doors).flatMap(([door, isThere]) => (isThere ? [door] : []));
  if (first === undefined) return [];
  const because = `there is \`${first}\`, which leads to no node`;
  return [problem({ path: `${base}.rpc.replicas`, given: 0, should: "be 1 or more", because })];
}

const services = ["rpc", "ethstats"] as const;

export const accessRules: readonly Rule<LooseAccess>[] = [
  error(frontDoors),
  error(tokens),
  error(rpcNodes),
  error(({ config }) => services.flatMap((service) => unreachable(config[service], `${base}.${service}`))),
  warning(doorsToNowhere),
  warning(({ config }) => services.flatMap((service) => openToAll(config[service], `${base}.${service}`))),
];
