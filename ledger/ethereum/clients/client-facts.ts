/** Every difference between Ethereum clients, except the start of their containers: see components/ethereum/clients. */
import type { Problem } from "../../../lib/problem";
import type { Consensus } from "../consensus";
import type { Enode } from "../enode-url";
import type { Fork } from "../fork";
import type { Genesis, GenesisConfig } from "../genesis-file";
import type { ResolvedChainSettings } from "../chain-settings";
import type { Json } from "../json";

/** APIs of JSON-RPC that RPC nodes may have beside `eth`, `net` and `web3`. */
export const rpcApis = ["debug", "trace", "txpool"] as const;

export type RpcApi = (typeof rpcApis)[number];

/** One client. A new client needs a file here and in components/ethereum/clients, and an entry in both maps. */
export interface ClientFacts {
  /** Name in the spelling of the client's makers. */
  title: string;
  releases: Releases;
  /** Published image of a release, without `v`. */
  image(version: string): string;
  /** Protocols with which the client can seal blocks. The first is the default. */
  consensus: readonly [Consensus, ...Consensus[]];
  /** Pairs of protocols, from and to, between which a living chain can move. Default: none. */
  moves?: readonly (readonly [Consensus, Consensus])[];
  forks: ForkRange;
  gas: GasFacts;
  /** Range, in bytes, of the largest contract that genesis may allow. Equal bounds: the client has one fixed size. */
  contractSize: { lowest: number; highest: number; multipleOf: number };
  /** Whether genesis limits the size of a transaction. */
  limitsTransactions: boolean;
  /** Keys of genesis `config`, beside `chainId`, for a new chain. */
  buildRules(settings: ResolvedChainSettings): Record<string, Json>;
  existing: ExistingChainFacts;
  /** Unit in which the client reads the `block` of an entry of `config.transitions`. */
  transitionUnit(config: GenesisConfig, value: bigint): "block" | "time";
  peers: PeerFacts;
  /** JSON-RPC methods about validators, by protocol. */
  votes: Partial<Record<Consensus, VoteMethods>>;
  /** Problems of a set of validators with this client, beyond those with every client. */
  validateValidators?(addresses: readonly string[], path: string): Problem[];
  options: OptionFacts;
  metrics: MetricFacts;
  /** Whether RPC nodes can require tokens (JWT). */
  hasTokens: boolean;
  /** APIs that RPC nodes of the client can have beside the usual ones. */
  furtherApis: readonly RpcApi[];
}

/** Releases that run, and reasons against others. All without `v`. */
export interface Releases {
  /** Release of a stack file that names none. */
  default: string;
  /** First release that runs. */
  oldest: string;
  /** First release that does not run any more. Default: none yet. */
  below?: string;
  /** Reason against older releases: a clause. */
  tooOld: string;
  /** Reason against newer releases: a clause. */
  tooNew?: string;
  /** Improvement of the default over older releases: `contains security fixes`. */
  newestMends: string;
  /** Warning about a client without further fixes: a clause. Default: the client gets fixes. */
  endOfLife?: string;
}

/** Protocol upgrades that a private network of this client can have. */
export interface ForkRange {
  oldest: Fork;
  newest: Fork;
  /** Reason against newer forks: a clause. */
  newestReason: string;
  /** Forks of networks without and with a gas price. */
  default: { freeGas: Fork; pricedGas: Fork };
}

export interface GasFacts {
  /** Whether validators accept transactions that pay nothing. If so, free gas is the default. */
  canBeFree: boolean;
  /** Whether genesis can fix London's base fee at zero. */
  hasZeroBaseFee: boolean;
  /** Gas per block that validators aim at, whatever genesis says. Default: the limit in genesis. */
  target?: bigint;
}

/** Parts of an existing chain's genesis.json that the client refuses or reads differently. */
export interface ExistingChainFacts {
  /** Key of `config` that the client cannot run with -> reason. */
  refusedKeys: Readonly<Record<string, string>>;
  /** Whether the client refuses a fork whose predecessor is missing or later. */
  refusesForkGaps: boolean;
  /** Further problems. Default: none. */
  validate?(genesis: Genesis, path: string): Problem[];
}

export interface PeerFacts {
  /** Versions of the protocol `eth` between nodes, oldest and newest. */
  eth: readonly [number, number];
  /** Parameters of enode URLs that the client takes. */
  enodeParameters: readonly ("discport" | "raftport")[];
  /** Fields with which an enode URL makes the client dial a DNS name, and never discover the node. */
  byName: Pick<Enode, "discoveryPort" | "raftPort">;
  /** Whether nodes can learn of each other by bootnodes. */
  hasBootnodes: boolean;
  /** Files from which nodes read their peers, by name. */
  files(enodes: readonly string[], bootnodes: readonly string[]): Record<string, string>;
}

/** Metrics for Prometheus. */
export interface MetricFacts {
  /** Path at the metrics port. */
  path: string;
  /** Gauge of the newest block's number. */
  height: string;
  /** Gauge of the number of connected nodes. */
  peers: string;
}

export interface VoteMethods {
  list: string;
  /** Parameters: address, true to add or false to remove. */
  propose: string;
  /** Withdraws a vote, which the client would otherwise cast again after every epoch. */
  discard: string;
  /** State of the chain at a block, with the votes in it. Default: the client does not tell votes of others. */
  snapshot?: string;
}

/** Settings of the chain that decide whether an option fits. */
export interface OptionedChain {
  freeGas: boolean;
  fork: Fork;
}

/** Command line options. Names with or without `--`. */
export interface OptionFacts {
  /** One problem per name that the release does not know. */
  validateNames(names: readonly string[], version: string, path: string): Problem[];
  /** One problem per value with which the client would exit. Default: none known; the client reports it at its start. */
  validateValues?(options: Readonly<Record<string, string>>, chain: OptionedChain, path: string): Problem[];
  /** A warning when this release's options are not known, so that another release's were checked. */
  warn(version: string, path: string): Problem[];
}
