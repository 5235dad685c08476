/** Stack file section `network.ethereum.genesis`: the chain from its first block on. */
import { z } from "zod";
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import { protocols, type Consensus } from "../../ledger/ethereum/consensus";
import { forks } from "../../ledger/ethereum/fork";
import {
  clientDefaults,
  genesisDefaults,
  warnGenesisSettings,
  type GenesisSettings,
} from "../../ledger/ethereum/genesis-settings";
import { findIdleSettings, maxChainId, validateGenesisSettings } from "../../ledger/ethereum/genesis-validation";
import { problem, type Problem } from "../../lib/problem";
import { choice, flag, map, textMap, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, warning, type Rule } from "../kit/rule";

/** 31 bits, the size of seconds and blocks in clients. */
const maxInt = 2 ** 31 - 1;

/** A number that may exceed the exact range of YAML readers: digits, `0x` and hexadecimal digits, or a plain number. */
export function quantity(example: string) {
  const right = `a whole number, in quotes where it is large, for example "${example}"`;
  return z
    .union(
      [
        z.string({ error: right }).regex(/^(0x[0-9a-fA-F]+|[0-9]+)$/, { error: right }),
        z.int({ error: right }).nonnegative({ error: right }),
      ],
      { error: right },
    )
    .transform(String);
}

const account = map({
  balance: quantity("1000000000000000000").optional().describe("Balance in wei; one ether is 10^18 wei. Default: 0."),
  nonce: wholeNumber(0, maxInt).optional().describe("Default: 0."),
  code: z.string({ error: "runtime bytecode" }).optional().describe("Runtime bytecode of a contract, `0x...`."),
  storage: textMap().optional().describe("Storage slot to value, both `0x...` and up to 32 bytes."),
});

export const genesis = map({
  chainId: wholeNumber(1, maxChainId)
    .default(1337)
    .describe("Chain id, part of every signature. Choose one that no public network has."),
  consensus: choice(protocols)
    .optional()
    .describe("Protocol of the validators. Default: `qbft` of Besu and GoQuorum, `clique` of geth."),
  fork: choice(forks)
    .optional()
    .describe(
      "Newest protocol upgrade, from block 0 on. Default: `cancun` of Besu, `berlin` of GoQuorum, `london` of geth (`berlin` without gas price).",
    ),
  freeGas: flag()
    .optional()
    .describe(
      "Whether transactions need no ether. Default: true; with geth false, since its signers drop transactions without a price.",
    ),
  baseFeePerGas: quantity("1000000000")
    .optional()
    .describe("Base fee of block 0 in wei, for chains with a gas price and London or a later fork. Default: 1 gwei."),
  gasLimit: quantity("100000000").default(String(genesisDefaults.gasLimit)).describe("Gas limit of a block."),
  blockPeriodSeconds: wholeNumber(1, maxInt)
    .default(genesisDefaults.blockPeriodSeconds)
    .describe("Seconds between blocks."),
  requestTimeoutSeconds: wholeNumber(1, maxInt)
    .optional()
    .describe("Seconds after which validators replace a proposer (QBFT, IBFT2). Default: twice the block period."),
  emptyBlockPeriodSeconds: wholeNumber(0, maxInt)
    .optional()
    .describe("Seconds between empty blocks (QBFT, IBFT2). Default: the block period."),
  epochLength: wholeNumber(1, maxInt)
    .default(genesisDefaults.epochLength)
    .describe("Blocks after which pending votes are dropped."),
  contractSizeLimitBytes: wholeNumber(1024, maxInt)
    .optional()
    .describe("Largest contract in bytes. Default: Ethereum's 24576."),
  transactionSizeLimitKiB: wholeNumber(1, maxInt)
    .optional()
    .describe("Largest transaction in KiB (GoQuorum). Default: 128."),
  timestampSeconds: wholeNumber(0, maxInt)
    .default(genesisDefaults.timestampSeconds)
    .describe("Time of block 0 in seconds since 1970."),
  alloc: z
    .record(z.string(), account, { error: "a map of addresses to accounts" })
    .default({})
    .describe("Accounts with a balance or code in block 0, by address in quotes. Default: none."),
});

