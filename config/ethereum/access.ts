/** Access to an Ethereum network: RPC nodes, proxies before them, and the dashboard. */
import { createPublicKey } from "node:crypto";
import type { z } from "zod";
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import { problem, type Problem } from "../../lib/problem";
import { annotations, dnsLabel, dnsName, flag, image, list, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule } from "../kit/rule";
import { exposure, openToAll, unreachable } from "../shared/exposure";

const ingress = map({
  host: dnsName().describe("Name of JSON-RPC over HTTP. The record that leads there is yours to make."),
  wsHost: dnsName().optional().describe("Name of JSON-RPC over WebSocket; another one than `host`. Default: none."),
  className: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of an IngressClass")
    .optional()
    .describe("IngressClass. Default: the cluster's own."),
  tlsSecret: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a Secret")
    .default("rpc-tls")
    .describe("Secret of type `kubernetes.io/tls` in the network's namespace, yours or cert-manager's."),
  annotations: annotations().describe("Annotations of the Ingress, for its controller or cert-manager."),
});

const gateway = map({
  name: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a Gateway").describe(
    "Name of the Gateway, which is yours and ends TLS.",
  ),
  namespace: dnsLabel(63).describe("Namespace of the Gateway. Its listener has to admit routes of the network's."),
  sectionName: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a listener")
    .optional()
    .describe("Listener of the Gateway. Default: all that match the names."),
  host: dnsName().describe("Name of JSON-RPC over HTTP. The record that leads there is yours to make."),
  wsHost: dnsName().optional().describe("Name of JSON-RPC over WebSocket; another one than `host`. Default: none."),
  annotations: annotations().describe("Annotations of the HTTPRoutes."),
});

const toNodes = exposure({
  type: "How clients reach the RPC nodes: inside the cluster only, or by a load balancer.",
  people: "clients may connect",
  pods: "may connect",
});

const rpc = map({
  replicas: wholeNumber(0, 100).default(2).describe("Number of RPC nodes; where to start from with `autoscaling`."),
  autoscaling: map({
    maxReplicas: wholeNumber(1, 100).describe("Number of RPC nodes at most; `replicas` is the least."),
    targetCpuPercent: wholeNumber(1, 100).default(70).describe("Processor use above which nodes are added."),
  })
    .optional()
    .describe("Adds and removes RPC nodes by load. Needs a metrics server in the cluster."),
  type: toNodes.type,
  httpPort: wholeNumber(1, 65535).default(8545).describe("Port of the Service for JSON-RPC over HTTP."),
  wsPort: wholeNumber(1, 65535).default(8546).describe("Port of the Service for JSON-RPC over WebSocket."),
  externalTrafficPolicy: toNodes.externalTrafficPolicy,
  annotations: toNodes.annotations,
  ingress: ingress
    .optional()
    .describe(
      "An Ingress with TLS in front of the Service. `clientNamespaces` has to name its controller's namespace.",
    ),
  gateway: gateway
    .optional()
    .describe(
      "Instead of an Ingress: HTTPRoutes to a Gateway with TLS. `clientNamespaces` has to name the namespace of its pods.",
    ),
  jwtPublicKey: text(/^-----BEGIN PUBLIC KEY-----/, "an RSA public key, PEM")
    .optional()
    .describe("Requests need a token that the owner of this key has signed, RS256 (Besu only). Default: none."),
  hosts: list(dnsName(), { of: "DNS names" })
    .default([])
    .describe("Further names under which clients reach the nodes. Requests for any other name are refused."),
  corsOrigins: list(text(/^[^\s,]+$/, 'an origin, for example "https://app.example.com"'), { of: "origins" })
    .default([])
    .describe("Origins of web pages that may call the nodes."),
  clientCidrs: toNodes.clientCidrs,
  clientNamespaces: toNodes.clientNamespaces,
  labelledClients: flag()
    .default(false)
    .describe(
      "Pods of any namespace may connect that have the label `ethereum.client: NETWORK`. Whoever may create pods then lets himself in.",
    ),
}).prefault({});

/** Release of Node.js with which the dashboard is tested. */
const nodeRelease = "24.21.0";

const toDashboard = exposure({
  type: "How people reach the dashboard: inside the cluster only, or by a load balancer.",
  people: "people may look",
  pods: "may look",
});

const ethstats = map({
  image: image()
    .default(`docker.io/library/node:${nodeRelease}-alpine`)
    .describe("Image with Node.js 22.18 or newer, which runs the dashboard of this project from a ConfigMap."),
  type: toDashboard.type,
  port: wholeNumber(1, 65535).default(3000).describe("Port of the Service."),
  externalTrafficPolicy: toDashboard.externalTrafficPolicy,
  annotations: toDashboard.annotations,
  clientCidrs: toDashboard.clientCidrs,
  clientNamespaces: toDashboard.clientNamespaces,
});

export const accessFields = {
  rpc: rpc.describe("Nodes that serve applications."),
  ethstats: ethstats.optional().describe("A dashboard that every node reports to. Default: none."),
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

const services = ["rpc", "ethstats"] as const;

export const accessRules: readonly Rule<LooseAccess>[] = [
  error(frontDoors),
  error(tokens),
  error(rpcNodes),
  error(({ config }) => services.flatMap((service) => unreachable(config[service], `${base}.${service}`))),
  warning(({ config }) => services.flatMap((service) => openToAll(config[service], `${base}.${service}`))),
];
