/** The chain of an existing genesis.json: its settings, and whether the network can continue it. */
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

/** An existing chain, or all problems that prevent its continuation. */
export type ExistingChain = { text: string; genesis: Genesis } | { genesis?: undefined; problems: Problem[] };

/** Values that the rules about an existing chain read. */
export interface LooseExistingChain {
  existing?: ExistingChain | undefined;
  config: { validators?: LooseValidators | undefined; peers?: unknown[] | undefined };
}

const base = "network.ethereum";

/** Reads the chain of the stack file's genesis file. */
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

/** Settings of a network with an existing chain, from its genesis.json. */
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

/** Addresses of a chain's first validators; empty if a contract has them. */
function initialValidators(genesis: Genesis): readonly string[] {
  const consensus = consensusOf(genesis);
  return consensus === undefined ? [] : parseExtraData(consensus, genesis.extraData).validators;
}

/** Whether the chain has no gas price. Each client has its own setting for it. */
function isFree({ config }: Genesis): boolean {
  if (config.isQuorum === true) return config.enableGasPriceBlock === undefined;
  // London adds the base fee; until its block the chain has no price.
  return config.zeroBaseFee === true || activationOf(config, "londonBlock") !== 0n;
}

function readable({ existing }: LooseExistingChain): Problem[] {
  return existing?.genesis === undefined ? (existing?.problems ?? []) : [];
}

/**
 * Checks that enough of the chain's first validators seal block 1: validators of the file, unless other networks run
 * some. Votes may have changed them since, which the file does not show; but validators without any of the first keys
 * belong to another chain.
 */
function sealed(hasKeys: boolean, { existing, config: { validators, peers } }: LooseExistingChain): Problem[] {
  if (existing?.genesis === undefined) return [];
  const initial = initialValidators(existing.genesis);
  const consensus = consensusOf(existing.genesis);
  // This file alone is not enough if a contract has the validators, or if other networks run some of them.
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
    ? `This is in order if votes have changed the validators and volumes have the chain; else ${elsewhere}`
    : `Give each its privateKey, or ${elsewhere}`;
  return [problem(hasKeys ? { path, should: what, because, hint } : { path, must: what, because, hint })];
}

export const existingChainRules: readonly Rule<LooseExistingChain>[] = [
  error(readable),
  error((chain) => sealed(false, chain)),
  warning((chain) => sealed(true, chain)),
];
