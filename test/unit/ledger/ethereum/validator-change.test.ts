import assert from "node:assert/strict";
import fc from "fast-check";
import { planValidatorChange, type ValidatorChange } from "../../../../ledger/ethereum/validator-change";
import { quorumOf } from "../../../../ledger/ethereum/quorum";
import { account, addresses } from "./vectors";

const [a, b, c, d, e] = addresses(5) as [string, string, string, string, string];

function plan(change: Partial<ValidatorChange> & Pick<ValidatorChange, "current" | "next">) {
  const running = change.running ?? [...change.current, ...change.next];
  const { steps, problems } = planValidatorChange({ consensus: "qbft", ...change, running }, "validators");
  return {
    steps: steps.map(
      ({ action, address, validators, running: up, quorum }) =>
        `${action} ${address}: ${up} of ${validators.length} run, ${quorum} needed`,
    ),
    problems: problems.map(({ path, message }) => `${path}: ${message}`),
  };
}

describe("change of validators", () => {
  it("is empty for equal sets in any order and spelling", () => {
    assert.deepEqual(plan({ current: [a, b, c, d], next: [d, c, b, a.toLowerCase()], running: [] }), {
      steps: [],
      problems: [],
    });
  });

  it("takes one vote for each validator, with the numbers after it", () => {
    const { steps } = planValidatorChange(
      { consensus: "qbft", current: [a, b, c, d], next: [a, b, c, d, e], running: [a, b, c, d, e] },
      "v",
    );
    const sorted = (list: string[]) => list.toSorted((x, y) => (x.toLowerCase() < y.toLowerCase() ? -1 : 1));
    assert.deepEqual(steps, [
      {
        address: e,
        action: "add",
        voters: sorted([a, b, c, d]),
        votesNeeded: 3,
        validators: sorted([a, b, c, d, e]),
        running: 5,
        quorum: 4,
      },
    ]);
  });

  it("adds before it removes, so that a replacement never thins the set", () => {
    assert.deepEqual(plan({ current: [a, b, c, d], next: [a, b, c, e] }).steps, [
      `add ${e}: 5 of 5 run, 4 needed`,
      `remove ${d}: 4 of 4 run, 3 needed`,
    ]);
  });

  it("removes a dead validator first where the new one would break the quorum otherwise", () => {
    const result = plan({ current: [a, b, c, d], next: [a, b, c, e], running: [a, b, c] });
    assert.deepEqual(result, {
      steps: [`remove ${d}: 3 of 3 run, 2 needed`, `add ${e}: 3 of 4 run, 3 needed`],
      problems: [],
    });
  });

  it("refuses to add nodes that do not run, with the numbers", () => {
    const next = [a, b, c, d, e, account(6).address];
    const result = plan({ current: [a, b, c, d], next, running: [a, b, c] });
    assert.deepEqual(result.steps, []);
    assert.match(
      result.problems.join(),
      /^validators: must wait until more validators are up, because adding 0x\w{40} would halt the chain: 3 of 5 validators would run and 4 be needed \(now 3 of 4 run\)\. The new node itself may be one of them, once it has caught up$/,
    );
  });

  it("refuses to remove running validators until dead ones carry the quorum", () => {
    const result = plan({ current: [a, b, c, d], next: [c, d], running: [a, b, c] });
    assert.match(
      result.problems.join(),
      /because removing 0x\w{40} would halt the chain: 1 of 2 validators would run and 2 be needed/,
    );
  });

  it("refuses to vote on a chain that has halted, since nothing is sealed", () => {
    assert.deepEqual(plan({ current: [a, b, c, d], next: [a, b], running: [a, b] }).problems, [
      "validators: must wait until validators are back up, because the chain has halted (2 of 4 validators run, 3 are needed), so no vote can be sealed",
    ]);
  });

  it("refuses to remove the last validator", () => {
    assert.match(plan({ current: [a], next: [] }).problems.join(), /because a chain without validators seals no block/);
  });

  it("counts Clique's majority under Clique", () => {
    const change = { current: [a, b, c, d, e], next: [a, b, c], running: [a, b, c] };
    assert.deepEqual(plan({ ...change, consensus: "clique" }).problems, []);
    assert.match(plan(change).problems.join(), /the chain has halted \(3 of 5 validators run, 4 are needed\)/);
  });

  it("ends at the wished set and keeps the quorum at every step, for any sets", () => {
    const pool = addresses(8);
    const subset = fc.subarray(pool, { minLength: 1 });
    fc.assert(
      fc.property(
        subset,
        subset,
        fc.subarray(pool),
        fc.constantFrom("qbft" as const, "clique" as const),
        (current, next, running, consensus) => {
          const { steps, problems } = planValidatorChange({ consensus, current, next, running }, "v");
          fc.pre(problems.length === 0);
          for (const step of steps) {
            assert.ok(step.running >= step.quorum);
            assert.equal(step.quorum, quorumOf(consensus, step.validators.length).needed);
          }
          const last = steps.at(-1)?.validators ?? current;
          assert.deepEqual(new Set(last), new Set(next));
        },
      ),
    );
  });
});
