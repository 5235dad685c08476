/** Who shall seal a chain that several parties vote on: the three-way rule of sets. */
import { sortAddresses, type Address } from "./address";

export interface ValidatorSides {
  /** Addresses wished when the set was last brought to a wish; undefined for a chain that is taken over. */
  base: readonly string[] | undefined;
  /** Addresses the chain has now. */
  live: readonly string[];
  /** Addresses it shall have. */
  wished: readonly string[];
}

/** Ascending addresses of the set to vote for, and what stays although nobody wishes it here, in words. */
export interface ValidatorMerge {
  next: Address[];
  changedElsewhere: string[];
}

/**
 * Live with what changed between base and wished. A validator that others voted in stays, since base did not hold it; one
 * that they voted out comes back only when base does not hold it any more.
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
