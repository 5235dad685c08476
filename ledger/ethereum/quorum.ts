/**
 * Number of validators that a chain needs, and number that it can lose.
 *
 * QBFT and IBFT2: Besu `BftHelpers.calculateRequiredValidatorQuorum`, ceil(2n/3); GoQuorum the same with
 * `ceil2Nby3Block` 0. Clique: a signer may seal one of floor(n/2)+1 consecutive blocks
 * (EIP-225), so floor(n/2)+1 must be up.
 */
import type { Consensus } from "./consensus";

export interface Quorum {
  validators: number;
  /** Validators that must be up for the chain to go on. */
  needed: number;
  /** Validators that may be down while the chain goes on. */
  mayBeDown: number;
  /** Validators that may lie while the chain stays correct: f of the BFT protocols. Clique promises nothing: 0. */
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
 * Number of validators that may lose newest blocks at once, as one does that goes back to an older copy: they may sign other
 * blocks in place of those that they forgot. QBFT and IBFT2 bear as many as may lie; in Clique the heavier chain of the
 * others goes on.
 */
export function mayForget(consensus: Consensus, validators: number): number {
  const { mayBeByzantine, mayBeDown } = quorumOf(consensus, validators);
  return consensus === "clique" ? mayBeDown : mayBeByzantine;
}

/**
 * `maxUnavailable` of the disruption budget over all validators: the number that may fail at once. At least 1,
 * because 0 would block every node drain for ever.
 */
export function disruptionBudget(consensus: Consensus, validators: number): number {
  return Math.max(1, mayForget(consensus, validators));
}

/** The numbers for a message: "quorum 3 of 4, 1 may be down". */
export function describeQuorum(consensus: Consensus, validators: number): string {
  const { needed, mayBeDown } = quorumOf(consensus, validators);
  return `quorum ${needed} of ${validators}, ${mayBeDown === 0 ? "none" : mayBeDown} may be down`;
}

/** Whether the chain goes on without its largest zone, when validators are spread evenly. */
export function survivesZoneLoss(consensus: Consensus, validators: number, zones: number): boolean {
  return Math.ceil(validators / zones) <= quorumOf(consensus, validators).mayBeDown;
}
