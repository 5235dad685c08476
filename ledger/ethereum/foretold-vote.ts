/** Votes that a change of validators takes, told before anybody has cast one. */
import { changeInWords, ownVotes, withoutPending } from "./pending-vote";
import { planValidatorChange, type ValidatorChange, type ValidatorPlan, type ValidatorStep } from "./validator-change";

/** A vote to come. */
export interface ForetoldVote extends Pick<ValidatorStep, "address" | "action" | "votesNeeded" | "voters"> {
  /** Votes of this stack. */
  own: number;
}

/**
 * Votes of this stack on the way to a set. One that needs others' votes changes the set for none of those after it.
 *
 * @param own Validators of this stack, also those that are to come.
 */
export function foretellVotes(
  change: ValidatorChange,
  own: readonly string[],
  path: string,
): { votes: ForetoldVote[]; problems: ValidatorPlan["problems"] } {
  const votes: ForetoldVote[] = [];
  const open: ForetoldVote[] = [];
  let current = change.current;
  for (;;) {
    const next = withoutPending(change.next, current, open);
    const { steps, problems } = planValidatorChange({ ...change, current, next }, path);
    const [step] = steps;
    if (step === undefined) return { votes, problems };
    const { voters, carry } = ownVotes(step, own);
    const vote = { ...step, own: voters.length };
    votes.push(vote);
    if (carry) current = step.validators;
    else open.push(vote);
  }
}

/**
 * A vote to come, in words.
 *
 * @param nameOf Name of a validator, for people.
 */
export function foretoldInWords(vote: ForetoldVote, nameOf: (address: string) => string): string {
  const { own, votesNeeded, voters } = vote;
  const what = `${changeInWords(vote, nameOf)} takes ${votesNeeded} of ${voters.length} votes`;
  const missing = votesNeeded - own;
  if (missing <= 0) return `${what}, which this stack has`;
  return `${what}; this stack has ${own}, so it waits for ${missing} of other stacks' validators, unless they have voted already`;
}