type GenesisFile = z.infer<typeof genesis>;
/** The section with all defaults filled in. */
export type GenesisConfig = Omit<GenesisFile, "freeGas" | "consensus"> & { freeGas: boolean; consensus: Consensus };

/** Values that the rules about the chain read. */
export interface LooseChain {
  /** Keys in the file: a network has one chain, from one of three sources. */
  file: { genesis?: object | undefined; genesisFile?: string | undefined; join?: object | undefined };
  config: {
    client?: Client | undefined;
    genesis?: Loose<GenesisConfig> | undefined;
    validators?: unknown[] | undefined;
    faucet?: object | undefined;
  };
}

/** Fills in values that follow from the client. */
export function resolveGenesis(
  settings: Loose<GenesisFile> | undefined,
  client: Client | undefined,
): Loose<GenesisConfig> {
  const known: Loose<GenesisFile> = settings ?? genesis.parse({});
  const defaults = client && clientDefaults(client);
  return {
    ...known,
    freeGas: known.freeGas ?? defaults?.freeGas,
    consensus: known.consensus ?? defaults?.consensus,
  };
}

const base = "network.ethereum";

/** Settings with as many placeholders as there are validators: their keys are made later, and no rule reads them. */
function settingsOf({ file, config: { client, genesis: settings, validators = [] } }: LooseChain) {
  if (client === undefined || file.genesis === undefined) return undefined;
  const standIns = validators.map((_, index) => `0x${(index + 1).toString(16).padStart(40, "0")}`);
  return { ...settings, client, validators: standIns } as GenesisSettings;
}

/** A network has one chain: a new one, an existing one, or another stack's. */
function oneChain({ file: { genesis: settings, genesisFile, join } }: LooseChain): Problem[] {
  const ways = { genesis: settings, genesisFile, join };
  const [first, ...others] = Object.entries(ways).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const because = `there is ${first}, and a network has one chain`;
  return others.map((key) => problem({ path: `${base}.${key}`, must: "be left out", because }));
}

function settingsPossible(chain: LooseChain): Problem[] {
  const settings = settingsOf(chain);
  if (settings === undefined) return [];
  const path = `${base}.genesis`;
  const problems = [...validateGenesisSettings(settings, path), ...findIdleSettings(settings, path)];
  return problems.filter(({ path: at }) => !at.startsWith(`${path}.validators`));
}

function gasPrice({ config: { client, genesis: settings } }: LooseChain): Problem[] {
  if (client === undefined || settings?.freeGas !== true || clientFacts[client].gas.canBeFree) return [];
  const because = `signers of ${clientFacts[client].title} drop what pays less than 1 gwei`;
  const hint = "Fund accounts by `faucet` or `genesis.alloc`";
  return [problem({ path: `${base}.genesis.freeGas`, given: true, must: "be false", because, hint })];
}

function faucetOfNewChain({ file: { genesisFile, join }, config: { faucet } }: LooseChain): Problem[] {
  if (faucet === undefined || (genesisFile === undefined && join === undefined)) return [];
  const other = join === undefined ? "genesisFile" : "join";
  const because = `the first block of the chain of \`${other}\` exists already and cannot fund an account`;
  return [problem({ path: `${base}.faucet`, must: "be left out", because })];
}

function settingsAdvice(chain: LooseChain): Problem[] {
  const settings = settingsOf(chain);
  return settings === undefined ? [] : warnGenesisSettings(settings, `${base}.genesis`);
}

/** With a gas price some account needs ether, and on these chains nobody earns any. */
function poverty({ file: { genesisFile, join }, config: { genesis: settings, faucet } }: LooseChain): Problem[] {
  const isMadeElsewhere = genesisFile !== undefined || join !== undefined;
  const isFunded = faucet !== undefined || Object.keys(settings?.alloc ?? {}).length > 0;
  if (settings?.freeGas !== false || isMadeElsewhere || isFunded) return [];
  const because = "gas has a price, and no account has ether to pay it";
  return [problem({ path: base, should: "have `faucet: {}`, or accounts in `genesis.alloc`", because })];
}

export const genesisRules: readonly Rule<LooseChain>[] = [
  error(oneChain),
  error(settingsPossible),
  error(gasPrice),
  error(faucetOfNewChain),
  warning(settingsAdvice),
  warning(poverty),
];
