/** Votes of one company on a chain of several: what they carry, and what waits for others. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { sortAddresses } from "../../../../ledger/ethereum/address";
import {
  isInForce,
  ownVotes,
  pendingInWords,
  withdrawnVotes,
  withoutPending,
  type PendingVote,
} from "../../../../ledger/ethereum/pending-vote";
import { mergeValidators } from "../../../../ledger/ethereum/validator-merge";
import { account, addresses } from "./vectors";

const address = (number: number) => account(number).address;
const all = (...numbers: number[]) => sortAddresses(numbers.map(address));
const pending = (action: "add" | "remove", number: number, voters: number[] = []): PendingVote => ({
  action,
  address: address(number),
  voters: all(...voters),
  votesNeeded: 3,
  validators: 4,
});

describe("votes of one company among several", () => {
  const step = { voters: all(1, 2, 3, 4), votesNeeded: 3 };

  it("carry a change where they are more than half of all validators' votes", () => {
    assert.deepEqual(ownVotes(step, all(1, 2, 3)), { voters: all(1, 2, 3), carry: true });
    assert.deepEqual(ownVotes(step, all(1, 2)), { voters: all(1, 2), carry: false });
  });

  it("are those of its validators on the chain, not of nodes that wait to become some", () => {
    assert.deepEqual(ownVotes(step, all(5, 6, 7)), { voters: [], carry: false });
    assert.deepEqual(ownVotes(step, [address(1).toLowerCase()]).voters, all(1));
  });

  it("bring about nothing while they are pending, and what they want when the chain followed", () => {
    const live = all(1, 2, 3);
    assert.deepEqual(withoutPending(all(1, 2, 5), live, [pending("add", 5)]), all(1, 2));
    assert.deepEqual(withoutPending(all(1, 2, 3), live, [pending("add", 3)]), all(1, 2, 3));
    assert.deepEqual(withoutPending(all(1), live, [pending("remove", 2)]), all(1, 2));
    assert.deepEqual(withoutPending(all(1, 4), live, [pending("remove", 4)]), all(1));
  });

  it("on which the chain has agreed are taken back by a vote when their wish goes", () => {
    const next = (last: string[], live: string[], wished: string[], vote: PendingVote): string[] =>
      mergeValidators({ base: withoutPending(last, live, [vote]), live, wished }).next;
    assert.deepEqual(next(all(1, 5), all(1, 5), all(1), pending("add", 5)), all(1));
    assert.deepEqual(next(all(1), all(1), all(1, 5), pending("remove", 5)), all(1, 5));
  });

  it("are cast again in the next run, for what the file still wants", () => {
    const live = all(1, 2, 3, 4);
    const wished = all(1, 2, 5);
    // The last run wished the same: 5 comes, and 4 goes.
    const base = withoutPending(wished, live, [pending("add", 5), pending("remove", 4)]);
    assert.deepEqual(mergeValidators({ base, live, wished }).next, all(1, 2, 3, 5));
  });

  it("end with the edit that takes the wish back, and leave the chain as it is", () => {
    const live = all(1, 2, 3, 4);
    const former = [pending("add", 5), pending("remove", 4)];
    const base = withoutPending(all(1, 2, 5), live, former);
    const { next, changedElsewhere } = mergeValidators({ base, live, wished: all(1, 2, 4) });
    assert.deepEqual(next, live);
    assert.deepEqual(changedElsewhere, [`add validator ${address(3)}`]);
    assert.deepEqual(withdrawnVotes(former, []), former);
    assert.deepEqual(withdrawnVotes(former, [{ action: "add", address: address(5) }]), former.slice(1));
  });

  it("leave the rest of a change to go on beside them", () => {
    const live = all(1, 2, 3, 4);
    const next = all(1, 2, 5, 6);
    const open = [pending("add", 5), pending("remove", 4)];
    assert.deepEqual(withoutPending(next, live, open), all(1, 2, 4, 6));
  });

  it("never concern what neither this file nor its last run named, for any sets", () => {
    const pool = addresses(8);
    const subset = fc.subarray(pool);
    fc.assert(
      fc.property(subset, subset, subset, subset, subset, (last, live, wished, adds, removes) => {
        const votes = [
          ...adds.filter((each) => last.includes(each)).map((each) => ({ ...pending("add", 1), address: each })),
          ...removes.filter((each) => !last.includes(each)).map((each) => ({ ...pending("remove", 1), address: each })),
        ];
        const { next } = mergeValidators({ base: withoutPending(last, live, votes), live, wished });
        const named = new Set([...last, ...wished, ...votes.map((each) => each.address)]);
        for (const each of pool.filter((one) => !named.has(one))) {
          assert.equal(next.includes(sortAddresses([each])[0]!), live.includes(each));
        }
      }),
    );
  });

  it("are over when the chain is as they want it", () => {
    assert.ok(isInForce(pending("add", 1), all(1, 2)));
    assert.ok(!isInForce(pending("add", 3), all(1, 2)));
    assert.ok(isInForce(pending("remove", 3), all(1, 2)));
  });

  it("are told with the numbers", () => {
    const nameOf = (each: string) => `validator ${each === address(5) ? "five" : "other"}`;
    assert.equal(
      pendingInWords(pending("add", 5, [1, 2]), nameOf),
      "adding validator five: 2 of 4 validators have voted for it, 1 more is needed",
    );
    assert.equal(
      pendingInWords(pending("remove", 5, [1]), nameOf),
      "removing validator five: 1 of 4 validators has voted for it, 2 more are needed",
    );
  });
});
