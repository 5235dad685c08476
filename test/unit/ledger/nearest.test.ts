import assert from "node:assert/strict";
import fc from "fast-check";
import { nearest } from "../../../ledger/nearest";

describe("nearest", () => {
  const known = ["peers", "organizations", "stateDatabase", "name"];

  it("finds the nearest word through one typing error, in upper and lower case", () => {
    const table: [string, string | undefined][] = [
      ["peer", "peers"],
      ["pears", "peers"],
      ["epers", "peers"],
      ["organisations", "organizations"],
      ["statedatabase", "stateDatabase"],
      ["NAME", "name"],
      ["colour", undefined],
      ["x", undefined],
    ];
    for (const [word, meant] of table) assert.equal(nearest(word, known), meant, word);
  });

  it("finds a known word by itself, and knows nothing among nothing", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        (word) => nearest(word, [word]) === word && nearest(word, []) === undefined,
      ),
    );
  });

  it("finds a word with any one letter lost", () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), (word, at) => {
        const index = at % word.length;
        return nearest(word.slice(0, index) + word.slice(index + 1), known) === word;
      }),
    );
  });
});
