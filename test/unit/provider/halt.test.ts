/** Nodes that stop together, before any of them goes on from another backup. */
import assert from "node:assert/strict";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { halt } from "../../../provider/kubernetes/halt";
import { testOperation } from "../../support/operation";

const node = (name: string) => ({ name: `org1/${name}`, namespace: "fabric-org1", statefulSet: name });
const peers = ["peer0", "peer1"].map(node);
const own = { name: "network fabric", nodes: peers };
const restored = { ...own, cause: "20260102t030405z-of-orderer0" };

/** Records stops and starts; `stuck` nodes do not stop, and `off` ones have no pod from the beginning. */
function operation(stuck: readonly string[] = [], off: readonly string[] = []) {
  const steps: string[] = [];
  const restarter = {
    ...createNodeAccess(undefined).restarter,
    isOn: async ({ statefulSet }: { statefulSet: string }) => !off.includes(statefulSet),
    stop: async ({ statefulSet }: { statefulSet: string }) => {
      steps.push(`stop ${statefulSet}`);
      if (stuck.includes(statefulSet)) throw new Error(`${statefulSet} is there`);
    },
    start: async ({ statefulSet }: { statefulSet: string }) => void steps.push(`start ${statefulSet}`),
  };
  return { ...testOperation({ restarter }), steps };
}

describe("nodes that stop together", () => {
  it("stay as they are in a network on its own volumes", async () => {
    const { context, steps, messages } = operation();
    await halt.inspect?.(own, context);
    assert.deepEqual(await halt.create(own, context), { id: "network fabric", state: { count: 0 } });
    assert.deepEqual([steps, messages.warn], [[], []]);
  });

  it("stop with each change of the backup, in both directions, those that leave as well", async () => {
    const { context, steps } = operation();
    const request = { id: "", inputs: own, state: { count: 4 }, newInputs: { ...restored, nodes: [peers[0]!] } };
    assert.deepEqual(await halt.update(request, context), { count: 5 });
    assert.deepEqual(steps.sort(), ["stop peer0", "stop peer1"]);
    const back = { id: "", inputs: restored, state: { count: 5 }, newInputs: own };
    assert.deepEqual(await halt.update(back, context), { count: 6 });
    assert.deepEqual(
      (await halt.create(restored, context)).state,
      { count: 1 },
      "a network that had no backups before",
    );
  });

  it("change by the backup alone, not by their number", () => {
    const diff = (newInputs: typeof own) =>
      halt.diff({ oldInputs: restored, oldState: { count: 1 }, newInputs, now: new Date() }).map(({ path }) => path);
    assert.deepEqual(diff({ ...restored, nodes: [] }), []);
    assert.deepEqual(diff(own), ["cause"]);
  });

  it("start again where one of them does not stop, and the error has each that does not", async () => {
    const one = operation(["peer1"]);
    await assert.rejects(halt.create(restored, one.context), { message: "peer1 is there" });
    assert.deepEqual(one.steps, ["stop peer0", "stop peer1", "start peer0", "start peer1"]);
    await assert.rejects(halt.create(restored, operation(["peer0", "peer1"]).context), {
      message: "peer0 is there\npeer1 is there",
    });
  });

  it("that an earlier stop left down stay down where another one does not stop, since theirs may be former volumes", async () => {
    const { context, steps } = operation(["peer1"], ["peer0"]);
    await assert.rejects(halt.create(restored, context), { message: "peer1 is there" });
    assert.deepEqual(steps, ["stop peer0", "stop peer1", "start peer1"]);
  });

  it("are announced by the preview, with what is lost", async () => {
    const { context, messages } = operation();
    await halt.inspect?.(restored, context, { inputs: own, state: { count: 0 } });
    await halt.inspect?.(own, context, { inputs: restored, state: { count: 1 } });
    assert.deepEqual(messages.warn, [
      "network fabric: all of its 2 nodes stop, and go on from backup 20260102t030405z-of-orderer0; transactions that are not in there are lost to them",
      "network fabric: all of its 2 nodes stop, and go on from the volumes that they had before a backup; transactions that are not in there are lost to them",
    ]);
    assert.deepEqual(halt.preview(restored, { inputs: own, state: { count: 2 } }), { count: 3 });
    assert.deepEqual(halt.preview(restored, { inputs: restored, state: { count: 2 } }), { count: 2 });
  });
});
