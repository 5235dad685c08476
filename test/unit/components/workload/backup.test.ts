/** The program of backups, on a stand-in for the API of VolumeSnapshots. */
import assert from "node:assert/strict";
import {
  backUp,
  backupLabel,
  momentOf,
  type Clock,
  type Plan,
  type Snapshot,
  type SnapshotApi,
} from "../../../../components/workload/backup-program/backup";

const peer = { namespace: "org1", volume: "peer0-ledger", claim: "peer0-ledger" };
const database = { namespace: "org1", volume: "peer0-couchdb", claim: "peer0-couchdb" };
const orderer = { namespace: "orderer", volume: "orderer0-ledger", claim: "orderer0-ledger" };
const plan: Plan = { snapshotClass: "ledger-backup-1", keep: 2, steps: [[database], [peer], [orderer]] };

/** A cluster that cuts a snapshot when it is asked for the second time, and has it ready at the third. */
class StandIn implements SnapshotApi, Clock {
  readonly snapshots: Snapshot[] = [];
  /** Names of claims in the order in which their copies began, `|` where one was cut. */
  readonly events: string[] = [];
  private time = Date.UTC(2026, 0, 2, 3, 4, 5);

  constructor(private readonly broken: readonly string[] = []) {}

  now = () => new Date(this.time);
  pause = async () => {
    this.time += 60_000;
    for (const snapshot of this.snapshots) {
      const claim = snapshot.spec.source.persistentVolumeClaimName ?? "";
      if (this.broken.includes(claim)) snapshot.status = { error: { message: "no such disk" } };
      else if (snapshot.status?.creationTime === undefined) {
        this.events.push(`${claim} cut`);
        snapshot.status = { creationTime: this.now().toISOString(), readyToUse: false };
      } else snapshot.status.readyToUse = true;
    }
  };
  create = async (snapshot: Snapshot) => {
    this.events.push(`${snapshot.spec.source.persistentVolumeClaimName} begun`);
    this.snapshots.push(snapshot);
  };
  list = async (namespace: string) => this.snapshots.filter(({ metadata }) => metadata.namespace === namespace);
  remove = async (snapshot: Snapshot) => {
    this.snapshots.splice(this.snapshots.indexOf(snapshot), 1);
  };

  moments(): string[] {
    return [...new Set(this.snapshots.map(({ metadata }) => metadata.labels?.[backupLabel] ?? ""))];
  }
}

describe("a backup", () => {
  it("copies peers before orderers and a state before its ledger, each cut before the next begins", async () => {
    const cluster = new StandIn();
    await backUp(plan, cluster, cluster);
    assert.deepEqual(cluster.events, [
      "peer0-couchdb begun",
      "peer0-couchdb cut",
      "peer0-ledger begun",
      "peer0-ledger cut",
      "orderer0-ledger begun",
      "orderer0-ledger cut",
    ]);
    assert.ok(cluster.snapshots.every(({ status }) => status?.readyToUse));
  });

  it("has names that say the claim and the moment, which is the same for all", async () => {
    const cluster = new StandIn();
    assert.equal(await backUp(plan, cluster, cluster), "20260102t030405z");
    const names = cluster.snapshots.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    assert.deepEqual(names, [
      "org1/peer0-couchdb-20260102t030405z",
      "org1/peer0-ledger-20260102t030405z",
      "orderer/orderer0-ledger-20260102t030405z",
    ]);
  });

  it("leaves the newest backups in whole, as many as are kept", async () => {
    const cluster = new StandIn();
    const taken: string[] = [];
    for (let round = 0; round < 4; round++) taken.push(await backUp(plan, cluster, cluster));
    assert.deepEqual(cluster.moments(), taken.slice(-2));
    assert.equal(cluster.snapshots.length, 6);
  });

  it("does not count one that lacks a volume, and deletes it only for newer ones that lack none", async () => {
    const cluster = new StandIn();
    const first = await backUp(plan, cluster, cluster);
    const half = await backUp(plan, cluster, cluster);
    await cluster.remove(cluster.snapshots.at(-1)!);
    const third = await backUp(plan, cluster, cluster);
    assert.deepEqual(cluster.moments(), [first, half, third]);
    const fourth = await backUp(plan, cluster, cluster);
    assert.deepEqual(cluster.moments(), [third, fourth]);
  });

  it("fails with the claim and the reason, deletes nothing, and copies no orderer that a peer could be ahead of", async () => {
    const cluster = new StandIn();
    const former = [await backUp(plan, cluster, cluster), await backUp(plan, cluster, cluster)];
    const broken = new StandIn(["peer0-ledger"]);
    broken.snapshots.push(...cluster.snapshots);
    const later: Clock = { now: () => new Date(broken.now().getTime() + 86_400_000), pause: broken.pause };
    await assert.rejects(
      backUp(plan, broken, later),
      /^Error: not copied within 10 minutes: org1\/peer0-ledger-20260103t030405z \(no such disk\)$/,
    );
    assert.ok(former.every((moment) => broken.moments().includes(moment)));
    assert.ok(!broken.events.includes("orderer0-ledger begun"));
  });

  it("fails with the name of a snapshot that somebody deletes before it is ready", async () => {
    const cluster = new StandIn();
    const pause = async () => {
      await cluster.pause();
      const copy = cluster.snapshots.find(({ spec }) => spec.source.persistentVolumeClaimName === "peer0-ledger");
      if (copy?.status?.creationTime !== undefined) await cluster.remove(copy);
    };
    await assert.rejects(
      backUp(plan, cluster, { now: cluster.now, pause }),
      /^Error: not copied within 10 minutes: org1\/peer0-ledger-20260102t030405z \(deleted meanwhile\)$/,
    );
  });

  it("is named by a moment whose names have the order of time, and are allowed in Kubernetes", () => {
    const names = ["2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z"].map((text) => momentOf(new Date(text)));
    assert.deepEqual(names, ["20251231t235959z", "20260101t000000z"]);
  });
});
