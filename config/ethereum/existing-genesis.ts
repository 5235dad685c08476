/** The chain of a genesis.json that exists: what follows from it, and whether the network can go on with it. */
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import { consensusOf, validateGenesis } from "../../ledger/ethereum/existing-genesis";
import { activationOf } from "../../ledger/ethereum/fork";
import { parseExtraData } from "../../ledger/ethereum/extra-data";
import type { Genesis } from "../../ledger/ethereum/genesis-file";
import { parseGenesis } from "../../ledger/ethereum/genesis-text";
import { deriveAccount, validatePrivateKey } from "../../ledger/ethereum/key";
import { quorumOf } from "../../ledger/ethereum/quorum";
import { InputError, problem, type Problem } from "../../lib/problem";
import type { Loose } from "../kit/json-schema";
import type { ReadFile } from "../kit/read-file";
import { entriesOf, error, warning, type Rule } from "../kit/rule";
import type { GenesisConfig } from "./genesis";
import type { LooseValidators } from "./validators";

/** A chain that exists, or everything for which it cannot go on here. */
export type ExistingChain = { text: string; genesis: Genesis } | { genesis?: undefined; problems: Problem[] };

/** What the rules about an existing chain read. */
export interface LooseExistingChain {
  existing?: ExistingChain | undefined;
  config: { validators?: LooseValidators | undefined; peers?: unknown[] | undefined };
}

const base = "network.ethereum";

/** Reads the chain that a file names. */
export function readExistingChain(
  { genesisFile, client }: { genesisFile?: string | undefined; client?: Client | undefined },
  readFile: ReadFile,
): ExistingChain | undefined {
  if (client === undefined || genesisFile === undefined) return undefined;
  const path = `${base}.genesisFile`;
  const file = readFile(genesisFile);
  if ("text" in file) return readGenesis(file.text, client, path);
  const must = "be the path of a genesis.json, relative to the project";
  const because = `it cannot be read (${file.reason})`;
  return { problems: [problem({ path, given: genesisFile, must, because })] };
}

function readGenesis(text: string, client: Client, path: string): ExistingChain {
  try {
    const genesis = parseGenesis(text, path);
    const problems = validateGenesis(genesis, client, path);
    return problems.length > 0 ? { problems } : { genesis, text };
  } catch (error) {
    if (error instanceof InputError) return { problems: error.problems };
    throw error;
  }
}

/** Settings of a network that has an existing chain: what the chain says counts. */
export function resolveExistingChain(
  existing: ExistingChain | undefined,
  client: Client | undefined,
  settings: Loose<GenesisConfig>,
): { genesis: Loose<GenesisConfig>; genesisText?: string } {
  if (existing?.genesis === undefined) return { genesis: settings };
  const { genesis, text } = existing;
  const { chainId } = genesis.config;
  const consensus = consensusOf(genesis) ?? settings.consensus;
  const freeGas = client !== undefined && clientFacts[client].gas.canBeFree && isFree(genesis);
  return { genesisText: text, genesis: { ...settings, chainId, consensus, gasLimit: genesis.gasLimit, freeGas } };
}

/** Addresses of the validators a chain started with; empty where a contract names them. */
function initialValidators(genesis: Genesis): readonly string[] {
  const consensus = consensusOf(genesis);
  return consensus === undefined ? [] : parseExtraData(consensus, genesis.extraData).validators;
}

/** Whether the chain has no gas price of its own: each client says so in its own way. */
function isFree({ config }: Genesis): boolean {
  if (config.isQuorum === true) return config.enableGasPriceBlock === undefined;
  // London brings the base fee; until its block the chain goes on without a price.
  return config.zeroBaseFee === true || activationOf(config, "londonBlock") !== 0n;
}

function readable({ existing }: LooseExistingChain): Problem[] {
  return existing?.genesis === undefined ? (existing?.problems ?? []) : [];
}

/**
 * Block 1 is sealed by enough of the chain's first validators: those of the file, unless others run some of them. Votes may
 * have changed them since, which the file does not say; but validators without any key of theirs are new to every chain.
 */
function sealed(hasKeys: boolean, { existing, config: { validators, peers } }: LooseExistingChain): Problem[] {
  if (existing?.genesis === undefined) return [];
  const initial = initialValidators(existing.genesis);
  const consensus = consensusOf(existing.genesis);
  // Where a contract names the validators, or where others run some of them, this file alone tells too little.
  if (consensus === undefined || initial.length === 0 || (peers ?? []).length > 0) return [];
  const path = `${base}.validators`;
  const keys = entriesOf(validators, path).flatMap(({ item }) => item.privateKey ?? []);
  if (keys.length > 0 !== hasKeys) return [];
  const usable = keys.filter((key) => validatePrivateKey(key, "").length === 0);
  const own = new Set(usable.map((key) => deriveAccount(key).address.toLowerCase()));
  const held = initial.filter((address) => own.has(address.toLowerCase())).length;
  const { needed } = quorumOf(consensus, initial.length);
  if (held >= needed) return [];
  const what = `have the keys of ${needed} of the ${initial.length} validators that the chain starts with`;
  const because = `block 1 needs as many, and there are ${held}`;
  const elsewhere = "name under `peers` the nodes that seal it elsewhere";
  const hint = hasKeys
    ? `Nothing is amiss where votes have changed the validators and volumes have the chain; else ${elsewhere}`
    : `Give each its privateKey, or ${elsewhere}`;
  return [problem(hasKeys ? { path, should: what, because, hint } : { path, must: what, because, hint })];
}

export const existingChainRules: readonly Rule<LooseExistingChain>[] = [
  error(readable),
  error((chain) => sealed(false, chain)),
  warning((chain) => sealed(true, chain)),
];
