/**
 * Header and hash of block 0, as every client computes them from genesis.json.
 *
 * Header fields: Yellow Paper section 4.3, then EIP-1559 (base fee), EIP-4895 (withdrawals),
 * EIP-4844 (blob gas), EIP-4788 (beacon root), EIP-7685 (requests). Presence in block 0:
 * go-ethereum `core/genesis.go` (`ToBlock`), Besu `GenesisState.java` (`buildHeader`).
 * GoQuorum hashes QBFT headers with round 0 and without seals; a genesis block has this form already.
 */
import { createHash } from "node:crypto";
import { RLP } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { activationOf, isActiveAtGenesis } from "./fork";
import type { Genesis } from "./genesis-file";
import { fromHex, integerBytes, parseQuantity, toHex, type Hex } from "./hex";
import { stateRoot } from "./state-root";
import { emptyTrieRoot } from "./trie";

const emptyListHash = keccak_256(RLP.encode([]));
const logsBloomBytes = 256;
const zeroHash = new Uint8Array(32);
/** Base fee of block 0, in wei, when London is active and the file names none. */
const defaultBaseFee = 1_000_000_000n;

/**
 * Hash of block 0. Two files have the same hash exactly when their chains begin with the same block. Rules under
 * `config` count only through the header fields that they add.
 *
 * @throws RangeError when Amsterdam is active in block 0, whose header this version does not know.
 */
export function genesisHash(genesis: Genesis): Hex {
  return toHex(keccak_256(RLP.encode(genesisHeader(genesis))));
}

/** The header fields of block 0 in their order, before RLP. */
export function genesisHeader(genesis: Genesis): Uint8Array[] {
  if (isActiveAtGenesis(genesis, "amsterdamTime")) {
    throw new RangeError(
      "config.amsterdamTime: a header with Amsterdam active in block 0 is not known; schedule it later",
    );
  }
  return [
    zeroHash,
    emptyListHash,
    fromHex(genesis.coinbase),
    stateRoot(genesis.alloc),
    emptyTrieRoot,
    emptyTrieRoot,
    new Uint8Array(logsBloomBytes),
    quantity(genesis.difficulty),
    integerBytes(0n),
    quantity(genesis.gasLimit),
    integerBytes(0n),
    quantity(genesis.timestamp),
    fromHex(genesis.extraData),
    fromHex(genesis.mixHash),
    fromHex((parseQuantity(genesis.nonce) ?? 0n).toString(16).padStart(16, "0")),
    ...forkFields(genesis),
  ];
}

function forkFields(genesis: Genesis): Uint8Array[] {
  const baseFee = initialBaseFee(genesis);
  const isShanghai = isActiveAtGenesis(genesis, "shanghaiTime");
  const isCancun = isActiveAtGenesis(genesis, "cancunTime");
  const isPrague = isActiveAtGenesis(genesis, "pragueTime");
  return [
    ...(baseFee === undefined ? [] : [integerBytes(baseFee)]),
    ...(isShanghai ? [emptyTrieRoot] : []),
    // Blob gas used, excess blob gas, parent beacon block root: all zero before the first block.
    ...(isCancun ? [integerBytes(0n), integerBytes(0n), zeroHash] : []),
    // The requests hash of a block without requests is the SHA-256 of nothing.
    ...(isPrague ? [Uint8Array.from(createHash("sha256").digest())] : []),
  ];
}

function initialBaseFee(genesis: Genesis): bigint | undefined {
  const isLondon = activationOf(genesis.config, "londonBlock") === 0n;
  return parseQuantity(genesis.baseFeePerGas) ?? (isLondon ? defaultBaseFee : undefined);
}

function quantity(value: string): Uint8Array {
  return integerBytes(parseQuantity(value) ?? 0n);
}
