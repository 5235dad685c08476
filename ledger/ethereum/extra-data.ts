/**
 * `extraData` of a genesis block, which holds the first validators of a proof-of-authority chain.
 *
 * QBFT and IBFT2 (Besu `QbftExtraDataCodec`, `IbftExtraDataCodec`; GoQuorum `core/types/istanbul.go`):
 * RLP [vanity, [validators], vote, round, [seals]]. With no vote, round 0 and no seals the tail is
 * `c0 80 c0` for QBFT, and `80 84 00000000 c0` for IBFT2, which writes an absent vote as an empty
 * string and the round as four bytes.
 * Clique (go-ethereum `consensus/clique/clique.go`): vanity, the signers one after the other, 65 zero bytes for a seal.
 */
import { RLP, type NestedUint8Array } from "@ethereumjs/rlp";
import { checksumAddress, sortAddresses, validateDistinctAddresses, validateAddress, type Address } from "./address";
import type { Consensus } from "./consensus";
import { fromHex, isHexBytes, toHex, type Hex } from "./hex";
import { problem, throwProblems, type Problem } from "../../lib/problem";

export interface ExtraData {
  /** 32 bytes that mean nothing to the protocol. */
  vanity: Hex;
  /** In the order in which `extraData` lists them. */
  validators: Address[];
}

const vanityBytes = 32;
const addressBytes = 20;
const cliqueSealBytes = 65;
const noBytes = new Uint8Array();

/**
 * `extraData` of a genesis block with these validators, sorted ascending as all three protocols demand
 * (Besu sorts the validators of the genesis block itself, but refuses unsorted lists from block 1 on).
 *
 * @param validators Addresses in any order. Empty only for QBFT with a validator contract.
 * @throws InputError for wrong or repeated addresses.
 */
export function buildExtraData(consensus: Consensus, validators: readonly string[]): Hex {
  const problems = validators.flatMap((address, index) => validateAddress(address, `validators[${index}]`));
  throwProblems(
    "invalid validators",
    problems.length > 0 ? problems : validateDistinctAddresses(validators, "validators"),
  );
  const addresses = sortAddresses(validators).map(fromHex);
  const vanity = new Uint8Array(vanityBytes);
  switch (consensus) {
    case "qbft":
      return toHex(RLP.encode([vanity, addresses, [], noBytes, []]));
    case "ibft2":
      return toHex(RLP.encode([vanity, addresses, noBytes, new Uint8Array(4), []]));
    case "clique":
      return toHex(Buffer.concat([vanity, ...addresses, new Uint8Array(cliqueSealBytes)]));
  }
}

/**
 * The validators in a genesis block's `extraData`.
 *
 * @throws InputError when `validateExtraData` finds a problem.
 */
export function parseExtraData(consensus: Consensus, extraData: string): ExtraData {
  throwProblems("invalid extraData", validateExtraData(consensus, extraData, "extraData"));
  return readExtraData(consensus, fromHex(extraData))!;
}

/** Checks that `extraData` has the form that the protocol expects of block 0: no vote, no seals, sorted validators. */
export function validateExtraData(consensus: Consensus, extraData: unknown, path: string): Problem[] {
  if (!isHexBytes(extraData)) return [problem({ path, given: extraData, must: form(consensus) })];
  const content = readExtraData(consensus, fromHex(extraData));
  if (!content) return [problem({ path, given: extraData, must: form(consensus) })];
  const sorted = sortAddresses(content.validators);
  if (content.validators.some((address, index) => address !== sorted[index])) {
    const must = `name the validators in ascending order: ${sorted.join(", ")}`;
    return [problem({ path, given: content.validators, must })];
  }
  return validateDistinctAddresses(content.validators, `${path}.validators`);
}

function readExtraData(consensus: Consensus, bytes: Uint8Array): ExtraData | undefined {
  return consensus === "clique" ? readClique(bytes) : readBft(consensus, bytes);
}

function readClique(bytes: Uint8Array): ExtraData | undefined {
  const signers = bytes.subarray(vanityBytes, Math.max(vanityBytes, bytes.length - cliqueSealBytes));
  const seal = bytes.subarray(vanityBytes + signers.length);
  if (signers.length === 0 || signers.length % addressBytes !== 0 || seal.length !== cliqueSealBytes) return undefined;
  const starts = Array.from({ length: signers.length / addressBytes }, (_, index) => index * addressBytes);
  const validators = starts.map((start) => checksumAddress(toHex(signers.subarray(start, start + addressBytes))));
  return { vanity: toHex(bytes.subarray(0, vanityBytes)), validators };
}

function readBft(consensus: Consensus, bytes: Uint8Array): ExtraData | undefined {
  const items = decodeList(bytes);
  const [vanity, validators] = items ?? [];
  if (!(vanity instanceof Uint8Array) || vanity.length !== vanityBytes || !Array.isArray(validators)) return undefined;
  const addresses = validators.filter((item) => item instanceof Uint8Array && item.length === addressBytes);
  const expected = consensus === "qbft" ? [[], noBytes, []] : [noBytes, new Uint8Array(4), []];
  const tail = items!.slice(2);
  if (addresses.length !== validators.length || toHex(RLP.encode(tail)) !== toHex(RLP.encode(expected))) {
    return undefined;
  }
  return { vanity: toHex(vanity), validators: addresses.map((item) => checksumAddress(toHex(item as Uint8Array))) };
}

function decodeList(bytes: Uint8Array): NestedUint8Array | undefined {
  try {
    const decoded = RLP.decode(bytes);
    return Array.isArray(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

function form(consensus: Consensus): string {
  return consensus === "clique"
    ? "be 0x, 32 bytes of vanity, the signers (20 bytes each, at least one, ascending) and 65 zero bytes"
    : "be 0x and the RLP of [32 bytes of vanity, validators, no vote, round 0, no seals]";
}
