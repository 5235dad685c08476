/** Everything in which Ethereum clients differ, but for how their containers are started: components/ethereum/clients. */
import type { Problem } from "../../../lib/problem";
import type { Consensus } from "../consensus";
import type { Enode } from "../enode-url";
import type { Fork } from "../fork";
import type { Genesis, GenesisConfig } from "../genesis-file";
import type { ResolvedChainSettings } from "../chain-settings";
import type { Json } from "../json";

/** One client. A further one is a file here, one in components/ethereum/clients, and an entry in the map of each. */
export interface ClientFacts {
  /** Name as its makers write it. */
  title: string;
  releases: Releases;
  /** Published image of a release, without `v`. */
  image(version: string): string;
  /** Protocols that it seals blocks by. The first is the default. */
  consensus: readonly [Consensus, ...Consensus[]];
  /** Protocols that a living chain can move between: from, to. Default: none. */
  moves?: readonly (readonly [Consensus, Consensus])[];
  forks: ForkRange;
  gas: GasFacts;
  /** Bytes that a contract may have by genesis. Both bounds alike: no other size. */
  contractSize: { lowest: number; highest: number; multipleOf: number };
  /** Keys of genesis `config`, beside `chainId`, for a new chain. */
  buildRules(settings: ResolvedChainSettings): Record<string, Json>;
  existing: ExistingChainFacts;
  /** What the client takes the `block` of an entry of `config.transitions` for. */
  transitionUnit(config: GenesisConfig, value: bigint): "block" | "time";
  peers: PeerFacts;
  /** Calls of JSON-RPC about validators, by protocol. */
  votes: Partial<Record<Consensus, VoteMethods>>;
  /** Problems of a set of validators, beside those that no client takes. */
  validateValidators?(addresses: readonly string[], path: string): Problem[];
  options: OptionFacts;
  /** Whether RPC nodes can ask for tokens (JWT). */
  hasTokens: boolean;
}

/** Which releases run, and why no others. All without `v`. */
export interface Releases {
  /** Run when the stack file names none. */
  default: string;
  /** First release that runs. */
  oldest: string;
  /** First release that does not run any more. Default: there is none yet. */
  below?: string;
  /** Why nothing older: a clause. */
  tooOld: string;
  /** Why nothing newer: a clause. */
  tooNew?: string;
  /** What the default has and releases before it lack: `contains security fixes`. */
  newestMends: string;
  /** What a user should know of a client that gets no fixes: a clause. Default: it gets them. */
  endOfLife?: string;
}

/** Protocol upgrades that a private network of this client can have. */
export interface ForkRange {
  oldest: Fork;
  newest: Fork;
  /** Why nothing newer: a clause. */
  newestReason: string;
  /** Fork of a network without gas price, and of one with. */
  default: { freeGas: Fork; pricedGas: Fork };
}

export interface GasFacts {
  /** Whether validators take transactions that pay nothing, which is then the default. */
  canBeFree: boolean;
  /** Whether the base fee that London brings can be fixed at zero. */
  hasZeroBaseFee: boolean;
  /** Gas per block that validators aim at whatever genesis says. Default: as genesis says. */
  target?: bigint;
}

/** What the client refuses, or reads otherwise, in a genesis.json that somebody else wrote. */
export interface ExistingChainFacts {
  /** Keys of `config` that the client cannot live with -> why. */
  refusedKeys: Readonly<Record<string, string>>;
  /** Whether it refuses a fork whose predecessor is missing or later. */
  refusesForkGaps: boolean;
  /** Further problems. Default: none. */
  validate?(genesis: Genesis, path: string): Problem[];
}

export interface PeerFacts {
  /** Versions of the protocol `eth` between nodes, oldest and newest. */
  eth: readonly [number, number];
  /** Parameters of enode URLs that the client takes. */
  enodeParameters: readonly ("discport" | "raftport")[];
  /** What an enode URL needs so that the client dials a DNS name, and never by discovery. */
  byName: Pick<Enode, "discoveryPort" | "raftPort">;
  /** Whether nodes can learn of each other by bootnodes. */
  hasBootnodes: boolean;
  /** Files from which nodes read their peers, by name. */
  files(enodes: readonly string[], bootnodes: readonly string[]): Record<string, string>;
}

export interface VoteMethods {
  list: string;
  /** Parameters: address, true to add or false to remove. */
  propose: string;
  /** Takes a vote back; it would be cast again after every epoch. */
  discard: string;
}

/** What of the chain decides whether an option fits. */
export interface OptionedChain {
  freeGas: boolean;
  fork: Fork;
}

/** Command line options. Names with or without `--`. */
export interface OptionFacts {
  /** Every name that the release does not know. */
  validateNames(names: readonly string[], version: string, path: string): Problem[];
  /** Every value that the client would end on. Default: none is known, the client names a wrong value at its start. */
  validateValues?(options: Readonly<Record<string, string>>, chain: OptionedChain, path: string): Problem[];
  /** A warning when the options of this very release are not known, and those of the nearest known one were taken. */
  warn(version: string, path: string): Problem[];
}
