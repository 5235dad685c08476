/** Differences between clients: command lines, files, ports, probes. All of it is data. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../../../ledger/ethereum/clients";
import type { RpcApi } from "../../../ledger/ethereum/clients/client-facts";
import type { Consensus } from "../../../ledger/ethereum/consensus";
import { dataPath } from "../specs/paths";

type Probe = k8s.types.input.core.v1.Probe;
type EnvVar = k8s.types.input.core.v1.EnvVar;

/** Ports of a node's pod. */
export interface ClientPorts {
  p2p: number;
  http: number;
  ws: number;
  metrics: number;
}

/** Settings of a node, for its command line. */
export interface NodeSettings {
  /** Kind of node: `validator` seals blocks, `rpc` serves applications. */
  role: "validator" | "rpc";
  /** Chain id. Only a running program knows the id of another stack's chain. */
  chainId: pulumi.Input<number>;
  /**
   * Gas limit of block 0 in genesis.json, decimal. Validators aim at it in later blocks, and calls to RPC nodes may use
   * as much.
   */
  gasLimit: pulumi.Input<string>;
  /** Whether transactions cost nothing. */
  freeGas: pulumi.Input<boolean>;
  /** Consensus of the chain. */
  consensus: pulumi.Input<Consensus>;
  /** Largest contract, bytes. Default: Ethereum's limit. */
  contractSizeLimitBytes?: pulumi.Input<number | undefined>;
  /** Memory limit of the container, bytes; undefined for none. */
  memoryLimitBytes?: number | undefined;
  /** Whether some peers have no Service in this network, so that their addresses may change. Default: false. */
  hasPeersElsewhere?: boolean;
  /** Host names of requests to RPC nodes. A load balancer's name is known only after its creation. */
  hosts: readonly pulumi.Input<string>[];
  /** Origins of web pages that may call RPC nodes; `*` for all. */
  corsOrigins: readonly string[];
  /** APIs of RPC nodes beside `eth`, `net` and `web3`. Default: none. */
  furtherApis?: readonly RpcApi[];
  /** Whether RPC nodes ask for tokens; the public key is mounted at `jwtKeyPath`. Default: false. */
  hasTokens?: boolean;
  /** Whether nodes find each other by bootnodes. Default: every node knows the validators by name. */
  isDiscovering?: boolean;
  /**
   * Address of the dashboard, `host:port`; its secret is in the variable of {@link ethstatsVariables}. Default: no
   * dashboard.
   */
  ethstats?: string | undefined;
  /** Form of a line in the log. */
  logFormat: "plain" | "json";
  /** Options of the stack file, name to value; an empty value for a switch. */
  options: Readonly<Record<string, string>>;
}

/** Container of a node. */
export interface ClientProcess {
  /** Command that prepares the data directory, before each start. Undefined for clients that need none. */
  prepare?: string[];
  /** What fetches the chain before a validator whose volume lost it seals. Undefined for RPC nodes, which seal never. */
  catchUp?: CatchUp;
  command: pulumi.Input<string>[];
  env: EnvVar[];
  /** Variables with values of the validator's Secret: name to key. The command refers to them as `$(NAME)`. */
  keyEnv?: Record<string, string>;
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  /** Seconds that a validator stays Ready before the next one may restart. Default: 0. */
  settleSeconds?: number;
}

/**
 * A container that follows the chain without sealing. It ends at once where the volume has the chain or the chain has not begun
 * ({@link chainVariables}), else when it has what its peers have. It has no key of a validator: sealing nodes send
 * votes to those keys, and GoQuorum closes connections on which it gets votes while it does not seal.
 */
export interface CatchUp {
  command: pulumi.Input<string>[];
  /** Its variables, besides those of {@link chainVariables}. */
  env: EnvVar[];
}

