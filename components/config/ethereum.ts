/** Stack file section `network.ethereum`: a private Ethereum network. */
import { type z } from "zod";
import { clientFacts, type Client } from "../../ledger/ethereum/client";
import { defaultClientVersion } from "../../ledger/ethereum/client-version";
import { genesis } from "./ethereum-genesis";
import { choice, cidr, dnsLabel, dnsName, flag, image, list, map, text, textMap, wholeNumber } from "./fields";
import { resources, volume } from "./workload";

/** Published images, by client. */
const repositories: Record<Client, (version: string) => string> = {
  besu: (version) => `docker.io/hyperledger/besu:${version}`,
  goquorum: (version) => `docker.io/quorumengineering/quorum:${version}`,
  geth: (version) => `docker.io/ethereum/client-go:v${version}`,
};

const validator = map({
  name: dnsLabel(40).describe("Name of the node."),
  privateKey: text(/./, "a private key of 64 hexadecimal digits")
    .optional()
    .describe("A key of your own. Set it with `pulumi config set --secret --path`. Default: one is made and kept."),
});

const rpc = map({
  replicas: wholeNumber(0, 100).default(2).describe("Number of RPC nodes; where to start from with `autoscaling`."),
  autoscaling: map({
    maxReplicas: wholeNumber(1, 100).describe("Number of RPC nodes at most; `replicas` is the least."),
    targetCpuPercent: wholeNumber(1, 100).default(70).describe("Processor use above which nodes are added."),
  })
    .optional()
    .describe("Adds and removes RPC nodes by load. Needs a metrics server in the cluster."),
  type: choice(["ClusterIP", "LoadBalancer"])
    .default("ClusterIP")
    .describe("How clients reach the RPC nodes: inside the cluster only, or by a load balancer."),
  httpPort: wholeNumber(1, 65535).default(8545).describe("Port of the Service for JSON-RPC over HTTP."),
  wsPort: wholeNumber(1, 65535).default(8546).describe("Port of the Service for JSON-RPC over WebSocket."),
  externalTrafficPolicy: choice(["Cluster", "Local"])
    .default("Local")
    .describe("LoadBalancer only. Local keeps the client's address, which `clientCidrs` needs on most clouds."),
  annotations: textMap().default({}).describe("Annotations of the Service."),
  hosts: list(dnsName(), { of: "DNS names" })
    .default([])
    .describe("Further names under which clients reach the nodes. Requests for any other name are refused."),
  corsOrigins: list(text(/^[^\s,]+$/, 'an origin, for example "https://app.example.com"'), { of: "origins" })
    .default([])
    .describe("Origins of web pages that may call the nodes."),
  clientCidrs: list(cidr(), { of: "networks" })
    .default([])
    .describe("Networks whose clients may connect. A LoadBalancer needs at least one."),
  clientNamespaces: list(dnsLabel(63), { of: "namespaces" })
    .default([])
    .describe("Namespaces of the cluster whose pods may connect."),
}).prefault({});

const schema = map({
  client: choice(["besu", "goquorum", "geth"])
    .default("besu")
    .describe("Program of the nodes. Besu is the only one that is maintained; geth 1.13 seals by Clique."),
  version: text(/^v?[0-9]+\.[0-9]+\.[0-9]+$/, 'a release in quotes, for example "26.9.0"')
    .optional()
    .describe("Release of the client. Default: the one this project was tried with."),
  image: image().optional().describe("Default: the client's published image of that release."),
  pullPolicy: choice(["IfNotPresent", "Always", "Never"]).default("IfNotPresent").describe("When nodes pull images."),
  genesis: genesis.describe("The chain. Fixed once it lives, but for what the client allows to change."),
  validators: list(validator, { min: 1, of: "validators" })
    .prefault([{ name: "validator0" }, { name: "validator1" }, { name: "validator2" }, { name: "validator3" }])
    .describe("Nodes that seal blocks. Add or remove an entry, and the others vote on it. Default: four."),
  rpc: rpc.describe("Nodes that serve applications."),
  options: textMap()
    .default({})
    .describe("Further options of the client on every node, by name without `--`; an empty text for a switch."),
  resources: map({
    validator: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each validator."),
    rpc: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each RPC node."),
  })
    .prefault({})
    .describe("Requests and limits per kind of node."),
  storage: map({
    validator: volume("50Gi").describe("The chain on each validator."),
    rpc: volume("100Gi").describe("The chain on each RPC node."),
  })
    .prefault({})
    .describe("Volumes of the nodes."),
  networkPolicy: map({
    required: flag()
      .default(true)
      .describe(
        "Refuse a cluster that does not enforce NetworkPolicy objects. False: the objects are made all the same.",
      ),
  })
    .prefault({})
    .describe("Isolation between pods."),
  podSecurity: choice(["restricted", "baseline", "privileged"])
    .default("restricted")
    .describe("Pod Security level enforced on the network's namespace. Our own pods always meet `restricted`."),
  monitoring: map({
    namespace: dnsLabel(63).describe("Namespace whose pods may reach the metrics ports (Besu 9545, others 6060)."),
  })
    .optional()
    .describe("Opens the metrics ports to a monitoring system."),
  protect: flag()
    .optional()
    .describe(
      "Protect keys and volumes: `pulumi destroy` and replacements refuse to touch them. Default: as `cluster.protect`; on an existing cluster true, on a local one false.",
    ),
});

/** Input of `network.ethereum` with everything filled in that follows from the section itself. */
export const ethereumSchema = schema.transform((ethereum) => {
  const { client } = ethereum;
  const version = (ethereum.version ?? defaultClientVersion[client]).replace(/^v/, "");
  return {
    ...ethereum,
    version,
    image: ethereum.image ?? repositories[client](version),
    genesis: { ...ethereum.genesis, consensus: ethereum.genesis.consensus ?? clientFacts[client].consensus[0] },
  };
});

type Parsed = z.infer<typeof ethereumSchema>;
/** The section with defaults that depend on the cluster filled in. */
export type EthereumConfig = Omit<Parsed, "protect"> & { protect: boolean };
export type ValidatorConfig = EthereumConfig["validators"][number];
export type RpcConfig = EthereumConfig["rpc"];
