/** What the inputs and the state of a set of validators say, for votes and for people. */
import { checksumAddress, sortAddresses, type Address } from "../../../ledger/ethereum/address";
import type { PendingVote } from "../../../ledger/ethereum/pending-vote";
import type { CheckedInputs, OutputsOf } from "../../framework/declaration";
import type { validatorSet } from "../declarations";
import type { ValidatorNode } from "../sdk";

export type Inputs = CheckedInputs<typeof validatorSet>;
export type State = OutputsOf<typeof validatorSet>;

/** Former inputs and state. */
export interface Former {
  inputs: Inputs;
  state: State;
}

export function addressesOf(nodes: readonly { address: string }[]): string[] {
  return nodes.map(({ address }) => address);
}

/** All addresses that inputs name. */
export function namedIn({ validators, partnerValidators = [] }: Inputs): string[] {
  return [...addressesOf(validators), ...addressesOf(partnerValidators)];
}

/** Addresses that inputs want on the chain. */
export function wishedBy(inputs: Inputs): Address[] {
  const leaving = (inputs.leaving ?? []).map(checksumAddress);
  return sortAddresses(namedIn(inputs)).filter((address) => !leaving.includes(address));
}

export function pendingOf({ pending = [] }: State): PendingVote[] {
  return pending;
}

export function withPending({ pending: _, ...state }: State, pending: PendingVote[]): State {
  return pending.length === 0 ? state : { ...state, pending };
}

/** Names of validators for people: a node's own, or its owner's with the address. */
export function namesOf(
  { validators, partnerValidators = [] }: Inputs,
  dropped: readonly ValidatorNode[] = [],
): (address: string) => string {
  const names = new Map<string, string>([
    ...partnerValidators.map(({ partner, address }) => [checksumAddress(address), `of ${partner}`] as const),
    ...[...dropped, ...validators].map(({ name, address }) => [checksumAddress(address), name] as const),
  ]);
  return (address) => {
    const name = names.get(checksumAddress(address));
    return `validator ${address}${name === undefined ? "" : ` (${name})`}`;
  };
}
