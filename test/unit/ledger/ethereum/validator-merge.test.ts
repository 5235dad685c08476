/** Votes while other owners vote, too. */
import assert from "node:assert/strict";
import { sortAddresses } from "../../../../ledger/ethereum/address";
import { mergeValidators } from "../../../../ledger/ethereum/validator-merge";
import { account } from "./vectors";

const addresses = (numbers: number[]) => sortAddresses(numbers.map((number) => account(number).address));

interface Case {
  name: string;
  base: number[] | undefined;
  live: number[];
  wished: number[];
  next: number[];
  /** Added elsewhere, and removed elsewhere. */
  elsewhere: [number[], number[]];
}

const cases: Case[] = [
  {
    name: "follows the wish where nobody else voted",
    base: [1, 2, 3],
    live: [1, 2, 3],
    wished: [2, 3, 4],
    next: [2, 3, 4],
    elsewhere: [[], []],
  },
  {
    name: "keeps a validator that others voted in",
    base: [1, 2],
    live: [1, 2, 5],
    wished: [1, 2, 3],
    next: [1, 2, 3, 5],
    elsewhere: [[5], []],
  },
  {
    name: "leaves out one that others voted out",
    base: [1, 2, 3],
    live: [1, 2],
    wished: [1, 2, 3, 4],
    next: [1, 2, 4],
    elsewhere: [[], [3]],
  },
  {
    name: "brings back one that base holds no more",
    base: [1, 2],
    live: [1, 2],
    wished: [1, 2, 3],
    next: [1, 2, 3],
    elsewhere: [[], []],
  },
  {
    name: "votes out what it held, whoever else came",
    base: [1, 2, 3],
    live: [1, 2, 3, 5],
    wished: [1, 2],
    next: [1, 2, 5],
    elsewhere: [[5], []],
  },
  {
    name: "goes on from votes of an interrupted run",
    base: [1, 2, 3],
    live: [2, 3, 4],
    wished: [2, 3, 4],
    next: [2, 3, 4],
    elsewhere: [[], []],
  },
  {
    name: "only adds to a chain that is taken over",
    base: undefined,
    live: [1, 2, 5],
    wished: [1, 2, 3],
    next: [1, 2, 3, 5],
    elsewhere: [[5], []],
  },
];

describe("validators changed here and elsewhere", () => {
  for (const { name, base, live, wished, next, elsewhere } of cases) {
    it(name, () => {
      const sides = { base: base && addresses(base), live: addresses(live), wished: addresses(wished) };
      const [added, removed] = elsewhere.map(addresses) as [string[], string[]];
      assert.deepEqual(mergeValidators(sides), {
        next: addresses(next),
        changedElsewhere: [
          ...added.map((address) => `add validator ${address}`),
          ...removed.map((address) => `remove validator ${address}`),
        ],
      });
    });
  }

  it("does not mind the spelling of addresses", () => {
    const [one = "", two = ""] = addresses([1, 2]);
    const lower = [one.toLowerCase(), two.toLowerCase()];
    assert.deepEqual(mergeValidators({ base: lower, live: [one, two], wished: lower }).next, addresses([1, 2]));
  });
});
