/** Votes of an update, told in its preview. */
import { foretellVotes, foretoldInWords } from "../../../ledger/ethereum/foretold-vote";
import { changeInWords, isInForce, withdrawnVotes, withoutPending } from "../../../ledger/ethereum/pending-vote";
import { mergeValidators } from "../../../ledger/ethereum/validator-merge";
import { InputError } from "../../../lib/problem";
import type { NodeContext } from "../../kubernetes/node-access";
import { addressesOf, namesOf, pendingOf, wishedBy, type Former, type Inputs } from "./validator-inputs";
import { readAddresses } from "./validator-reading";

/**
 * Tells in a preview what the update votes on.
 *
 * @throws InputError when some vote would leave the chain without a quorum, even with every node up
 */
export async function tellVotes(inputs: Inputs, before: Former, context: NodeContext): Promise<void> {
  const live = await readAddresses(before.inputs, context);
  if (live === undefined || live === "gone") return;
  const former = pendingOf(before.state);
  const base = withoutPending(wishedBy(before.inputs), live, former);
  const { next } = mergeValidators({ base, live, wished: wishedBy(inputs) });
  const nodes = [...before.inputs.validators, ...inputs.validators];
  // Nodes that are to come are up before anybody votes.
  const change = { consensus: inputs.consensus, current: live, next, running: [...live, ...next] };
  const { votes, problems } = foretellVotes(change, addressesOf(nodes), "validators");
  if (problems.length > 0) throw new InputError("change of validators", problems);
  const nameOf = namesOf(inputs, before.inputs.validators);
  for (const each of votes) context.log.info(foretoldInWords(each, nameOf));
  const withdrawn = withdrawnVotes(former, votes).filter((each) => !isInForce(each, live));
  for (const each of withdrawn) context.log.info(`this stack takes back its votes on ${changeInWords(each, nameOf)}`);
}
