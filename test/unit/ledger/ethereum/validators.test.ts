import assert from "node:assert/strict";
import type { Consensus } from "../../../../ledger/ethereum/consensus";
import { validateValidators, warnValidatorCount } from "../../../../ledger/ethereum/validators";
import { addresses } from "./vectors";

function warnings(consensus: Consensus, validators: number, zones = 0): string[] {
  return warnValidatorCount(consensus, validators, zones, "validators").map(({ message }) => message);
}

describe("validator check", () => {
  it("refuses an empty set, a wrong address and a repeated one", () => {
    assert.match(validateValidators([], "v")[0]?.message ?? "", /^a chain without validators seals no block/);
    assert.equal(validateValidators(["0x1", "0x2"], "v").length, 2);
    const [one] = addresses(1) as [string];
    assert.equal(validateValidators([one, one], "v")[0]?.path, "v[1]");
    assert.deepEqual(validateValidators(addresses(4), "v"), []);
  });
});

describe("validator warnings", () => {
  it("are none for sizes that make the most of their validators", () => {
    for (const count of [4, 6, 7, 9, 10]) {
      assert.deepEqual(warnings("qbft", count), [], String(count));
    }
    for (const count of [3, 5, 7]) {
      assert.deepEqual(warnings("clique", count), [], String(count));
    }
  });

  it("tell that one or two validators survive no stop", () => {
    assert.deepEqual(warnings("qbft", 1), [
      "the chain halts when any validator stops (quorum 1 of 1, none may be down), given 1; run 4 or more, save for development",
    ]);
    assert.deepEqual(warnings("clique", 2), [
      "the chain halts when any validator stops (quorum 2 of 2, none may be down), given 2; run 3 or more, save for development",
    ]);
  });

  it("tell that three BFT validators survive no lie", () => {
    assert.deepEqual(warnings("qbft", 3), [
      "no validator may be faulty other than by being down (f = 0), given 3; run 4 or more",
    ]);
  });

  it("tell of a validator that adds nothing: 5 or 8 under BFT, an even number under Clique", () => {
    assert.deepEqual(warnings("qbft", 5), [
      "survives no more than 4 do (quorum 4 of 5, 1 may be down), given 5; run 4 or 6",
    ]);
    assert.match(warnings("qbft", 8).join(), /; run 7 or 9$/);
    assert.deepEqual(warnings("clique", 4), [
      "survives no more than 3 do (quorum 3 of 4, 1 may be down), given 4; run 3 or 5",
    ]);
  });

  it("tell that the loss of a zone halts the chain, and how many would do", () => {
    assert.deepEqual(warnings("qbft", 4, 3), [
      "the chain halts when the fullest of 3 zones is lost: it holds 2 (quorum 3 of 4, 1 may be down), given 4; run 6 validators in these zones",
    ]);
    assert.match(warnings("qbft", 7, 3).join(), /it holds 3 .*; run 9 validators in these zones$/);
    assert.deepEqual(warnings("qbft", 6, 3), []);
  });

  it("tell that no number survives the loss of one of two zones under BFT", () => {
    assert.match(warnings("qbft", 4, 2).join(), /; spread the nodes over three zones or more$/);
  });

  it("say nothing of zones where there is one or their number is not known", () => {
    assert.deepEqual(warnings("qbft", 4, 1), []);
    assert.deepEqual(warnings("qbft", 4, 0), []);
  });
});
