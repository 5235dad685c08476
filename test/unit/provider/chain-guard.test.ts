/** Agreement of the chains of a channel's orderers. */
import assert from "node:assert/strict";
import { buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { NodeError } from "../../../provider/fabric/clients/node-error";
import { describeFork } from "../../../provider/fabric/work/chain-guard";
import type { ChannelReader } from "../../../provider/fabric/work/channel-reader";
import type { ChannelOrderers } from "../../../provider/fabric/work/orderers";
import { FabricInputs } from "./fabric-inputs";

describe("the chains of a channel's orderers", () => {
  let fabric: FabricInputs;
  let blocks: [Uint8Array, Uint8Array];

  before(async () => {
    fabric = await FabricInputs.create();
    const config = fabric.config([fabric.tls.certificate]);
    const other = { ...config, batch: { ...config.batch, timeout: "7s" } };
    blocks = [buildGenesisBlock(config), buildGenesisBlock(other)];
  });

  /** Orderers of the given heights; `blockOf` is the answer of each to a question for a block. */
  async function fork(heights: number[], blockOf: (index: number) => Uint8Array) {
    const asked: unknown[] = [];
    const orderers = {
      heights: async () => heights.map((height, index) => ({ orderer: fabric.orderer(index), height })),
    };
    const reader = {
      block: async ({ name }: { name: string }, position: unknown) => {
        asked.push(position);
        return blockOf(Number(name.at(-1)));
      },
    };
    const text = await describeFork("trade", orderers as ChannelOrderers, reader as unknown as ChannelReader);
    return { text, asked };
  }

  it("are one when they agree at the lowest height that all have", async () => {
    const { text, asked } = await fork([9, 12, 12], () => blocks[0]);
    assert.equal(text, undefined);
    assert.deepEqual(asked, [8, 8, 8]);
  });

  it("are two when a block differs, and the message has both sides and the remedy", async () => {
    const { text } = await fork([9, 12, 10], (index) => blocks[index === 1 ? 1 : 0]);
    assert.match(
      text ?? "",
      /^channel trade: .* block 8 of orderer\/orderer0 \(9 blocks\) and orderer\/orderer2 \(10 blocks\) is not that of orderer\/orderer1 \(12 blocks\)\. Choose the chain that the peers have/,
    );
  });

  it("are taken for one where an orderer gives no block, or is alone", async () => {
    const silent = await fork([9, 12], (index) => {
      if (index === 0) throw new NodeError(fabric.orderer(0), "reading block 8", "SERVICE_UNAVAILABLE");
      return blocks[1];
    });
    assert.equal(silent.text, undefined);
    assert.deepEqual((await fork([9], () => blocks[0])).asked, []);
  });
});
