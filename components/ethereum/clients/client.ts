/** What differs between the clients: command lines, files, ports, probes. All of it is data; nothing here runs. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../../../ledger/ethereum/clients";
import type { Consensus } from "../../../ledger/ethereum/consensus";

type Probe = k8s.types.input.core.v1.Probe;
type EnvVar = k8s.types.input.core.v1.EnvVar;

/** Ports of a node's pod. */
export interface ClientPorts {
  p2p: number;
  http: number;
  ws: number;
  metrics: number;
}

/** A node as its command line needs it. */
export interface NodeSettings {
  role: "validator" | "rpc";
  /** Known only when the program runs where it comes from another stack. */
  chainId: pulumi.Input<number>;
  /** As genesis.json has it, decimal. Validators keep aiming at it, and calls to RPC nodes may cost as much. */
  gasLimit: string;
  freeGas: boolean;
  consensus: Consensus;
  /** Largest contract, where the chain has another limit than Ethereum's. */
  contractSizeLimitBytes?: pulumi.Input<number | undefined>;
  /** Bytes that the container may have before it is killed; undefined where nothing says so. */
  memoryLimitBytes?: number | undefined;
  /** Whether there are peers that no Service of this network names, whose addresses may change. Default: none. */
  hasPeersElsewhere?: boolean;
  /** Names under which RPC nodes may be called. That of a load balancer is known only when it is there. */
  hosts: readonly pulumi.Input<string>[];
  corsOrigins: readonly string[];
  /** Whether RPC nodes ask for tokens; the key that checks them is mounted at `jwtKeyPath`. */
  hasTokens?: boolean;
  /** Whether bootnodes tell nodes of each other. Default: every node knows the validators by name. */
  isDiscovering?: boolean;
  /** Where the dashboard listens, `host:port`; its secret is in the variable of {@link ethstatsVariables}. */
  ethstats?: string | undefined;
  /** The user's own, name to value; an empty value for a switch. */
  options: Readonly<Record<string, string>>;
}

/** How a node's container is started. */
export interface ClientProcess {
  /** Prepares the data directory; run to its end before each start. Undefined where the client does that itself. */
  prepare?: string[];
  command: pulumi.Input<string>[];
  env: EnvVar[];
  /** Variables that come from the validator's Secret: name to key. The command names them as `$(NAME)`. */
  keyEnv?: Record<string, string>;
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  /** Seconds a validator stays Ready before another one may restart. Default 0: Ready is enough. */
  settleSeconds?: number;
}

/** A file in the pod that one key of a Secret or ConfigMap becomes. */
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
  /** Content of a validator's Secret, by key. */
  keyFiles(key: ValidatorKey): Record<string, string>;
  /** Files of the Secret (validators only) and of the peers' ConfigMap, where the client looks for them. */
  files(role: NodeSettings["role"]): FileMount[];
  process(settings: NodeSettings): ClientProcess;
}

/** Variables that each client makes its address of the dashboard of; a pod has them where there is one. */
export const ethstatsVariables = { node: "NODE_NAME", secret: "ETHSTATS_SECRET" } as const;

/**
 * Peers a node may have: more than a network has nodes (100 RPC nodes at most, validators, nodes of stacks that join). The
 * clients' own defaults are 25 and 50, and who comes later is turned away. One number for all, so that another node
 * restarts nobody.
 */
export const mostPeers = 250;

/** `text` with a number behind it that may be known only when the program runs. */
export function withNumber(text: string, value: pulumi.Input<number>): pulumi.Input<string> {
  return typeof value === "number" ? `${text}${value}` : pulumi.interpolate`${text}${value}`;
}

/** `text` with a list behind it, some of whose words may be known only when the program runs. */
export function withList(text: string, words: readonly pulumi.Input<string>[]): pulumi.Input<string> {
  const join = (known: readonly string[]): string => `${text}${known.join(",")}`;
  return words.every((word) => typeof word === "string") ? join(words) : pulumi.all([...words]).apply(join);
}

/** The user's options as a command line has them. */
export function optionArguments(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(([name, value]) => {
    const flag = name.startsWith("--") ? name : `--${name}`;
    return value === "" ? flag : `${flag}=${value}`;
  });
}
