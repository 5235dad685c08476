/** State root of the accounts of a genesis block (Yellow Paper, section 4.1). */
import { RLP } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { fromHex, integerBytes, parseQuantity } from "./hex";
import type { GenesisAccount } from "./alloc";
import { secureTrieRoot } from "./trie";

/**
 * Root of the state trie of `alloc`.
 *
 * @param alloc Address (with or without `0x`) -> account. Storage slots of value 0 count as absent, as every client does.
 */
export function stateRoot(alloc: Record<string, GenesisAccount>): Uint8Array {
  return secureTrieRoot(
    Object.entries(alloc).map(([address, account]) => ({ key: fromHex(address), value: encodeAccount(account) })),
  );
}

function encodeAccount(account: GenesisAccount): Uint8Array {
  return RLP.encode([
    integerBytes(parseQuantity(account.nonce ?? 0) ?? 0n),
    integerBytes(parseQuantity(account.balance) ?? 0n),
    storageRoot(account.storage ?? {}),
    keccak_256(fromHex(account.code ?? "0x")),
  ]);
}

function storageRoot(storage: Record<string, string>): Uint8Array {
  return secureTrieRoot(
    Object.entries(storage)
      .map(([slot, value]) => ({ slot: BigInt(withPrefix(slot)), value: BigInt(withPrefix(value)) }))
      .filter(({ value }) => value !== 0n)
      .map(({ slot, value }) => ({ key: word(slot), value: RLP.encode(integerBytes(value)) })),
  );
}

/** Storage keys and values are hexadecimal even without `0x`. */
function withPrefix(text: string): string {
  return /^0x/i.test(text) ? text : `0x${text}`;
}

/** A 32-byte big-endian word. */
function word(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}