/**
 * Variables by which `CatchUp` knows whether the chain has begun: whether one of the `begun` is `generation`. A variable whose
 * ConfigMap does not exist yet is not set, and Kubernetes leaves `$(NAME)` in a command as it is then.
 */
export const chainVariables = {
  generation: "CHAIN_GENERATION",
  begunHere: "CHAIN_BEGUN_HERE",
  begunElsewhere: "CHAIN_BEGUN_ELSEWHERE",
} as const;

/**
 * Files on the volume of a validator that began to fetch the chain, and that came to its end, each with the generation behind
 * it. Without them it would seal on a part of the chain after a restart.
 */
export const catchUpMarks = { begun: `${dataPath}/fetching-chain-`, done: `${dataPath}/fetched-chain-` } as const;

/** Ways out where no peer of a validator has the chain. */
export const catchUpRemedy =
  "make a node reachable that has the chain (another validator, or a partner's by partners and p2p), go on from a backup " +
  "(network.ethereum.restore), or, where nobody has it any more, begin it anew: raise network.ethereum.generation by one; then pulumi up again";

/** Seconds without another block after which a node that lacks nothing of its peers' has caught up with a chain that stands. */
export const quietSeconds = 20;

/** Age of the newest block, in seconds, at which a node has caught up with a chain that goes on. */
export const freshSeconds = 10;

/** Seconds with peers, and without blocks from them, after which they have none. */
export const emptyPeersSeconds = 15;

/** Seconds after which the same words are said again, so that the end of a log has them. */
export const repeatSeconds = 30;

/** A file in the pod, from one key of a Secret or ConfigMap. */
export interface FileMount {
  from: "keys" | "peers";
  key: string;
  path: string;
}

export interface ValidatorKey {
  privateKey: string;
  address: string;
}

/** One kind of client. */
export interface EthereumClient {
  client: Client;
  /** User and group of the container. */
  user: number;
  ports: ClientPorts;
  /** Contents of a validator's Secret, by key. */
  keyFiles(key: ValidatorKey): Record<string, string>;
  /** Files from the Secret (validators only) and from the ConfigMap of peers, at the client's paths. */
  files(role: NodeSettings["role"]): FileMount[];
  process(settings: NodeSettings): ClientProcess;
}

/** Variables from which each client makes the dashboard's address. Pods have them only with a dashboard. */
export const ethstatsVariables = { node: "NODE_NAME", secret: "ETHSTATS_SECRET" } as const;

/**
 * Limit of a node's peers: more than any network has nodes (100 RPC nodes at most, validators, nodes of joining
 * stacks). The clients' own limits are 25 and 50; nodes above the limit are refused. A fixed number, so that another
 * node restarts no node.
 */
export const mostPeers = 250;

/** APIs of an RPC node, in lower case. */
export function rpcApisOf({ furtherApis = [] }: NodeSettings): string[] {
  return ["eth", "net", "web3", ...furtherApis];
}

/** `text` followed by a number that may be known only in a running program. */
export function withNumber(text: string, value: pulumi.Input<number>): pulumi.Input<string> {
  return typeof value === "number" ? `${text}${value}` : pulumi.interpolate`${text}${value}`;
}

/** `text` followed by a word that may be known only in a running program. */
export function withText(text: string, value: pulumi.Input<string>): pulumi.Input<string> {
  return typeof value === "string" ? `${text}${value}` : pulumi.interpolate`${text}${value}`;
}

/** `text` followed by a list with words that may be known only in a running program. */
export function withList(text: string, words: readonly pulumi.Input<string>[]): pulumi.Input<string> {
  const join = (known: readonly string[]): string => `${text}${known.join(",")}`;
  return words.every((word) => typeof word === "string") ? join(words) : pulumi.all([...words]).apply(join);
}

/** Options of the stack file as arguments of a command line. */
export function optionArguments(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(([name, value]) => {
    const flag = name.startsWith("--") ? name : `--${name}`;
    return value === "" ? flag : `${flag}=${value}`;
  });
}
