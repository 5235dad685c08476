/** Orderers without the channel that counts them. */
import assert from "node:assert/strict";
import type { Consensus } from "../../../ledger/fabric/channel-config";
import { lostConsenters } from "../../../provider/fabric/work/orderers";
import { FabricInputs } from "./fabric-inputs";

describe("consenters that lost what they had", () => {
  let fabric: FabricInputs;

  before(async () => {
    fabric = await FabricInputs.create();
  });

  function lost(missing: number[], voting: number, consensus: Consensus = "etcdraft"): string[] {
    const config = fabric.config(Array.from({ length: voting }, () => fabric.tls.certificate));
    const orderers = missing.map((index) => fabric.orderer(index));
    return lostConsenters(orderers, { ...config, consensus }).map(({ name }) => name);
  }

  it("become new ones where more than half of all are others, and return as they are elsewhere", () => {
    assert.deepEqual(lost([0], 3), ["orderer/orderer0"]);
    assert.deepEqual(lost([0, 1], 5), ["orderer/orderer0", "orderer/orderer1"]);
    assert.deepEqual(lost([0], 2), []);
    assert.deepEqual(lost([0, 1], 3), []);
    assert.deepEqual(lost([0, 1], 4), []);
    assert.deepEqual(lost([0], 1), []);
  });

  it("are none that only followed, and none of a BFT channel", () => {
    assert.deepEqual(lost([3], 3), []);
    assert.deepEqual(lost([0, 3], 3), ["orderer/orderer0"]);
    assert.deepEqual(lost([0], 4, "BFT"), []);
  });
});
