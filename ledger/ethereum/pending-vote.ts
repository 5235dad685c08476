/** Votes on validators that wait for those of other owners of the chain. */
import { sortAddresses, type Address } from "./address";
import { digitsOf } from "./hex";
import type { ValidatorStep } from "./validator-change";

/** A vote that this stack's validators have cast, or would cast, and that lacks a majority. */
export interface PendingVote {
  /** EIP-55 form. */
  address: string;
  action: "add" | "remove";
  /** Validators that have voted so, ascending. */
  voters: string[];
  votesNeeded: number;
  /** Number of validators that may vote. */
  validators: number;
}

/** Votes of this stack, and whether they carry a step alone. */
export interface OwnVotes {
  voters: Address[];
  carry: boolean;
}

/**
 * Votes on a step that this stack can cast. The new validator has none yet, and one that leaves votes until it is out.
 *
 * @param running Validators of this stack whose node answers.
 */
export function ownVotes(step: Pick<ValidatorStep, "voters" | "votesNeeded">, running: readonly string[]): OwnVotes {
  const own = digitsIn(running);
  const voters = step.voters.filter((address) => own.has(digitsOf(address)));
  return { voters, carry: voters.length >= step.votesNeeded };
}

/**
 * A set without the votes that are pending: what they concern is as the chain has it. Of the set to reach that is what can
 * be done beside them; of the last wish it is what this stack has brought about, the base of its next change.
 */
export function withoutPending(
  wished: readonly string[],
  live: readonly string[],
  pending: readonly Pick<PendingVote, "address">[],
): Address[] {
  const open = digitsIn(pending.map(({ address }) => address));
  const isOpen = (address: string): boolean => open.has(digitsOf(address));
  return sortAddresses([...wished.filter((address) => !isOpen(address)), ...live.filter(isOpen)]);
}

/** Votes of a former run that are wished no more, or that need no vote any more. */
export function withdrawnVotes(
  former: readonly PendingVote[],
  steps: readonly Pick<ValidatorStep, "address" | "action">[],
): PendingVote[] {
  return former.filter(
    ({ address, action }) =>
      !steps.some((step) => step.action === action && digitsOf(step.address) === digitsOf(address)),
  );
}

/** Whether the chain's set is as a vote wants it. */
export function isInForce(
  { address, action }: Pick<PendingVote, "address" | "action">,
  live: readonly string[],
): boolean {
  return digitsIn(live).has(digitsOf(address)) === (action === "add");
}

/**
 * What a vote is on, in words.
 *
 * @param nameOf Name of a validator, for people.
 */
export function changeInWords(
  { action, address }: Pick<PendingVote, "address" | "action">,
  nameOf: (address: string) => string,
): string {
  return `${action === "add" ? "adding" : "removing"} ${nameOf(address)}`;
}

/**
 * A pending vote in words.
 *
 * @param nameOf Name of a validator, for people.
 */
export function pendingInWords(vote: PendingVote, nameOf: (address: string) => string): string {
  const { voters, votesNeeded, validators } = vote;
  const what = changeInWords(vote, nameOf);
  const missing = Math.max(1, votesNeeded - voters.length);
  const have = voters.length === 1 ? "has" : "have";
  return `${what}: ${voters.length} of ${validators} validators ${have} voted for it, ${missing} more ${missing === 1 ? "is" : "are"} needed`;
}

function digitsIn(addresses: readonly string[]): Set<string> {
  return new Set(addresses.map(digitsOf));
}
