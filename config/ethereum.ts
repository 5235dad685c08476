/** Stack file section `network.ethereum`: a private Ethereum network. */
import { type z } from "zod";
import { clientFacts, type Client } from "../ledger/ethereum/client";
import { defaultClientVersion } from "../ledger/ethereum/client-version";
import { genesis, quantity } from "./ethereum-genesis";
import {
  annotations,
  choice,
  cidr,
  dnsLabel,
  dnsName,
  image,
  list,
  map,
  privateKey,
  text,
  textMap,
  wholeNumber,
} from "./fields";
import { networkPolicy, protect, resources, volume } from "./workload";

/** Published images, by client. */
const repositories: Record<Client, (version: string) => string> = {
  besu: (version) => `docker.io/hyperledger/besu:${version}`,
  goquorum: (version) => `docker.io/quorumengineering/quorum:${version}`,
  geth: (version) => `docker.io/ethereum/client-go:v${version}`,
};

/** Release of Node.js that the dashboard was tried with. */
const nodeRelease = "24.21.0";

const validator = map({
  name: dnsLabel(40).describe("Name of the node."),
  privateKey: privateKey()
    .optional()
    .describe("A key of your own. Set it with `pulumi config set --secret --path`. Default: one is made and kept."),
});

const faucet = map({
  balance: quantity("1000000000000000000000000")
    .default("1000000000000000000000000")
    .describe("Wei, a million ether unless told otherwise."),
  privateKey: privateKey().optional().describe("A key of your own, as for validators. Default: one is made and kept."),
});

const bootnode = map({
  name: dnsLabel(40).describe("Name of the bootnode."),
  privateKey: privateKey()
    .optional()
    .describe("A key of your own, as for validators: the bootnode's identity follows from it."),
});

/** Ways for nodes of other networks and stacks. */
const p2p = map({
  namespaces: list(dnsLabel(63), { of: "namespaces" })
    .default([])
    .describe("Namespaces of the cluster whose nodes are peers: those of stacks that join, or that this one joins."),
  cidrs: list(cidr(), { of: "networks" }).default([]).describe("Networks outside the cluster whose nodes are peers."),
}).prefault({});

const join = map({
  stack: text(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, 'a full stack name, for example "organization/blockchain-clusters/prod"')
    .optional()
    .describe("Full name of the stack whose network is joined."),
  file: text(/./, "the path of a file")
    .optional()
    .describe("What that stack gives away, for one that cannot be read: `pulumi stack output ethereum --json > file`."),
});

