import assert from "node:assert/strict";
import type { Consensus } from "../../../../ledger/ethereum/consensus";
import { validateValidators, warnValidatorCount } from "../../../../ledger/ethereum/validators";
import { addresses } from "./vectors";

function warnings(consensus: Consensus, validators: number, zones = 0): string[] {
  return warnValidatorCount(consensus, validators, zones, "validators").map(({ message }) => message);
}

describe("validator check", () => {
  it("refuses an empty set, a wrong address and a repeated one", () => {
    assert.match(
      validateValidators([], "v")[0]?.message ?? "",
      /must name one address or more, because a chain without validators seals no block/,
    );
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
      "given 1; should be 4 or more, save for development, because the chain halts when any validator stops (quorum 1 of 1, none may be down)",
    ]);
    assert.deepEqual(warnings("clique", 2), [
      "given 2; should be 3 or more, save for development, because the chain halts when any validator stops (quorum 2 of 2, none may be down)",
    ]);
  });

  it("tell that three BFT validators survive no lie", () => {
    assert.deepEqual(warnings("qbft", 3), [
      "given 3; should be 4 or more, because no validator may be faulty other than by being down (f = 0)",
    ]);
  });

  it("tell of a validator that adds nothing: 5 or 8 under BFT, an even number under Clique", () => {
    assert.deepEqual(warnings("qbft", 5), [
      "given 5; should be 4 or 6, because they survive no more than 4 do (quorum 4 of 5, 1 may be down)",
    ]);
    assert.match(warnings("qbft", 8).join(), /; should be 7 or 9, because/);
    assert.deepEqual(warnings("clique", 4), [
      "given 4; should be 3 or 5, because they survive no more than 3 do (quorum 3 of 4, 1 may be down)",
    ]);
  });

  it("tell that the loss of a zone halts the chain, and how many would do", () => {
    assert.deepEqual(warnings("qbft", 4, 3), [
      "given 4; should be 6 in these zones, because the chain halts when the fullest of 3 zones is lost: it holds 2 (quorum 3 of 4, 1 may be down)",
    ]);
    assert.match(warnings("qbft", 7, 3).join(), /; should be 9 in these zones, because .* it holds 3 /);
    assert.deepEqual(warnings("qbft", 6, 3), []);
  });

  it("tell that no number survives the loss of one of two zones under BFT", () => {
    assert.match(warnings("qbft", 4, 2).join(), /; should be spread over three zones or more, because/);
  });

  it("say nothing of zones where there is one or their number is not known", () => {
    assert.deepEqual(warnings("qbft", 4, 1), []);
    assert.deepEqual(warnings("qbft", 4, 0), []);
  });
});
