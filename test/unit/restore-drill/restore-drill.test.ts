/** A restore drill: which backup it takes, and how it judges what came of it. */
import assert from "node:assert/strict";
import { newestComplete, volumeOf, type Snapshot } from "../../../restore-drill/backups";
import { difference, lossOf, type ChainBlock } from "../../../restore-drill/comparison";

function snapshot(
  moment: string,
  name: string,
  of: number,
  facts: { readyToUse?: boolean; in?: string } = {},
): Snapshot {
  return {
    metadata: {
      name: `${name}-${moment}`,
      namespace: facts.in ?? "fabric-org1",
      labels: { "blockchain-clusters/backup": moment },
      annotations: { "blockchain-clusters/backup-size": String(of) },
    },
    status: { readyToUse: facts.readyToUse ?? true },
  };
}

const own = ["fabric-org1", "fabric-orderer"];

describe("a restore drill", () => {
  it("takes the newest backup that lacks nothing", () => {
    const two = (moment: string) => [snapshot(moment, "peer0-ledger", 2), snapshot(moment, "orderer0-ledger", 2)];
    const all = [
      ...two("20260101t000000z"),
      ...two("20260102t000000z"),
      snapshot("20260103t000000z", "peer0-ledger", 2),
      snapshot("20260104t000000z", "peer0-ledger", 2),
      snapshot("20260104t000000z", "orderer0-ledger", 2, { readyToUse: false }),
    ];
    assert.equal(newestComplete(all, own)?.moment, "20260102t000000z");
    assert.deepEqual(newestComplete(all, own)?.snapshots, two("20260102t000000z"));
    assert.equal(newestComplete([], own), undefined);
  });

  it("takes no backup of another network whose name begins like its own", () => {
    const moment = "20260102t000000z";
    const mine = snapshot(moment, "peer0-ledger", 1);
    const others = [moment, "20260103t000000z"].map((at) => snapshot(at, "peer0-ledger", 1, { in: "fabric-2-org1" }));
    assert.deepEqual(newestComplete([mine, ...others], own), { moment, snapshots: [mine] });
    assert.equal(newestComplete(others, own), undefined);
  });

  it("finds the snapshots of nodes that run on volumes of a backup themselves", () => {
    const claims = ["peer0-ledger", "peer0-ledger-20260102t030405z", "orderer1-ledger-20260102t030405z-of-orderer0"];
    assert.deepEqual(claims.map(volumeOf), ["peer0-ledger", "peer0-ledger", "orderer1-ledger"]);
  });

  const block = (number: number, second: number, words: Partial<ChainBlock> = {}): ChainBlock => ({
    number,
    link: `link ${number}`,
    commitHash: `state ${number}`,
    time: new Date(second * 1000),
    ...words,
  });

  it("fails where a block or the state differs from the living peer's, or where no state is known", () => {
    assert.equal(difference(block(7, 1), block(7, 1)), undefined);
    assert.match(difference(block(7, 1, { link: "other" }), block(7, 1)) ?? "", /^block 7 is another one/);
    assert.match(difference(block(7, 1, { commitHash: "other" }), block(7, 1)) ?? "", /^the state at block 7/);
    const empty = { commitHash: "" };
    assert.match(difference(block(7, 1, empty), block(7, 1, empty)) ?? "", /^block 7 has no hash of its state/);
  });

  it("counts what the copy lacked when it was made apart from what came since", () => {
    const [copied, now] = [new Date(100_000), new Date(160_000)];
    assert.deepEqual(lossOf([block(5, 97), block(6, 99), block(7, 120)], copied, now), {
      blocksAtCopy: 2,
      atCopyMs: 3000,
      blocksSince: 1,
      sinceMs: 60_000,
    });
    const nothing = { blocksAtCopy: 0, atCopyMs: 0, blocksSince: 0, sinceMs: 60_000 };
    assert.deepEqual(lossOf([], copied, now), nothing);
  });
});
