/** Patches of the stack file. Golden tests show that they reach resources. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { mergePatch } from "../../../components/transforms";

describe("a merge patch", () => {
  it("merges maps, removes what is null and replaces everything else, as RFC 7386 has it", () => {
    const value = { a: { b: 1, c: 2 }, list: [1, 2], text: "old" };
    const patch = { a: { b: null, d: { e: 3 } }, list: [3], text: "new" };
    assert.deepEqual(mergePatch(value, patch), { a: { c: 2, d: { e: 3 } }, list: [3], text: "new" });
  });

  it("leaves the given value as it was, since others may hold it", () => {
    const value = { a: { b: 1 } };
    mergePatch(value, { a: { b: 2 } });
    assert.deepEqual(value, { a: { b: 1 } });
  });

  it("merges lists whose entries have names by name, so that one container can be changed", () => {
    const containers = [{ name: "peer", image: "peer:1" }, { name: "other" }];
    assert.deepEqual(mergePatch({ containers }, { containers: [{ name: "peer", cpu: "1" }, { name: "new" }] }), {
      containers: [{ name: "peer", image: "peer:1", cpu: "1" }, { name: "other" }, { name: "new" }],
    });
  });

  it("goes on inside of values that are known only when the program runs", async () => {
    const merged = mergePatch({ spec: pulumi.output({ a: 1, b: 2 }) }, { spec: { b: null, c: 3 } }) as {
      spec: pulumi.Output<unknown>;
    };
    const known = await new Promise((resolve) => void merged.spec.apply(resolve));
    assert.deepEqual(known, { a: 1, c: 3 });
  });

  it("makes maps where none were, without what it would remove", () => {
    assert.deepEqual(mergePatch({}, { metadata: { annotations: { a: "1", b: null } } }), {
      metadata: { annotations: { a: "1" } },
    });
  });
});
