import assert from "node:assert/strict";
import { parseChanges } from "../../../bench/support/measured-command";
import { resourcesIn, stateChange } from "../../../bench/support/state-change";
import { stateShares } from "../../../bench/support/state-share";
import { isOfPod } from "../../../bench/support/pod-processes";
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

  it("count the processes of pods, however the kubelet names their cgroups", () => {
    const uid = "1f2e3d4c-0000-4a5b-8c9d-1234567890ab";
    assert.ok(isOfPod(`4:memory:/cluster/node-1/kubepods/burstable/pod${uid}/0a1b\n`, [uid]));
    const slice = `kubepods-burstable-pod${uid.replaceAll("-", "_")}.slice`;
    assert.ok(isOfPod(`0::/kubepods.slice/${slice}/cri-containerd-0a1b.scope\n`, ["other", uid]));
    assert.ok(!isOfPod("0::/cluster/node-1/system\n", [uid]));
    assert.ok(!isOfPod(`0::/kubepods/pod${uid}/0a1b\n`, []));
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

  it("count what an update touched in a state: what came, changed and went, without the stack's own outputs", () => {
    const state = (...resources: object[]) => resourcesIn(JSON.stringify({ deployment: { resources } }));
    const [kept, gone] = [
      { urn: "urn::kept", size: 1 },
      { urn: "urn::gone", size: 1 },
    ];
    const before = state({ urn: "urn::pulumi:pulumi:Stack::s", outputs: 1 }, kept, gone, {
      urn: "urn::changed",
      size: 1,
    });
    const [changed, added] = [
      { urn: "urn::changed", size: 22 },
      { urn: "urn::new", size: 333 },
    ];
    const after = state({ urn: "urn::pulumi:pulumi:Stack::s", outputs: 2 }, kept, changed, added);
    const length = (...resources: object[]) =>
      resources.reduce((sum: number, resource) => sum + JSON.stringify(resource).length, 0);
    assert.deepEqual(stateChange(before, after), {
      resources: 3,
      changed: 3,
      bytes: length(changed, added),
      all: length(kept, changed, added),
    });
    assert.equal(stateChange(after, after).changed, 0);
  });
});
