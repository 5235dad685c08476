/** Time to wait for the next block of a chain, with a stand-in for a node. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dialOptions } from "../../../provider/kubernetes/node-access";
import { JsonRpcNode } from "../../../provider/ethereum/clients/json-rpc";
import { blockPatience, headOf } from "../../../provider/ethereum/work/chain-head";
import { testOperation } from "../../support/operation";

const minute = 60;

describe("patience with a chain", () => {
  let server: Server;
  let times: number[];

  beforeEach(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { method, params } = JSON.parse(body) as { method: string; params: [string] };
        const [block] = params;
        const number = block === undefined || block === "latest" ? times.length - 1 : Number(block);
        const hex = `0x${number.toString(16)}`;
        const result =
          method === "eth_blockNumber" ? hex : { number: hex, timestamp: `0x${times[number]!.toString(16)}` };
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => server.close());

  async function withNode<T>(blockTimes: number[], work: (rpc: JsonRpcNode) => Promise<T>): Promise<T> {
    times = blockTimes;
    const { context } = testOperation();
    const { port } = server.address() as AddressInfo;
    const node = { name: "validator0", namespace: "none", pod: "validator0-0", rpcPort: port };
    const rpc = await JsonRpcNode.open(node, context.dialer, dialOptions(context));
    return work(rpc).finally(() => rpc.close());
  }

  it("is ten minutes for a chain whose blocks come often, and for one without blocks", async () => {
    assert.equal(await withNode([0, 1_700_000_000, 1_700_000_002, 1_700_000_004], blockPatience), 600_000);
    assert.equal(await withNode([0], blockPatience), 600_000);
    assert.equal(await withNode([0, 1_700_000_000], blockPatience), 600_000);
  });

  it("is three times the longest of the last pauses where empty blocks are rare, also after a busy moment", async () => {
    const idle = [0, 1_700_000_000, 1_700_000_000 + 15 * minute, 1_700_000_001 + 15 * minute];
    assert.equal(await withNode(idle, blockPatience), 45 * minute * 1000);
  });

  it("knows the newest block with its time", async () => {
    assert.deepEqual(await withNode([0, 1_700_000_000], headOf), { number: 1n, timestamp: 1_700_000_000n });
  });
});
