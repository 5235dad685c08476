/** Votes that turn one set of validators into another, with a quorum after each vote. */
import { checksumAddress, type Address } from "./address";
import type { Consensus } from "./consensus";
import { digitsOf } from "./hex";
import { problem, type Problem } from "../../lib/problem";
import { quorumOf, votesNeeded } from "./quorum";
import { validateValidators } from "./validators";

/** One vote of the living validators. */
export interface ValidatorStep {
  /** EIP-55 form. */
  address: Address;
  action: "add" | "remove";
  /** Validators that vote on it: the set before the step. */
  voters: Address[];
  votesNeeded: number;
  /** The set after the step, ascending. */
  validators: Address[];
  /** Running validators of the set after the step, and the number that the chain then needs. */
  running: number;
  quorum: number;
}

export interface ValidatorChange {
  consensus: Consensus;
  /** The chain's set now. */
  current: readonly string[];
  /** The set to reach. */
  next: readonly string[];
  /** Validators of both sets whose node is up and synchronised. */
  running: readonly string[];
}

export interface ValidatorPlan {
  /** In order. Empty when the sets are equal, or when there are problems. */
  steps: ValidatorStep[];
  problems: Problem[];
}

/**
 * The votes that turn one set of validators into another, each with a quorum after it. The vote that leaves the
 * largest margin comes first, additions before removals.
 *
 * Refused, with the numbers: a chain without a quorum now, since no vote would count, and a change with a step
 * after which fewer validators would run than the chain needs.
 */
export function planValidatorChange(change: ValidatorChange, path: string): ValidatorPlan {
  const problems = [
    ...validateValidators(change.next, path),
    ...validateValidators(change.current, `${path} (on chain)`),
  ];
  if (problems.length > 0) return { steps: [], problems };
  const target = keySet(change.next);
  const running = keySet(change.running);
  let validators = keySet(change.current);
  if (isSameSet(validators, target)) return { steps: [], problems: [] };
  if (marginOf(change.consensus, validators, running) < 0) {
    return { steps: [], problems: [haltedProblem(change, validators, running, path)] };
  }
  const steps: ValidatorStep[] = [];
  while (!isSameSet(validators, target)) {
    const best = bestStep(change.consensus, validators, target, running);
    if (best.margin < 0) {
      return { steps: [], problems: [stepProblem(change.consensus, best, validators, running, path)] };
    }
    steps.push(describeStep(change.consensus, best, validators, running));
    validators = best.after;
  }
  return { steps, problems: [] };
}

interface Candidate {
  digits: string;
  action: "add" | "remove";
  after: Set<string>;
  /** Running validators beyond the quorum after the step. */
  margin: number;
}

function bestStep(consensus: Consensus, validators: Set<string>, target: Set<string>, running: Set<string>): Candidate {
  const added = [...target].filter((digits) => !validators.has(digits)).toSorted();
  const removed = [...validators].filter((digits) => !target.has(digits)).toSorted();
  const candidates = [
    ...added.map((digits) => ({ digits, action: "add" as const, after: new Set([...validators, digits]) })),
    ...removed.map((digits) => ({
      digits,
      action: "remove" as const,
      after: new Set([...validators].filter((other) => other !== digits)),
    })),
  ].map((candidate) => ({ ...candidate, margin: marginOf(consensus, candidate.after, running) }));
  return candidates.reduce((best, candidate) => (candidate.margin > best.margin ? candidate : best));
}

function describeStep(consensus: Consensus, step: Candidate, before: Set<string>, running: Set<string>): ValidatorStep {
  return {
    address: checksumAddress(step.digits),
    action: step.action,
    voters: addressesOf(before),
    votesNeeded: votesNeeded(before.size),
    validators: addressesOf(step.after),
    running: countRunning(step.after, running),
    quorum: quorumOf(consensus, step.after.size).needed,
  };
}

function haltedProblem(change: ValidatorChange, validators: Set<string>, running: Set<string>, path: string): Problem {
  const { needed } = quorumOf(change.consensus, validators.size);
  const because = `the chain has halted (${countRunning(validators, running)} of ${validators.size} validators run, ${needed} are needed), so no vote can be sealed`;
  return problem({ path, must: "wait until validators are back up", because });
}

function stepProblem(
  consensus: Consensus,
  step: Candidate,
  before: Set<string>,
  running: Set<string>,
  path: string,
): Problem {
  const address = checksumAddress(step.digits);
  const verb = step.action === "add" ? "adding" : "removing";
  const { needed } = quorumOf(consensus, step.after.size);
  const because =
    `${verb} ${address} would halt the chain: ${countRunning(step.after, running)} of ${step.after.size} validators would run ` +
    `and ${needed} be needed (now ${countRunning(before, running)} of ${before.size} run)`;
  const hint = step.action === "add" ? "The new node itself may be one of them, once it has caught up" : undefined;
  return problem({ path, must: "wait until more validators are up", because, hint });
}

function marginOf(consensus: Consensus, validators: Set<string>, running: Set<string>): number {
  return countRunning(validators, running) - quorumOf(consensus, validators.size).needed;
}

function countRunning(validators: Set<string>, running: Set<string>): number {
  return [...validators].filter((digits) => running.has(digits)).length;
}

function keySet(addresses: readonly string[]): Set<string> {
  return new Set(addresses.map(digitsOf));
}

function addressesOf(digits: Set<string>): Address[] {
  return [...digits].toSorted().map((each) => checksumAddress(each));
}

function isSameSet(a: Set<string>, b: Set<string>): boolean {
  return a.size === b.size && [...a].every((digits) => b.has(digits));
}
