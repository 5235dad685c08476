/** Restarts of nodes one at a time, with a stand-in for the Kubernetes API. */
import assert from "node:assert/strict";
import { mock } from "node:test";
import { faultMs } from "../../../provider/kubernetes/pod-patience";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { unknownValue } from "../../../provider/framework/property-value";
import { nodeChanges, rollOut, type RolloutGroup } from "../../../provider/kubernetes/roll-out";
import { rolloutPod, type RolloutNode } from "../../../provider/kubernetes/sdk";
import { testOperation } from "../../support/operation";
import { StubKubernetes } from "../../support/stub-kubernetes";

const namespace = "trade-orderer";
const nodes: RolloutNode[] = ["orderer0", "orderer1", "orderer2"].map((statefulSet) => ({
  name: `orderer/${statefulSet}`,
  namespace,
  statefulSet,
  revision: "any",
  generation: 1,
}));

describe("rollout", function () {
  this.timeout(20_000);
  let kubernetes: StubKubernetes;
  let gates: number[];

  beforeEach(async () => {
    kubernetes = await StubKubernetes.start();
    gates = [];
  });
  afterEach(() => kubernetes.close());

  /** One pod per node, each made from `old`; their StatefulSets have `new`. */
  function setNodes(old: string, states: { isReady?: boolean; comesBack?: boolean }[] = [{}, {}, {}]): void {
    for (const [index, { statefulSet }] of nodes.entries()) {
      const { isReady = true, comesBack = true } = states[index] ?? {};
      kubernetes.setStatefulSet(namespace, statefulSet, { revision: "new", comesBack });
      kubernetes.setPod(namespace, rolloutPod(statefulSet), { isReady, ports: {}, revision: old, uid: statefulSet });
    }
  }

  /** Runs a rollout. The gate records the number of deletions before each of its calls. */
  async function run(signal?: AbortSignal, group: Partial<RolloutGroup> = {}): Promise<void> {
    const restarter = createNodeAccess(kubernetes.kubeconfig).restarter;
    const { context } = testOperation({ restarter, ...(signal === undefined ? {} : { signal }) });
    const gate = async () => void gates.push(kubernetes.deletions.length);
    await rollOut(nodes, { gate, ...group }, context);
  }

  it("leaves nodes alone that are what their StatefulSets say", async () => {
    setNodes("new");
    await run();
    assert.deepEqual(kubernetes.deletions, []);
    assert.deepEqual(gates, []);
  });

  it("restarts no node while this machine's clock is ahead of the cluster's, whose nodes would refuse new certificates", async () => {
    setNodes("old");
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
    const group: RolloutGroup = { gate: async () => undefined };
    const restarter = createNodeAccess(kubernetes.kubeconfig).restarter;
    await assert.rejects(
      rollOut(nodes, group, testOperation({ restarter, now: hours(24) }).context),
      /^ProviderError: the clock of this machine says .*, that of the Kubernetes API .*Set the clock/,
    );
    assert.deepEqual(kubernetes.deletions, []);
    await rollOut(nodes, group, testOperation({ restarter, now: hours(-24) }).context);
    assert.equal(kubernetes.deletions.length, nodes.length);
  });

  it("restarts one node at a time, in order, each when the gate lets it and all are Ready", async () => {
    setNodes("old");
    await run();
    assert.deepEqual(
      kubernetes.deletions,
      nodes.map(({ statefulSet }) => ({ pod: `${namespace}/${statefulSet}-0`, notReady: [] })),
    );
    assert.deepEqual(gates, [0, 1, 2, 3]);
  });

  it("keeps for last what costs most, and asks again each time, since that changes", async () => {
    setNodes("old");
    // Leader: the first node until the second is deleted; then the third.
    const leader = (): string => (kubernetes.deletions.length === 0 ? "orderer0" : "orderer2");
    await run(undefined, { cost: async ({ statefulSet }) => (statefulSet === leader() ? 1 : 0) });
    assert.deepEqual(
      kubernetes.deletions.map(({ pod }) => pod),
      ["orderer1", "orderer0", "orderer2"].map((node) => `${namespace}/${node}-0`),
    );
  });

  it("restarts nodes that do not serve first, so that a change can mend them", async () => {
    setNodes("old", [{}, { isReady: false }, { isReady: false }]);
    await run();
    const order = kubernetes.deletions.map(({ pod }) => pod);
    assert.deepEqual(order.slice(0, 2).sort(), [`${namespace}/orderer1-0`, `${namespace}/orderer2-0`]);
    assert.deepEqual(kubernetes.deletions[2], { pod: `${namespace}/orderer0-0`, notReady: [] });
    assert.deepEqual(gates, [2, 3]);
  });

  it("stops at a node that does not come back, names it, and leaves the others as they are", async () => {
    setNodes("old", [{}, { comesBack: false }, {}]);
    const stop = new AbortController();
    const running = run(stop.signal);
    await kubernetes.watched(namespace, "orderer1-0");
    stop.abort(new Error("the time is over"));
    await assert.rejects(running, /the time is over/);
    assert.deepEqual(
      kubernetes.deletions.map(({ pod }) => pod),
      [`${namespace}/orderer0-0`, `${namespace}/orderer1-0`],
    );
  });

  it("waits for a node that is down for a reason of its own before it takes another", async () => {
    setNodes("old");
    kubernetes.setPod(namespace, "orderer2-0", { isReady: false, ports: {}, revision: "new", uid: "orderer2" });
    const running = run();
    await kubernetes.watched(namespace, "orderer2-0");
    assert.deepEqual(kubernetes.deletions, []);
    kubernetes.setPod(namespace, "orderer2-0", { isReady: true, ports: {}, revision: "new", uid: "orderer2" });
    await running;
    assert.equal(kubernetes.deletions.length, 2);
  });

  it("gives a node the time to settle that its StatefulSet asks for, before it takes another", async () => {
    setNodes("old");
    kubernetes.setStatefulSet(namespace, "orderer1", { revision: "new", comesBack: true, isSettling: true });
    kubernetes.setPod(namespace, "orderer1-0", { isReady: true, ports: {}, revision: "new", uid: "orderer1" });
    const settling = kubernetes.settling();
    const running = run();
    await settling;
    assert.deepEqual(kubernetes.deletions, []);
    kubernetes.setStatefulSet(namespace, "orderer1", { revision: "new", comesBack: true });
    await running;
    assert.equal(kubernetes.deletions.length, 2);
  });

  it("ends at pods that will not get Ready by themselves: names all, and leaves the others as they are", async () => {
    setNodes("old", [{ isReady: false }, { isReady: false }, {}]);
    const waiting = { reason: "CreateContainerConfigError", message: "secret not found" };
    for (const node of ["orderer0", "orderer1"]) {
      kubernetes.setStatefulSet(namespace, node, { revision: "new", comesBack: false, waiting });
    }
    const [start, step] = [Date.now, faultMs / 5];
    let passed = 0;
    const clock = mock.method(Date, "now", () => start() + passed);
    // Each tick reports both pods again, some seconds later.
    const ticker = setInterval(() => {
      if (kubernetes.deletions.length < 2) return;
      passed += step;
      const again = { ...waiting, message: `secret not found, ${passed} ms later` };
      for (const node of ["orderer0", "orderer1"]) {
        const pod = { isReady: false, ports: {}, revision: "new", uid: `${node}+`, waiting: again };
        kubernetes.setPod(namespace, `${node}-0`, pod);
      }
    }, 20);
    try {
      await assert.rejects(run(), /orderer0-0 of .*secret not found[^]*orderer1-0 of .*secret not found/);
    } finally {
      clearInterval(ticker);
      clock.mock.restore();
    }
    assert.deepEqual(kubernetes.deletions.map(({ pod }) => pod).sort(), [
      `${namespace}/orderer0-0`,
      `${namespace}/orderer1-0`,
    ]);
  });

  it("restarts Ready nodes that no client can use before it asks the gate, which could not open", async () => {
    setNodes("old");
    await run(undefined, { isUseless: async ({ statefulSet }) => statefulSet !== "orderer1" });
    const order = kubernetes.deletions.map(({ pod }) => pod);
    assert.deepEqual(order.slice(0, 2).sort(), [`${namespace}/orderer0-0`, `${namespace}/orderer2-0`]);
    assert.deepEqual(gates, [2, 3]);
  });

  it("waits for nodes that are current and not Ready yet, without asking the gate", async () => {
    setNodes("new", [{ isReady: false }, {}, {}]);
    const running = run();
    await kubernetes.watched(namespace, "orderer0-0");
    kubernetes.setPod(namespace, "orderer0-0", { isReady: true, ports: {}, revision: "new", uid: "orderer0" });
    await running;
    assert.deepEqual(gates, []);
  });

  it("names the right that is missing", async () => {
    setNodes("old");
    kubernetes.refuseWith = 403;
    await assert.rejects(
      run(),
      /node orderer\/orderer\d: the Kubernetes API answered 403 .*StatefulSet.*delete on pods/,
    );
  });
});

describe("changes of a rollout", () => {
  const [first, second] = nodes as [RolloutNode, RolloutNode];

  it("are other revisions and more nodes", () => {
    assert.deepEqual(nodeChanges([first], [{ ...first, revision: "other" }, second]), [
      { path: "nodes[0].revision", kind: "update" },
      { path: "nodes[1]", kind: "add" },
    ]);
  });

  it("are unknown revisions, since something of the pod is about to change", () => {
    assert.deepEqual(nodeChanges([first], [{ ...first, revision: unknownValue }]), [
      { path: "nodes[0].revision", kind: "update" },
    ]);
  });

  it("are StatefulSets that changed since, as after a rollout that failed and was taken back", () => {
    assert.deepEqual(nodeChanges([first], [{ ...first, generation: 3 }]), [
      { path: "nodes[0].generation", kind: "update" },
    ]);
  });

  it("are none when nodes leave or change places", () => {
    assert.deepEqual(nodeChanges([first, second], [second, first]), []);
    assert.deepEqual(nodeChanges([first, second], [second]), []);
  });
});
