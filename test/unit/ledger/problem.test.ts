import assert from "node:assert/strict";
import { problem, secretValue, type Fault } from "../../../lib/problem";

describe("a problem", () => {
  const table: [because: string, fault: Fault, message: string][] = [
    [
      "a value, what it must be, why, and what helps",
      {
        path: "a",
        given: "BFT",
        must: "be etcdraft",
        because: "there are 3 orderers",
        hint: "For BFT raise `orderers`",
      },
      'given "BFT"; must be etcdraft, because there are 3 orderers. For BFT raise `orderers`',
    ],
    ["a value that is not there", { path: "a", given: undefined, must: "be text" }, "missing; must be text"],
    ["a key with nothing behind it", { path: "a", given: null, must: "be text" }, "given nothing; must be text"],
    ["no value where none is told", { path: "a", must: "be left out" }, "must be left out"],
    ["no secret", { path: "a", given: secretValue, must: "be text" }, "given [secret]; must be text"],
    ["advice", { path: "a", given: 4, should: "be odd" }, "given 4; should be odd"],
  ];
  for (const [because, fault, message] of table) {
    it(`has ${because} in the message, and as data`, () => assert.deepEqual(problem(fault), { ...fault, message }));
  }
});
