/** Backups that volumes are made of: refused before a node restarts, unless each snapshot is there and ready. */
import assert from "node:assert/strict";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { restorePoint } from "../../../provider/kubernetes/restore-point";
import type { BackupSnapshot, VolumeClaim } from "../../../provider/kubernetes/volume-reader";
import { StubKubernetes } from "../../support/stub-kubernetes";
import { testOperation } from "../../support/operation";

const moment = "20260102t030405z";
const inputs = {
  name: "org1/peer0",
  path: "network.fabric.peerOrganizations[0].restore[0].moment",
  namespace: "fabric-org1",
  moment,
  volumes: ["peer0-ledger", "peer0-couchdb"].map((volume) => ({ volume, claim: `${volume}-${moment}` })),
};

const backup = (at: string, volumes: readonly string[], facts: Partial<BackupSnapshot> = {}): BackupSnapshot[] =>
  volumes.map((volume) => ({ name: `${volume}-${at}`, moment: at, isReady: true, error: undefined, ...facts }));
const whole = ["peer0-ledger", "peer0-couchdb"];

function operation(snapshots: BackupSnapshot[], claims: VolumeClaim[] = []) {
  return testOperation({ volumes: { claims: async () => claims, snapshots: async () => snapshots } });
}

describe("a backup that volumes are made of", () => {
  it("counts with a ready snapshot of each volume", async () => {
    const { context } = operation(backup(moment, whole));
    const { id } = await restorePoint.create(inputs, context);
    assert.equal(id, `fabric-org1/${moment}`);
    await restorePoint.inspect?.(inputs, context);
  });

  it("is refused without one of them, in the preview as well, with the backups that have all", async () => {
    const { context } = operation([
      ...backup("20260101t030405z", whole),
      ...backup(moment, ["peer0-ledger"]),
      ...backup("20260103t030405z", whole),
      ...backup("20260104t030405z", whole, { isReady: false }),
      ...backup("20260105t030405z", ["peer0-couchdb", "peer1-ledger"]),
    ]);
    const words = [
      "restore of org1/peer0:",
      `  network.fabric.peerOrganizations[0].restore[0].moment: given "${moment}"; must be the moment of a backup of ` +
        `org1/peer0, because in namespace fabric-org1 there is no VolumeSnapshot peer0-couchdb-${moment}. Backups that ` +
        "have all of it: 20260103t030405z, 20260101t030405z",
    ].join("\n");
    await assert.rejects(restorePoint.create(inputs, context), { message: words });
    const previous = { id: "", inputs, state: {}, newInputs: inputs };
    await assert.rejects(restorePoint.update(previous, context), { message: words });
    await assert.rejects(async () => restorePoint.inspect?.(inputs, context), { message: words });
  });

  it("is refused while a snapshot is not ready, with the storage system's reason", async () => {
    const { context } = operation([
      ...backup(moment, ["peer0-ledger"], { isReady: false, error: "disk is gone" }),
      ...backup(moment, ["peer0-couchdb"], { isReady: false }),
    ]);
    await assert.rejects(
      restorePoint.create(inputs, context),
      new RegExp(
        `peer0-ledger-${moment} is not ready to use \\(disk is gone\\), and VolumeSnapshot peer0-couchdb-${moment} is not ready ` +
          "to use\\. There is no backup that has all of it$",
      ),
    );
  });

  it("is not needed by volumes that are made; one that waits for its snapshot is none", async () => {
    const claims = (isBound: boolean) => inputs.volumes.map(({ claim }) => ({ name: claim, isBound }));
    const unreadable = async (): Promise<never> => Promise.reject(new Error("nobody may list volumesnapshots"));
    await restorePoint.create(
      inputs,
      testOperation({ volumes: { claims: async () => claims(true), snapshots: unreadable } }).context,
    );
    await assert.rejects(restorePoint.create(inputs, operation([], claims(false)).context), /no VolumeSnapshot/);
  });

  it("is refused where no node may go back any more, in the preview as well; one that did before stays", async () => {
    const { context } = operation(backup(moment, whole));
    const refused = { ...inputs, refusal: "the chain has 3 validators" };
    const words = [
      "restore of org1/peer0:",
      `  network.fabric.peerOrganizations[0].restore[0].moment: given "${moment}"; must be left out with its entry, because the ` +
        "chain has 3 validators",
    ].join("\n");
    await assert.rejects(restorePoint.create(refused, context), { message: words });
    await assert.rejects(async () => restorePoint.inspect?.(refused, context), { message: words });
    const oldInputs = inputs;
    assert.deepEqual(restorePoint.diff({ oldInputs, oldState: {}, newInputs: refused, now: new Date() }), []);
    await restorePoint.inspect?.(refused, context, { inputs: oldInputs, state: {} });
    await restorePoint.update({ id: "", inputs: oldInputs, state: {}, newInputs: refused }, context);
  });

  it("is left to `up` by a preview that reaches no cluster", async () => {
    const { context, messages } = testOperation();
    await restorePoint.inspect?.(inputs, context);
    assert.match(messages.warn.join(), /^backup 20260102t030405z of org1\/peer0 cannot be read: .*no kubeconfig/);
  });

  describe("in a cluster", () => {
    let kubernetes: StubKubernetes;
    before(async () => (kubernetes = await StubKubernetes.start()));
    after(() => kubernetes.close());

    const namespace = "fabric-org1";
    const snapshotsPath = `/apis/snapshot.storage.k8s.io/v1/namespaces/${namespace}/volumesnapshots`;
    const claimsPath = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    const owner = { name: "org1/peer0", namespace };

    it("is read from its snapshots, of which one that is being deleted is not ready", async () => {
      // From now on, not from when this file is loaded: other tests come before.
      const options = { signal: AbortSignal.timeout(15_000), status: () => undefined };
      const { volumes } = createNodeAccess(kubernetes.kubeconfig);
      assert.deepEqual(await volumes.snapshots(owner, options), [], "the cluster knows no snapshots");
      const labels = { "blockchain-clusters/backup": moment };
      kubernetes.setList(snapshotsPath, [
        { metadata: { name: "a", labels }, status: { readyToUse: true } },
        { metadata: { name: "b", labels, deletionTimestamp: "2026-01-02T03:04:05Z" }, status: { readyToUse: true } },
        { metadata: { name: "c", labels }, status: { readyToUse: false, error: { message: "no space" } } },
        { metadata: { name: "d", labels } },
        { metadata: { name: "not of a backup" }, status: { readyToUse: true } },
      ]);
      assert.deepEqual(await volumes.snapshots(owner, options), [
        { name: "a", moment, isReady: true, error: undefined },
        { name: "b", moment, isReady: false, error: undefined },
        { name: "c", moment, isReady: false, error: "no space" },
        { name: "d", moment, isReady: false, error: undefined },
      ]);
      kubernetes.setList(claimsPath, [
        { metadata: { name: "x" }, status: { phase: "Bound" } },
        { metadata: { name: "y" }, status: { phase: "Pending" } },
      ]);
      assert.deepEqual(await volumes.claims(owner, options), [
        { name: "x", isBound: true },
        { name: "y", isBound: false },
      ]);
    });
  });
});
