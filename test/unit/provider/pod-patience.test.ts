/** Time to wait for a pod, by its status. */
import assert from "node:assert/strict";
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { faultMs, PodPatience, standstillMs } from "../../../provider/kubernetes/pod-patience";
import { podState } from "../../../provider/kubernetes/pod-state";

const secondMs = 1000;

function pod(container: Partial<V1ContainerStatus>, conditions: object[] = []): V1Pod {
  const status = { name: "peer", image: "", imageID: "", ready: false, restartCount: 0, ...container };
  return { status: { phase: "Pending", conditions, containerStatuses: [status] } } as unknown as V1Pod;
}

const creating = pod({ state: { waiting: { reason: "ContainerCreating" } } });
const noImage = pod({ state: { waiting: { reason: "ImagePullBackOff", message: "manifest unknown" } } });
const recovering = pod({ state: { running: {} }, started: false });
const served = pod({ state: { running: {} }, started: true });
const crashed = pod({
  state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container" } },
  lastState: { terminated: { exitCode: 2, reason: "Error", message: "start\npanic: no identity\n" } },
  restartCount: 1,
});
const unschedulable = pod({}, [
  { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes: Insufficient cpu" },
]);

describe("patience with a pod", () => {
  let clock: number;
  let patience: PodPatience;
  const see = (state: V1Pod | undefined, isScalingUp = false, uid = "first") =>
    patience.see(uid, podState(state), isScalingUp);

  beforeEach(() => {
    clock = 1_000_000;
    patience = new PodPatience("pod", "trade-org1/peer0-0 of org1/peer0", () => clock);
  });

  for (const [what, state, text] of [
    ["an image that cannot be pulled", noImage, /ImagePullBackOff: manifest unknown; correct the image's name or tag/],
    ["a program that ends again and again", crashed, /ended with code 2: start \| panic: no identity\); read the cont/],
    ["a pod that fits nowhere", unschedulable, /not scheduled: 0\/3 nodes: Insufficient cpu; ask for less/],
  ] as const) {
    it(`ends within half a minute at ${what}, with pod, reason and remedy`, () => {
      assert.ok(see(state) <= 30 * secondMs);
      clock += faultMs - 1;
      see(state);
      clock += 1;
      assert.throws(() => see(state), text);
      assert.throws(
        () => see(state),
        /^PodFaultError: pod trade-org1\/peer0-0 of org1\/peer0 does not get Ready: for 25 s/,
      );
    });
  }

  it("says the end of the log of an init container that failed, which is where a volume's guard speaks", () => {
    const terminated = { exitCode: 1, reason: "Error", message: "guard: looks\nguard: the ledger is not empty\n" };
    const guard = pod({ name: "guard", state: { terminated } }).status?.containerStatuses;
    const failed: V1Pod = { status: { phase: "Pending", initContainerStatuses: guard } };
    see(failed);
    clock += faultMs;
    assert.throws(
      () => see(failed),
      /container guard \(ended with code 1: guard: looks \| guard: the ledger is not empty\)/,
    );
  });

  it("starts anew with another pod, which may be the mended one", () => {
    see(noImage);
    clock += faultMs - 1;
    assert.equal(see(noImage, false, "second"), faultMs);
  });

  it("counts short runs between two crashes as the same fault, and a long one as its end", () => {
    see(crashed);
    clock += 15 * secondMs;
    see(recovering);
    clock += 9 * secondMs;
    assert.equal(see(crashed), secondMs);
    see(recovering);
    clock += faultMs + 1;
    assert.equal(see(crashed), faultMs);
  });

  it("waits longer for a machine that is being made", () => {
    see(unschedulable, true);
    clock += 300 * secondMs;
    see(unschedulable, true);
  });

  it("does not take volumes that are still being made for a lack of machines", () => {
    for (const reason of ["pod has unbound immediate PersistentVolumeClaims", 'persistentvolumeclaim "x" not found']) {
      const message = `0/3 nodes are available: ${reason}.`;
      const unbound = pod({}, [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }]);
      assert.equal(see(unbound), standstillMs);
    }
  });

  it("waits without limit for a program that has begun its start, whose startup probe has one", () => {
    see(recovering);
    clock += 10 * standstillMs;
    see(recovering);
  });

  it("gives up a pod whose state does not change for ten minutes, and not one that gets on", () => {
    for (const state of [undefined, creating, served]) {
      see(state);
      clock += standstillMs - 1;
      see(state);
    }
    clock += 1;
    assert.throws(() => see(served), /for 600 s now, container peer runs but is not ready .*kubectl describe pod/);
  });
});
