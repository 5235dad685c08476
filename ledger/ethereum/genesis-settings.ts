/** A user's settings of a new chain, with their defaults and warnings. */
import type { ChainSettings, ResolvedChainSettings } from "./chain-settings";
import { clientFacts, type Client } from "./clients";
import type { Consensus } from "./consensus";
import { includesFork, type Fork } from "./fork";
import { parseQuantity } from "./hex";
import { problem, type Problem } from "../../lib/problem";

export interface GenesisSettings extends ChainSettings {
  /** Client of the nodes; defaults of other settings follow from it. */
  client: Client;
}

export type ResolvedGenesisSettings = ResolvedChainSettings & { client: Client };

const oneGwei = 1_000_000_000n;

/** Defaults that are the same for all clients. */
export const genesisDefaults = {
  gasLimit: 100_000_000,
  blockPeriodSeconds: 5,
  epochLength: 30_000,
  transactionSizeLimitKiB: 128,
  timestampSeconds: 0,
} as const;

/** Defaults that depend on the client. */
export function clientDefaults(client: Client): { freeGas: boolean; consensus: Consensus } {
  const { gas, consensus } = clientFacts[client];
  return { freeGas: gas.canBeFree, consensus: consensus[0] };
}

/** Fork of a chain whose settings name none. */
export function defaultFork(client: Client, freeGas: boolean): Fork {
  return clientFacts[client].forks.default[freeGas ? "freeGas" : "pricedGas"];
}

/** The settings with all defaults. Expects settings without problems. */
export function resolveGenesisSettings(settings: GenesisSettings): ResolvedGenesisSettings {
  const defaults = { ...genesisDefaults, ...clientDefaults(settings.client) };
  const freeGas = settings.freeGas ?? defaults.freeGas;
  const blockPeriodSeconds = settings.blockPeriodSeconds ?? defaults.blockPeriodSeconds;
  return {
    ...settings,
    consensus: settings.consensus ?? defaults.consensus,
    fork: settings.fork ?? defaultFork(settings.client, freeGas),
    freeGas,
    baseFeePerGas: parseQuantity(settings.baseFeePerGas) ?? oneGwei,
    gasLimit: parseQuantity(settings.gasLimit) ?? BigInt(defaults.gasLimit),
    blockPeriodSeconds,
    requestTimeoutSeconds: settings.requestTimeoutSeconds ?? 2 * blockPeriodSeconds,
    emptyBlockPeriodSeconds: settings.emptyBlockPeriodSeconds ?? 0,
    epochLength: settings.epochLength ?? defaults.epochLength,
    transactionSizeLimitKiB: settings.transactionSizeLimitKiB ?? defaults.transactionSizeLimitKiB,
    timestampSeconds: settings.timestampSeconds ?? defaults.timestampSeconds,
    alloc: settings.alloc ?? {},
  };
}

/** Chain ids of public networks. With such an id, a transaction signed for one chain can be replayed on the other. */
const publicChains: Record<number, string> = {
  1: "Ethereum",
  10: "OP Mainnet",
  56: "BNB Smart Chain",
  100: "Gnosis",
  137: "Polygon",
  8453: "Base",
  17000: "Holesky",
  42161: "Arbitrum One",
  43114: "Avalanche",
  11155111: "Sepolia",
};

/** Largest init code (the code that creates a contract) from Shanghai on: EIP-3860. Genesis cannot change it. */
const maxInitCodeBytes = 49152;

/** Warnings about settings that work, but have effects that the user may not want. */
export function warnGenesisSettings(settings: GenesisSettings, path: string): Problem[] {
  const { blockPeriodSeconds, requestTimeoutSeconds, consensus } = resolveGenesisSettings(settings);
  const publicChain = publicChains[settings.chainId];
  const warnings: Problem[] = [];
  if (publicChain) {
    const because = `this is the chain id of ${publicChain}, and signed transactions are valid on both chains`;
    warnings.push(problem({ path: `${path}.chainId`, given: settings.chainId, should: "be another number", because }));
  }
  if (consensus !== "clique" && requestTimeoutSeconds < 2 * blockPeriodSeconds) {
    const because = `below twice the block period of ${blockPeriodSeconds} s a slow block costs its proposer the round`;
    const should = `be ${2 * blockPeriodSeconds} or more`;
    warnings.push(problem({ path: `${path}.requestTimeoutSeconds`, given: requestTimeoutSeconds, should, because }));
  }
  return [
    ...warnings,
    ...warnEpoch(settings, path),
    ...warnContractSize(settings, path),
    ...warnGasLimit(settings, path),
  ];
}

/** Votes travel in the blocks of those who cast them, and validators seal in turn. */
function warnEpoch(settings: GenesisSettings, path: string): Problem[] {
  const { epochLength, validators } = resolveGenesisSettings(settings);
  const least = 2 * validators.length;
  if (epochLength >= least) return [];
  const because = `votes are dropped every ${epochLength} blocks, before each of ${validators.length} validators could cast its own, and validators could never change`;
  return [problem({ path: `${path}.epochLength`, given: epochLength, should: `be ${least} or more`, because })];
}

function warnGasLimit(settings: GenesisSettings, path: string): Problem[] {
  const { client, gasLimit } = resolveGenesisSettings(settings);
  const { title, gas } = clientFacts[client];
  if (gas.target === undefined || gasLimit <= gas.target) return [];
  const because = `blocks of ${title} fall towards that again, from one to the next`;
  return [problem({ path: `${path}.gasLimit`, given: settings.gasLimit, should: `be ${gas.target} or less`, because })];
}

function warnContractSize(settings: GenesisSettings, path: string): Problem[] {
  const { fork, contractSizeLimitBytes: size } = resolveGenesisSettings(settings);
  if (size === undefined || size <= maxInitCodeBytes || !includesFork(fork, "shanghai")) return [];
  const because = `with fork ${fork} code that creates a contract is limited to that (EIP-3860), and larger contracts cannot be deployed`;
  const should = `be ${maxInitCodeBytes} or less`;
  const hint = "london is the last fork without that limit";
  return [problem({ path: `${path}.contractSizeLimitBytes`, given: size, should, because, hint })];
}
