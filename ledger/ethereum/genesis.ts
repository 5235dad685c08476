/**
 * The genesis file: the first block of a chain and the rules of all later ones, as plain data.
 *
 * One value serves every node of the network and every other stack that joins it.
 */
import { buildAlloc, type GenesisAccount } from "./alloc";
import { includesFork, type Fork } from "./client";
import { buildExtraData } from "./extra-data";
import { blockForksAtGenesis } from "./fork";
import { resolveGenesisSettings, type GenesisSettings, type ResolvedGenesisSettings } from "./genesis-settings";
import { validateGenesisSettings } from "./genesis-validation";
import { toQuantity } from "./hex";
import type { Json } from "./json";
import { throwProblems } from "../problem";

/** The rules of the chain. Keys beside `chainId` are fork activations and the client's own. */
export interface GenesisConfig {
  chainId: number;
  [key: string]: Json;
}

/** Content of genesis.json. Numbers are quantities (`0x...`), which every client reads alike. */
export interface Genesis {
  config: GenesisConfig;
  nonce: string;
  /** Seconds since 1970. */
  timestamp: string;
  gasLimit: string;
  difficulty: string;
  mixHash: string;
  coinbase: string;
  extraData: string;
  /** Wei. Only where London is active in block 0. */
  baseFeePerGas?: string;
  alloc: Record<string, GenesisAccount>;
}

const ZERO_ADDRESS = `0x${"0".repeat(40)}`;
const ZERO_HASH = `0x${"0".repeat(64)}`;

/** `mixHash` that marks a block of IBFT and its successors: Keccak-256 of "Istanbul practical byzantine fault tolerance". */
export const BFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";

/**
 * The genesis of a new chain.
 *
 * @throws InputError with every problem of the settings.
 */
export function buildGenesis(settings: GenesisSettings): Genesis {
  throwProblems("invalid genesis settings", validateGenesisSettings(settings, "genesis"));
  const resolved = resolveGenesisSettings(settings);
  const baseFee = initialBaseFee(resolved);
  return {
    config: { chainId: resolved.chainId, ...ruleBuilders[resolved.client](resolved) },
    nonce: "0x0",
    timestamp: toQuantity(resolved.timestampSeconds),
    gasLimit: toQuantity(resolved.gasLimit),
    difficulty: "0x1",
    mixHash: resolved.consensus === "clique" ? ZERO_HASH : BFT_MIX_HASH,
    coinbase: ZERO_ADDRESS,
    extraData: buildExtraData(resolved.consensus, resolved.validators),
    ...(baseFee === undefined ? {} : { baseFeePerGas: toQuantity(baseFee) }),
    alloc: buildAlloc(resolved.alloc),
  };
}

/** Written out even where it is the client's default, so that the hash of block 0 hangs on no default. */
function initialBaseFee(settings: ResolvedGenesisSettings): bigint | undefined {
  return includesFork(settings.fork, "london") ? (settings.freeGas ? 0n : settings.baseFeePerGas) : undefined;
}

/** Largest contract in bytes where the chain says so, as Besu reads it. `undefined`: Ethereum's 24576. */
export function contractSizeLimitOf({ config }: Genesis): number | undefined {
  return typeof config.contractSizeLimit === "number" ? config.contractSizeLimit : undefined;
}

const ruleBuilders: Record<GenesisSettings["client"], (settings: ResolvedGenesisSettings) => Record<string, Json>> = {
  besu: buildBesuRules,
  goquorum: buildGoQuorumRules,
  geth: buildGethRules,
};

/** Besu takes the block forks before the newest one named for granted. */
function buildBesuRules(settings: ResolvedGenesisSettings): Record<string, Json> {
  const forkKeys: Partial<Record<Fork, Record<string, number>>> = {
    berlin: { berlinBlock: 0 },
    london: { londonBlock: 0 },
    shanghai: { londonBlock: 0, shanghaiTime: 0 },
    cancun: { londonBlock: 0, shanghaiTime: 0, cancunTime: 0 },
    // Without addresses of the contracts that Prague calls, Besu leaves those calls out on chains of QBFT and IBFT2.
    prague: { londonBlock: 0, shanghaiTime: 0, cancunTime: 0, pragueTime: 0 },
  };
  return {
    ...forkKeys[settings.fork],
    ...(includesFork(settings.fork, "london") && settings.freeGas ? { zeroBaseFee: true } : {}),
    ...(settings.contractSizeLimitBytes === undefined ? {} : { contractSizeLimit: settings.contractSizeLimitBytes }),
    [settings.consensus]: buildBftRules(settings),
  };
}

function buildGoQuorumRules(settings: ResolvedGenesisSettings): Record<string, Json> {
  const sizeKiB = (settings.contractSizeLimitBytes ?? 24 * 1024) / 1024;
  return {
    ...blockForksAtGenesis(settings.fork),
    isQuorum: true,
    ...(settings.freeGas ? {} : { enableGasPriceBlock: 0 }),
    maxCodeSizeConfig: [{ block: 0, size: sizeKiB }],
    txnSizeLimit: settings.transactionSizeLimitKiB,
    // ceil2Nby3Block 0: quorum is ceil(2n/3) from the first block on, as Besu counts it, and not 2f+1.
    qbft: { ...buildBftRules(settings), policy: 0, ceil2Nby3Block: 0 },
  };
}

function buildGethRules(settings: ResolvedGenesisSettings): Record<string, Json> {
  return {
    ...blockForksAtGenesis(settings.fork),
    clique: { period: settings.blockPeriodSeconds, epoch: settings.epochLength },
  };
}

function buildBftRules(settings: ResolvedGenesisSettings): { [key: string]: Json } {
  return {
    epochlength: settings.epochLength,
    blockperiodseconds: settings.blockPeriodSeconds,
    requesttimeoutseconds: settings.requestTimeoutSeconds,
    ...(settings.emptyBlockPeriodSeconds > 0 ? { emptyblockperiodseconds: settings.emptyBlockPeriodSeconds } : {}),
  };
}
