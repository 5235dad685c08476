/**
 * The genesis file: the first block of a chain and the rules of all later ones, as plain data.
 *
 * Every node of the network has the same one, and so does every other stack that joins the network.
 */
import { buildAlloc } from "./alloc";
import { clientFacts } from "./clients";
import { buildExtraData } from "./extra-data";
import { includesFork } from "./fork";
import type { Genesis } from "./genesis-file";
import { resolveGenesisSettings, type GenesisSettings, type ResolvedGenesisSettings } from "./genesis-settings";
import { validateGenesisSettings } from "./genesis-validation";
import { toQuantity } from "./hex";
import { throwProblems } from "../../lib/problem";

const zeroAddress = `0x${"0".repeat(40)}`;
const zeroHash = `0x${"0".repeat(64)}`;

/** `mixHash` that marks a block of IBFT and its successors: Keccak-256 of "Istanbul practical byzantine fault tolerance". */
export const bftMixHash = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";

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
    config: { chainId: resolved.chainId, ...clientFacts[resolved.client].buildRules(resolved) },
    nonce: "0x0",
    timestamp: toQuantity(resolved.timestampSeconds),
    gasLimit: toQuantity(resolved.gasLimit),
    difficulty: "0x1",
    mixHash: resolved.consensus === "clique" ? zeroHash : bftMixHash,
    coinbase: zeroAddress,
    extraData: buildExtraData(resolved.consensus, resolved.validators),
    ...(baseFee === undefined ? {} : { baseFeePerGas: toQuantity(baseFee) }),
    alloc: buildAlloc(resolved.alloc),
  };
}

/** Base fee, written even where it is the client's default: the hash of block 0 must not depend on a default. */
function initialBaseFee(settings: ResolvedGenesisSettings): bigint | undefined {
  return includesFork(settings.fork, "london") ? (settings.freeGas ? 0n : settings.baseFeePerGas) : undefined;
}

/** Largest contract in bytes, from the key that Besu reads. `undefined`: Ethereum's 24576. */
export function contractSizeLimitOf({ config }: Genesis): number | undefined {
  return typeof config.contractSizeLimit === "number" ? config.contractSizeLimit : undefined;
}
