/** Pods that the API server refuses to create, with a stand-in for it. */
import assert from "node:assert/strict";
import { mock } from "node:test";
import type { DialOptions } from "../../../provider/kubernetes/dialer";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { faultMs, standstillMs } from "../../../provider/kubernetes/pod-patience";
import { refusedState } from "../../../provider/kubernetes/pod-refusal";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { StubKubernetes } from "../../support/stub-kubernetes";

const namespace = "trade-org1";
const noRoom = 'pods "x-0" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5';
const rolledOut = { wished: 2, replicas: 2, updated: 2, available: 2 };

describe("a pod that the API server refuses", function () {
  this.timeout(20_000);
  let kubernetes: StubKubernetes;
  let restarter: Restarter;
  let statuses: string[];
  let options: DialOptions;
  let passed: number;

  beforeEach(async () => {
    kubernetes = await StubKubernetes.start();
    kubernetes.watchMs = 50;
    restarter = createNodeAccess(kubernetes.kubeconfig).restarter;
    statuses = [];
    options = { signal: AbortSignal.timeout(15_000), status: (message) => statuses.push(message) };
    passed = 0;
    const start = Date.now;
    mock.method(Date, "now", () => start() + passed);
  });
  afterEach(async () => {
    mock.restoreAll();
    await kubernetes.close();
  });

  /** Advances the clock by this time after the reason was reported and read again. */
  function passOnceTold(words: RegExp, milliseconds: number): void {
    options = {
      ...options,
      status: (message) => {
        statuses.push(message);
        if (words.test(message)) setImmediate(() => (passed = milliseconds));
      },
    };
  }

  for (const kind of ["Deployment", "StatefulSet"] as const) {
    const workload = { name: "org1/cc", kind, namespace, workload: "cc", revision: "any" };

    it(`ends the wait for a ${kind} within half a minute, with place, reason and remedy`, async () => {
      kubernetes.setWorkload(kind, namespace, "cc", {
        ...rolledOut,
        replicas: 1,
        updated: 1,
        available: 1,
        refusal: noRoom,
      });
      passOnceTold(/exceeded quota/, faultMs);
      await assert.rejects(
        restarter.untilRolledOut(workload, options),
        new RegExp(
          `^PodFaultError: ${kind} trade-org1/cc of org1/cc does not get Ready: for 2[5-9] s now, the API server refuses to ` +
            "create a pod: .*exceeded quota: small.*; raise the quota of the namespace .*then `pulumi up` again$",
        ),
      );
    });

    it(`gives up a ${kind} that stands still for ten minutes without a reason, and not before`, async () => {
      kubernetes.setWorkload(kind, namespace, "cc", { ...rolledOut, replicas: 1, updated: 1, available: 1 });
      passOnceTold(/1 of 2 pods/, standstillMs);
      await assert.rejects(
        restarter.untilRolledOut(workload, options),
        /for 60\d s now, 1 of 2 pods are of the newest template; look at its events \(kubectl describe/,
      );
    });

    it(`goes on once the pods of a ${kind} can be made`, async () => {
      const refused = { ...rolledOut, replicas: 1, updated: 1, available: 1, refusal: noRoom };
      kubernetes.setWorkload(kind, namespace, "cc", refused);
      options = {
        ...options,
        status: (message) => {
          if (!message.includes("exceeded quota")) return;
          passed = faultMs / 2;
          kubernetes.setWorkload(kind, namespace, "cc", rolledOut);
        },
      };
      await restarter.untilRolledOut(workload, options);
    });
  }

  it("ends the wait for a node whose StatefulSet cannot make its pod", async () => {
    kubernetes.setStatefulSet(namespace, "peer0", { revision: "new", comesBack: true, refusal: noRoom });
    kubernetes.setPod(namespace, "peer0-0", { isReady: true, ports: {}, revision: "old", uid: "first" });
    passOnceTold(/exceeded quota/, faultMs);
    const node = { name: "org1/peer0", namespace, statefulSet: "peer0", revision: "new", generation: 1 };
    await assert.rejects(
      restarter.restart(node, options),
      /^PodFaultError: pod trade-org1\/peer0-0 of org1\/peer0 does not get Ready: for 2[5-9] s now, the API server refuses .*create Pod peer0-0 in StatefulSet peer0 failed/,
    );
  });

  it("does not take an objection of former times for one of now", async () => {
    const statefulSet = { kind: "StatefulSet", name: "peer0" };
    kubernetes.addEvent(namespace, statefulSet, "FailedCreate", noRoom, 1800);
    kubernetes.addEvent(namespace, statefulSet, "SuccessfulCreate", "create Pod peer0-0 successful", 1700);
    kubernetes.setStatefulSet(namespace, "peer0", { revision: "new", comesBack: true });
    const node = { name: "org1/peer0", namespace, statefulSet: "peer0", revision: "new", generation: 1 };
    options = {
      ...options,
      status: (message) => {
        statuses.push(message);
        kubernetes.setPod(namespace, "peer0-0", { isReady: true, ports: {}, revision: "new", uid: "second" });
      },
    };
    await restarter.untilAvailable(node, options);
    assert.match(statuses[0] ?? "", /it does not exist yet$/);
  });
});

describe("an objection of the API server", () => {
  for (const [message, remedy] of [
    [noRoom, /^raise the quota/],
    ['pods "x" is forbidden: failed quota: q: must specify limits.cpu', /^raise the quota/],
    ['pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true', /^allow such pods/],
    ['admission webhook "policy.example.com" denied the request: no tag', /^make an exception/],
    ['Internal error occurred: failed calling webhook "x": connection refused', /^repair the service/],
    ['pods "x" is forbidden: error looking up service account a/b', /^change what the API server objects to/],
  ] as const) {
    it(`has a remedy: ${message}`, () => assert.match(refusedState(message).fault?.remedy ?? "", remedy));
  }
});