const ethstats = map({
  image: image()
    .default(`docker.io/library/node:${nodeRelease}-alpine`)
    .describe("Image with Node.js 22.18 or newer, which runs the dashboard of this project from a ConfigMap."),
  type: choice(["ClusterIP", "LoadBalancer"])
    .default("ClusterIP")
    .describe("How people reach the dashboard: inside the cluster only, or by a load balancer."),
  port: wholeNumber(1, 65535).default(3000).describe("Port of the Service."),
  externalTrafficPolicy: choice(["Cluster", "Local"])
    .default("Local")
    .describe("LoadBalancer only. Local keeps the client's address, which `clientCidrs` needs on most clouds."),
  annotations: annotations().describe("Annotations of the Service."),
  clientCidrs: list(cidr(), { of: "networks" })
    .default([])
    .describe("Networks whose people may look. A LoadBalancer needs at least one."),
  clientNamespaces: list(dnsLabel(63), { of: "namespaces" })
    .default([])
    .describe("Namespaces of the cluster whose pods may look."),
});

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
  annotations: annotations().describe("Annotations of the Service."),
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
  bootnodeImage: image().optional().describe("Image with geth's program `bootnode`. Default: the published one."),
  pullPolicy: choice(["IfNotPresent", "Always", "Never"]).default("IfNotPresent").describe("When nodes pull images."),
  genesis: genesis
    .optional()
    .describe(
      "A new chain. Fixed once it lives, but for what the client allows to change. Default: each setting's own.",
    ),
  genesisFile: text(/./, "the path of a genesis.json")
    .optional()
    .describe("Instead of `genesis`: the genesis.json of a chain that exists, relative to the project."),
  join: join
    .optional()
    .describe("Instead of `genesis`: the network of another stack, whose validators stay the only ones."),
  faucet: faucet
    .optional()
    .describe("An account with ether from block 0 on, to fund others from. Its key is the secret output `faucet`."),
  validators: list(validator, { of: "validators" })
    .optional()
    .describe(
      "Nodes that seal blocks. Add or remove an entry, and the others vote on it. Default: four; none where a network is joined.",
    ),
  bootnodes: list(bootnode, { of: "bootnodes" })
    .default([])
    .describe("Nodes that tell others of each other (geth only). Without any, nodes know the validators by name."),
  peers: list(text(/^enode:\/\//, "an enode URL"), { of: "enode URLs" })
    .default([])
    .describe("Nodes elsewhere that every node keeps a connection to; `p2p` opens the way."),
  p2p: p2p.describe("Who else may be a peer of these nodes, in both directions."),
  rpc: rpc.describe("Nodes that serve applications."),
  explorerUrl: text(/^https?:\/\/\S+$/, "a URL")
    .optional()
    .describe("Block explorer of your own, for the outputs."),
  ethstats: ethstats.optional().describe("A dashboard that every node reports to. Default: none."),
  options: textMap()
    .default({})
    .describe("Further options of the client on every node, by name without `--`; an empty text for a switch."),
  resources: map({
    validator: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each validator."),
    rpc: resources({ cpu: "1", memory: "4Gi", cpuLimit: "4", memoryLimit: "6Gi" }).describe("Each RPC node."),
    bootnode: resources({ cpu: "50m", memory: "64Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe("Each bootnode."),
    ethstats: resources({ cpu: "50m", memory: "96Mi", cpuLimit: "1", memoryLimit: "256Mi" }).describe("The dashboard."),
  })
    .prefault({})
    .describe("Requests and limits per kind of node."),
  storage: map({
    validator: volume("50Gi").describe("The chain on each validator."),
    rpc: volume("100Gi").describe("The chain on each RPC node."),
  })
    .prefault({})
    .describe("Volumes of the nodes."),
  networkPolicy,
  podSecurity: choice(["restricted", "baseline", "privileged"])
    .default("restricted")
    .describe("Pod Security level enforced on the network's namespace. Our own pods always meet `restricted`."),
  monitoring: map({
    namespace: dnsLabel(63).describe("Namespace whose pods may reach the metrics ports (Besu 9545, others 6060)."),
  })
    .optional()
    .describe("Opens the metrics ports to a monitoring system."),
  protect,
});

/** Validators of a new chain whose stack file names none: the fewest that survive the loss of one. */
const fourValidators: ValidatorConfig[] = [0, 1, 2, 3].map((index) => ({ name: `validator${index}` }));

/** geth takes a gas price of 0 for its default of 1 gwei (`eth/backend.go`), and drops what pays less. */
export function canBeFree(client: Client): boolean {
  return client !== "geth";
}

/** Input of `network.ethereum` with everything filled in that follows from the section itself. */
export const ethereumSchema = schema.transform((ethereum) => {
  const { client, join } = ethereum;
  const version = (ethereum.version ?? defaultClientVersion[client]).replace(/^v/, "");
  const settings = ethereum.genesis ?? genesis.parse({});
  return {
    ...ethereum,
    version,
    image: ethereum.image ?? repositories[client](version),
    bootnodeImage: ethereum.bootnodeImage ?? `docker.io/ethereum/client-go:alltools-v${version}`,
    genesis: {
      ...settings,
      freeGas: settings.freeGas ?? canBeFree(client),
      consensus: settings.consensus ?? clientFacts[client].consensus[0],
    },
    validators: ethereum.validators ?? (join === undefined ? fourValidators : []),
  };
});

/** The section as it stands in the file. */
export type EthereumFile = z.infer<typeof schema>;
type Parsed = z.infer<typeof ethereumSchema>;
/** The section with defaults that depend on the cluster filled in, and files read. */
export type EthereumConfig = Omit<Parsed, "protect" | "genesisFile"> & {
  protect: boolean;
  /** Of an existing chain: the text of its genesis.json. `genesis` then has what follows from it. */
  genesisText?: string;
};
export type ValidatorConfig = z.infer<typeof validator>;
export type BootnodeConfig = EthereumConfig["bootnodes"][number];
export type RpcConfig = EthereumConfig["rpc"];
export type EthstatsConfig = NonNullable<EthereumConfig["ethstats"]>;
export type JoinConfig = NonNullable<EthereumConfig["join"]>;
