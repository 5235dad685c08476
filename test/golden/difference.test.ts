import assert from "node:assert/strict";
import fc from "fast-check";
import { applyDifference, difference, type Value } from "./difference";

/** Values that often coincide, with marks of differences among them. */
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("a", "[none]", "", "at 1", 1, true, null),
    fc.array(fc.constantFrom("x", "y", ""), { maxLength: 6 }).map((lines) => lines.join("\n")),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom("a", "b", "=", "at 1", "after 1", "at 1..2"), tie("value"), {
      noNullPrototype: true,
    }),
  ),
}));

describe("a difference", () => {
  it("has all that makes one value of the other", () => {
    fc.assert(
      fc.property(value, value, (base, other) => {
        assert.deepEqual(applyDifference(base, difference(base, other)), other);
      }),
      { numRuns: 2000 },
    );
  });

  it("may itself differ from another one", () => {
    fc.assert(
      fc.property(value, value, value, (base, one, other) => {
        const [first, second] = [difference(base, one), difference(base, other)];
        fc.pre(first !== undefined && second !== undefined);
        const again = applyDifference(first, difference(first, second));
        assert.deepEqual(applyDifference(base, again), other);
      }),
      { numRuns: 2000 },
    );
  });

  it("is none between values that are alike, and some between all others", () => {
    fc.assert(
      fc.property(value, value, (base, other) => {
        assert.equal(difference(base, other) === undefined, JSON.stringify(base) === JSON.stringify(other));
      }),
    );
  });

  it("shows what a person wants to see of fields, lists and lines", () => {
    const base = { image: "a:1", ports: [{ port: 1 }, { port: 2 }], text: "one\ntwo\nthree\nfour\n", old: true };
    const other = { image: "a:2", ports: [{ port: 1 }, { port: 3 }], text: "one\ntwo\nfour\nfive\n", now: {} };
    assert.deepEqual(difference(base, other), {
      image: "a:2",
      ports: { "at 2": { port: 3 } },
      text: "one\ntwo\nfour\nfive\n",
      now: {},
      old: "[none]",
    });
    const lines = Array.from({ length: 20 }, (_, at) => `this is line ${at + 1}`);
    const changed = [...lines.slice(0, 4), "another", ...lines.slice(5, 9), ...lines.slice(11), "the end"];
    assert.deepEqual(difference(lines.join("\n"), changed.join("\n")), {
      "at 5": "another",
      "at 10..11": [],
      "after 20": ["the end"],
    });
  });
});
