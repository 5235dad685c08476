/**
 * How many validators a chain needs, and how many it can do without.
 *
 * QBFT and IBFT2: Besu `BftHelpers.calculateRequiredValidatorQuorum`, ceil(2n/3); GoQuorum the same with
 * `ceil2Nby3Block` 0. Clique: a signer may seal one of floor(n/2)+1 consecutive blocks
 * (EIP-225), so that many must be alive.
 */
import type { Consensus } from "./consensus";

export interface Quorum {
  validators: number;
  /** Validators that must be up for the chain to go on. */
  needed: number;
  /** Validators that may be down while it does. */
  mayBeDown: number;
  /** Validators that may lie while it stays correct: f of the BFT protocols. Clique makes no such promise: 0. */
  mayBeByzantine: number;
}

/** @param validators At least 1. */
export function quorumOf(consensus: Consensus, validators: number): Quorum {
  const needed = consensus === "clique" ? Math.floor(validators / 2) + 1 : Math.ceil((2 * validators) / 3);
  const mayBeByzantine = consensus === "clique" ? 0 : Math.floor((validators - 1) / 3);
  return { validators, needed, mayBeDown: validators - needed, mayBeByzantine };
}

/** Votes that add or remove one of `validators` validators: more than half, in all three protocols. */
export function votesNeeded(validators: number): number {
  return Math.floor(validators / 2) + 1;
}

/**
 * `maxUnavailable` of the disruption budget over all validators: as many as may fail at once, and
 * 1 where none may, because 0 would block every node drain for ever.
 */
export function disruptionBudget(consensus: Consensus, validators: number): number {
  const { mayBeByzantine, mayBeDown } = quorumOf(consensus, validators);
  return Math.max(1, consensus === "clique" ? mayBeDown : mayBeByzantine);
}

/** "quorum 3 of 4, 1 may be down": the numbers as messages give them. */
export function describeQuorum(consensus: Consensus, validators: number): string {
  const { needed, mayBeDown } = quorumOf(consensus, validators);
  return `quorum ${needed} of ${validators}, ${mayBeDown === 0 ? "none" : mayBeDown} may be down`;
}

/** Whether the chain goes on without the zone that holds the most validators, spread evenly. */
export function survivesZoneLoss(consensus: Consensus, validators: number, zones: number): boolean {
  return Math.ceil(validators / zones) <= quorumOf(consensus, validators).mayBeDown;
}
