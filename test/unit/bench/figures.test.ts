import assert from "node:assert/strict";
import { parseChanges } from "../../../bench/support/measured-command";
import { stateShares } from "../../../bench/support/state-share";
import { growthExponent } from "../../../bench/support/table";

describe("figures of benchmarks", () => {
  it("tell linear growth from that of a square", () => {
    assert.equal(growthExponent([5, 10], [50, 100]), 1);
    assert.equal(growthExponent([5, 10], [50, 1000]), 2);
    assert.equal(growthExponent([5, 10], [50, 10]), 0);
  });

  it("count a first update, in which every resource is new", () => {
    assert.deepEqual(parseChanges("Outputs:\n    a: 1\n\nResources:\n    + 294 created\n\nDuration: 12s\n"), {
      resources: 294,
      changed: 294,
    });
  });

  it("count an update of some resources, and a preview", () => {
    const update = "Resources:\n    + 36 created\n    ~ 2 updated\n    38 changes. 294 unchanged\n\nDuration: 5s\n";
    assert.deepEqual(parseChanges(update), { resources: 332, changed: 38 });
    assert.deepEqual(parseChanges("Resources:\n    332 unchanged\n"), { resources: 332, changed: 0 });
  });

  it("refuse output without counts", () => {
    assert.throws(() => parseChanges("error: no network"), /the engine counted no resources:\nerror: no network/);
  });

  it("show which types fill a state, largest first", () => {
    const secret = { urn: "a", type: "kubernetes:core/v1:Secret", inputs: { data: "x".repeat(100) } };
    const claim = { urn: "b", type: "kubernetes:core/v1:PersistentVolumeClaim" };
    const text = JSON.stringify({ checkpoint: { latest: { resources: [claim, secret, { ...secret, urn: "c" }] } } });
    assert.deepEqual(stateShares(text), [
      { type: secret.type, resources: 2, bytes: 2 * JSON.stringify(secret).length },
      { type: claim.type, resources: 1, bytes: JSON.stringify(claim).length },
    ]);
  });
});
