import assert from "node:assert/strict";
import fc from "fast-check";
import {
  describeQuorum,
  disruptionBudget,
  quorumOf,
  survivesZoneLoss,
  votesNeeded,
} from "../../../../ledger/ethereum/quorum";

describe("quorum", () => {
  /** validators, needed, may be down, may be byzantine, Clique majority */
  const table = [
    [1, 1, 0, 0, 1],
    [3, 2, 1, 0, 2],
    [4, 3, 1, 1, 3],
    [5, 4, 1, 1, 3],
    [6, 4, 2, 1, 4],
    [7, 5, 2, 2, 4],
    [9, 6, 3, 2, 5],
    [10, 7, 3, 3, 6],
  ] as const;
  for (const [validators, needed, mayBeDown, mayBeByzantine, majority] of table) {
    it(`of ${validators} is ${needed} under QBFT and IBFT2, ${majority} under Clique`, () => {
      assert.deepEqual(quorumOf("qbft", validators), { validators, needed, mayBeDown, mayBeByzantine });
      assert.deepEqual(quorumOf("ibft2", validators), quorumOf("qbft", validators));
      assert.deepEqual(quorumOf("clique", validators), {
        validators,
        needed: majority,
        mayBeDown: validators - majority,
        mayBeByzantine: 0,
      });
    });
  }

  it("of BFT always meets another one in an honest validator, which is why no two blocks of a height exist", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (validators) => {
        const { needed, mayBeByzantine } = quorumOf("qbft", validators);
        assert.ok(2 * needed - validators > mayBeByzantine);
      }),
    );
  });

  it("has its numbers in the message", () => {
    assert.equal(describeQuorum("qbft", 4), "quorum 3 of 4, 1 may be down");
    assert.equal(describeQuorum("qbft", 1), "quorum 1 of 1, none may be down");
  });

  it("takes votes of more than half to change the validators", () => {
    assert.deepEqual([1, 2, 3, 4, 5].map(votesNeeded), [1, 2, 2, 3, 3]);
  });
});

describe("disruption budget", () => {
  it("is f under BFT and never 0, which would block node drains for ever", () => {
    assert.deepEqual(
      [1, 3, 4, 6, 7, 10].map((count) => disruptionBudget("qbft", count)),
      [1, 1, 1, 1, 2, 3],
    );
  });

  it("is what may be down under Clique", () => {
    assert.deepEqual(
      [1, 3, 4, 5].map((count) => disruptionBudget("clique", count)),
      [1, 1, 1, 2],
    );
  });
});

describe("loss of a zone", () => {
  it("is survived in three zones by 3, 6 and 9 validators alone, of up to 10", () => {
    const survivors = Array.from({ length: 10 }, (_, index) => index + 1).filter((count) =>
      survivesZoneLoss("qbft", count, 3),
    );
    assert.deepEqual(survivors, [3, 6, 9]);
  });

  it("is survived by 4 in four zones, and by none in two", () => {
    assert.ok(survivesZoneLoss("qbft", 4, 4));
    assert.ok([4, 6, 9, 100].every((count) => !survivesZoneLoss("qbft", count, 2)));
  });
});
