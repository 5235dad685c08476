/** What follows from the genesis.json of an existing chain. */
import type { Client } from "../ledger/ethereum/client";
import { consensusOf, validateGenesis } from "../ledger/ethereum/existing-genesis";
import { parseExtraData } from "../ledger/ethereum/extra-data";
import type { Genesis } from "../ledger/ethereum/genesis";
import { parseGenesis } from "../ledger/ethereum/genesis-text";
import { InputError } from "../ledger/problem";
import { canBeFree, type EthereumConfig } from "./ethereum";
import type { Problem } from "../ledger/problem";

/** The chain of a genesis.json, or everything for which `client` would not run it. */
export function readGenesis(
  text: string,
  client: Client,
  path: string,
): { genesis: Genesis; problems: [] } | { genesis?: undefined; problems: Problem[] } {
  try {
    const genesis = parseGenesis(text, path);
    const problems = validateGenesis(genesis, client, path);
    return problems.length > 0 ? { problems } : { genesis, problems: [] };
  } catch (error) {
    if (error instanceof InputError) return { problems: error.problems };
    throw error;
  }
}

/** Addresses of the validators a chain started with; empty where a contract names them. */
export function initialValidators(genesis: Genesis): readonly string[] {
  const consensus = consensusOf(genesis);
  return consensus === undefined ? [] : parseExtraData(consensus, genesis.extraData).validators;
}

/** The configuration of a network that has the chain of a genesis.json without problems. */
export function takeOverGenesis(
  text: string,
  { client, genesis: settings }: Pick<EthereumConfig, "client" | "genesis">,
): Pick<EthereumConfig, "genesis" | "genesisText"> {
  const genesis = parseGenesis(text);
  const { chainId } = genesis.config;
  const consensus = consensusOf(genesis) ?? settings.consensus;
  return {
    genesisText: text,
    genesis: {
      ...settings,
      chainId,
      consensus,
      gasLimit: genesis.gasLimit,
      freeGas: canBeFree(client) && isFree(genesis),
    },
  };
}

/** Whether the chain has no gas price of its own: each client says so in its own way. */
function isFree({ config }: Genesis): boolean {
  if (config.isQuorum === true) return config.enableGasPriceBlock === undefined;
  return config.zeroBaseFee === true || config.londonBlock === undefined;
}
