/** Validators at different heights of a chain, with stand-ins for nodes. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { NodeGroup } from "../../../provider/ethereum/work/node-group";
import { testOperation } from "../../support/operation";

const genesisHash = `0x${"11".repeat(32)}`;

/** A node whose newest block is this one. */
async function startNode(height: number): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method, params } = JSON.parse(body) as { method: string; params: [string] };
      const number = params[0] ?? `0x${height.toString(16)}`;
      const result = method === "eth_blockNumber" ? number : { hash: genesisHash, number, timestamp: "0x1" };
      response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("validators at different heights", () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  async function withNodes<T>(heights: number[], work: (group: NodeGroup) => Promise<T>): Promise<T> {
    const started = await Promise.all(heights.map(startNode));
    servers.push(...started);
    const nodes = started.map((server, index) => ({
      name: `validator${index}`,
      namespace: "none",
      pod: `validator${index}-0`,
      rpcPort: (server.address() as AddressInfo).port,
      address: `0x${String(index).repeat(40)}`,
    }));
    return NodeGroup.use(nodes, genesisHash, testOperation().context, work);
  }

  const foremost = async (group: NodeGroup): Promise<string | undefined> => (await group.foremost())?.rpc.node.name;

  it("are judged by the one with the newest block, since one that fetches shows turns of former times", async () => {
    assert.equal(await withNodes([10, 1000, 999], foremost), "validator1");
    assert.equal(await withNodes([], foremost), undefined);
  });

  it("lack what others have, but for the few blocks that pass while they are asked", async () => {
    const lacking = (...indices: number[]) =>
      withNodes([10, 1000, 997], (group) => group.lacking(indices.map((index) => `0x${String(index).repeat(40)}`)));
    assert.equal(await lacking(0, 1, 2), 990n);
    assert.equal(await lacking(1, 2), 0n);
  });
});
