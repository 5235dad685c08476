/**
 * Root of a Merkle Patricia trie whose keys are all known: enough for the state trie of a genesis block, without a
 * database (Yellow Paper, appendix D; https://ethereum.org/developers/docs/data-structures-and-encoding/patricia-merkle-trie/).
 */
import { RLP, type NestedUint8Array } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3.js";

/** Root of a trie without entries: Keccak-256 of the RLP of an empty string. */
export const emptyTrieRoot = keccak_256(RLP.encode(new Uint8Array()));

/** An entry of the trie before its key is hashed. */
export interface TrieEntry {
  key: Uint8Array;
  /** At least one byte: a trie has no entry without a value. */
  value: Uint8Array;
}

interface Leaf {
  /** Four-bit digits of the hashed key. All paths have 64, so no entry ends inside a branch. */
  path: Uint8Array;
  value: Uint8Array;
}

/** Root of the "secure" trie, whose paths are the Keccak-256 of the keys. Keys must differ. */
export function secureTrieRoot(entries: readonly TrieEntry[]): Uint8Array {
  if (entries.length === 0) return emptyTrieRoot;
  const leaves = entries.map(({ key, value }) => ({ path: nibbles(keccak_256(key)), value }));
  return keccak_256(RLP.encode(node(leaves, 0)));
}

/** The node over all `leaves`, which agree in their first `depth` digits. */
function node(leaves: readonly Leaf[], depth: number): NestedUint8Array {
  const [first] = leaves as [Leaf, ...Leaf[]];
  if (leaves.length === 1) return [compactPath(first.path.subarray(depth), true), first.value];
  const shared = commonDepth(leaves, depth);
  if (shared > depth) return [compactPath(first.path.subarray(depth, shared), false), reference(node(leaves, shared))];
  const children = Array.from({ length: 16 }, (_, digit) => {
    const below = leaves.filter(({ path }) => path[depth] === digit);
    return below.length === 0 ? new Uint8Array() : reference(node(below, depth + 1));
  });
  return [...children, new Uint8Array()];
}

/** A child inside its parent: the node itself when its RLP is shorter than 32 bytes, else the hash of the RLP. */
function reference(child: NestedUint8Array): Uint8Array | NestedUint8Array {
  const encoded = RLP.encode(child);
  return encoded.length < 32 ? child : keccak_256(encoded);
}

/** First depth, from `depth` on, at which not all leaves have the same digit. */
function commonDepth(leaves: readonly Leaf[], depth: number): number {
  const [{ path }, ...others] = leaves as [Leaf, ...Leaf[]];
  let shared = depth;
  while (others.every((leaf) => leaf.path[shared] === path[shared])) {
    shared += 1;
  }
  return shared;
}

/** Hex-prefix encoding: flag 2 marks a leaf, flag 1 an odd number of digits, then two digits a byte. */
function compactPath(path: Uint8Array, isLeaf: boolean): Uint8Array {
  const isOdd = path.length % 2 === 1;
  const flag = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0);
  const digits = isOdd ? [flag, ...path] : [flag, 0, ...path];
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => digits[2 * index]! * 16 + digits[2 * index + 1]!);
}

function nibbles(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes].flatMap((byte) => [byte >> 4, byte & 15]));
}
