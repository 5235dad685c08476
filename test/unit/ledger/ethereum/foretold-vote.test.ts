/** Votes that a preview tells before anybody casts them. */
import assert from "node:assert/strict";
import { sortAddresses } from "../../../../ledger/ethereum/address";
import { foretellVotes, foretoldInWords } from "../../../../ledger/ethereum/foretold-vote";
import { account } from "./vectors";

const all = (...numbers: number[]) => sortAddresses(numbers.map((number) => account(number).address));

/** Votes on the way from a set to another, as number of the validator, action, own votes and needed ones. */
function told(current: number[], next: number[], own: number[]) {
  const change = {
    consensus: "qbft" as const,
    current: all(...current),
    next: all(...next),
    running: all(...new Set([...current, ...next])),
  };
  const { votes, problems } = foretellVotes(change, all(...own), "validators");
  assert.deepEqual(problems, []);
  return votes.map(({ address, action, own: ours, votesNeeded }) => {
    const number = [1, 2, 3, 4, 5, 6].find((each) => account(each).address === address);
    return `${action} ${number}: ${ours} of ${votesNeeded}`;
  });
}

describe("votes that are to come", () => {
  it("grow with the set where this stack carries them alone", () => {
    const votes = told([1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]);
    assert.deepEqual(votes.map((vote) => vote.replace(/\d+:/, "N:")).sort(), ["add N: 3 of 2", "add N: 4 of 3"]);
  });

  it("that others must complete change the set for none of those after them", () => {
    const votes = told([1, 2, 3, 4], [1, 2, 3, 4, 5, 6], [1, 2, 5, 6]);
    assert.deepEqual(votes.toSorted(), ["add 5: 2 of 3", "add 6: 2 of 3"]);
  });

  it("are none where the set stays", () => {
    assert.deepEqual(told([1, 2, 3], [1, 2, 3], [1]), []);
  });

  it("come with the problem of a change that nobody may make", () => {
    const running = all(1, 2, 3);
    const change = { consensus: "qbft" as const, current: all(1, 2, 3, 4, 5, 6), next: all(1, 2, 3), running };
    const { votes, problems } = foretellVotes(change, running, "validators");
    assert.deepEqual(votes, []);
    assert.equal(problems.length, 1);
  });

  it("say how many are missing, and whose", () => {
    const vote = {
      address: account(5).address,
      action: "add" as const,
      votesNeeded: 3,
      voters: all(1, 2, 3, 4),
      own: 2,
    };
    assert.equal(
      foretoldInWords(vote, () => "validator5"),
      "adding validator5 takes 3 of 4 votes; this stack has 2, so it waits for 1 of other stacks' validators, unless they have voted already",
    );
    assert.equal(
      foretoldInWords({ ...vote, action: "remove", own: 3 }, () => "validator5"),
      "removing validator5 takes 3 of 4 votes, which this stack has",
    );
  });
});
