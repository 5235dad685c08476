import assert from "node:assert/strict";
import { deriveAccount } from "../../../../ledger/ethereum/key";
import { keepsItsTurn, takesTurnsAlike, validateTurns } from "../../../../ledger/ethereum/proposer-order";
import { addresses } from "./vectors";

/**
 * Validators of a stalled chain of GoQuorum 22.7.4: restarted ones logged this order, the others the order with the
 * second and the third exchanged.
 */
const stalled = [
  "0x0CA8b1Ab110E11EFfA96fe8dC12C84b5b33F66bD",
  "0xF8149c81696d3F56411de13E1527A274276Fe58C",
  "0xdb427050A505Edc16C218C3958EdC3fAC0984a4e",
  "0xfa8E2674C05d830BDE571A27f01b88d2BfFC0A22",
];

/** Keys whose 64 digits repeat one byte: enough keys for some of every kind. */
const many = Array.from({ length: 250 }, (_, index) =>
  deriveAccount((index + 1).toString(16).padStart(2, "0").repeat(32)),
);

describe("the order of GoQuorum's validators", () => {
  it("is another after a restart where upper and lower case stand in the same place", () => {
    assert.ok(!takesTurnsAlike(stalled));
    assert.ok(takesTurnsAlike([...stalled].reverse().filter((address) => !address.startsWith("0xF8"))));
    assert.ok(takesTurnsAlike(addresses(2)));
  });

  it("stays the same for addresses without lower case at the start, in any company of that kind", () => {
    const kept = many.map(({ address }) => address).filter((address) => keepsItsTurn(address));
    assert.ok(kept.length > 20 && kept.length < many.length / 2, `${kept.length} of ${many.length}`);
    assert.ok(takesTurnsAlike(kept));
    assert.ok(!takesTurnsAlike(many.map(({ address }) => address)));
  });

  it("is a problem that names the addresses in question", () => {
    assert.deepEqual(validateTurns(addresses(2), "validators"), []);
    const [problem, ...more] = validateTurns(stalled, "validators");
    assert.deepEqual(more, []);
    assert.equal(problem?.path, "validators");
    assert.match(problem.message, /^given \["0x0CA8b1Ab.*0xdb42.*disagree on whose turn it is\. Use other keys/);
  });
});
