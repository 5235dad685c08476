import assert from "node:assert/strict";
import { nextStep, podAddress, pretendNode, runningStatus, volumeFor } from "../../../bench/support/pretend-objects";

const now = new Date("2026-01-01T00:00:00Z");

describe("objects of pretended nodes", () => {
  it("lead a pod from its creation to its end", () => {
    const spec = { containers: [{ name: "peer" }] };
    const placed = { ...spec, nodeName: pretendNode };
    const running = runningStatus({ spec: placed }, "10.244.0.1", now);
    assert.equal(nextStep({ spec }), "bind");
    assert.equal(nextStep({ spec: placed, status: { phase: "Pending" } }), "run");
    assert.equal(nextStep({ spec: placed, status: running }), undefined);
    assert.equal(nextStep({ metadata: { deletionTimestamp: now }, spec: placed, status: running }), "end");
  });

  it("say of each container what it does: sidecars run on, other init containers have ended", () => {
    const { containerStatuses, initContainerStatuses, podIP } = runningStatus(
      {
        spec: {
          containers: [{ name: "peer" }],
          initContainers: [{ name: "guard" }, { name: "couchdb", restartPolicy: "Always" }],
        },
      },
      "10.244.0.1",
      now,
    );
    const states = [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])].map(({ name, state }) => [
      name,
      ...Object.keys(state ?? {}),
    ]);
    assert.deepEqual(states, [
      ["guard", "terminated"],
      ["couchdb", "running"],
      ["peer", "running"],
    ]);
    assert.equal(podIP, "10.244.0.1");
  });

  it("give each pod an address of its own, and refuse a pod that would get none", () => {
    const addresses = Array.from({ length: 600 }, (_, number) => podAddress(number));
    assert.equal(new Set(addresses).size, 600);
    assert.equal(addresses[0], "10.244.0.1");
    assert.equal(addresses[250], "10.244.1.1");
    assert.throws(() => podAddress(64_000), /there are addresses for 64000 pods; this is number 64000/);
  });

  it("bind a volume to the claim it is for, by its uid, too", () => {
    const volume = volumeFor({
      metadata: { name: "data", namespace: "many-org1", uid: "1234" },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: "disks", resources: { requests: { storage: "5Gi" } } },
    });
    assert.deepEqual(volume.spec?.claimRef, {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      name: "data",
      namespace: "many-org1",
      uid: "1234",
    });
    assert.deepEqual(
      [volume.spec?.capacity, volume.spec?.accessModes, volume.spec?.storageClassName],
      [{ storage: "5Gi" }, ["ReadWriteOnce"], "disks"],
    );
  });
});
