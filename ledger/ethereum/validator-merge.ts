/** Three-way merge of validator sets, for a chain on which several parties vote. */
import { sortAddresses, type Address } from "./address";

export interface ValidatorSides {
  /** Addresses wished at the last update; undefined for a chain that is taken over. */
  base: readonly string[] | undefined;
  /** The chain's addresses now. */
  live: readonly string[];
  /** Addresses wished now. */
  wished: readonly string[];
}

/** Ascending addresses of the set to vote for, and descriptions of the differences that other parties made. */
export interface ValidatorMerge {
  next: Address[];
  changedElsewhere: string[];
}

/**
 * Applies the difference between base and wished to live. A validator that other parties voted in stays, since base
 * does not have it. A validator that they voted out comes back only when base does not have it any more.
 */
export function mergeValidators({ base = [], live, wished }: ValidatorSides): ValidatorMerge {
  const [before, present, after] = [base, live, wished].map((addresses) => new Set(sortAddresses(addresses))) as [
    Set<Address>,
    Set<Address>,
    Set<Address>,
  ];
  const staying = [...present].filter((address) => after.has(address) || !before.has(address));
  const coming = [...after].filter((address) => !present.has(address) && !before.has(address));
  const next = sortAddresses([...staying, ...coming]);
  return {
    next,
    changedElsewhere: [
      ...next.filter((address) => !after.has(address)).map((address) => `add validator ${address}`),
      ...[...after].filter((address) => !next.includes(address)).map((address) => `remove validator ${address}`),
    ],
  };
}
