/** Tests of every chain on loopback with genesis, keys and static nodes made here. */
import assert from "node:assert/strict";
import type { Suite } from "mocha";
import { validateGenesis } from "../../../ledger/ethereum/existing-genesis";
import type { Genesis } from "../../../ledger/ethereum/genesis-file";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import type { AccountKey } from "../../../ledger/ethereum/key";
import { clientFacts } from "../../../ledger/ethereum/clients";
import { LoopbackEthereum } from "../../support/loopback-ethereum";
import { missingIn, namedByEthereum } from "../../support/named-metrics";
import { ethereumMetrics } from "../../support/node-metrics";
import type { RunningNode } from "../../support/ethereum-clients";

/**
 * Starts validators and one RPC node for the tests of `suite`, and runs the tests that do not depend on the consensus.
 */
export function runChain(
  suite: Suite,
  chain: { client: "goquorum" | "geth"; genesis: Genesis; validators: readonly AccountKey[] },
): () => LoopbackEthereum {
  const { client, genesis, validators } = chain;
  let network: LoopbackEthereum;

  suite.timeout(90_000);
  before(async () => {
    network = await LoopbackEthereum.start({
      client,
      genesis,
      validators,
      rpcNodes: 1,
      apis: ["admin"],
      rpcApis: ["txpool"],
    });
  });
  after(() => network.stop());

  it("passes the check for existing chains, so that another stack can join it", () => {
    assert.deepEqual(validateGenesis(genesis, client, "genesis"), []);
  });

  it("has the APIs of a group on its RPC nodes, over HTTP, and no other", async () => {
    const rpc = network.nodes[validators.length]!;
    await rpc.until(
      (node) => node.call<{ pending: string }>("txpool_status"),
      ({ pending }) => pending === "0x0",
      30,
    );
    await assert.rejects(rpc.call("debug_getRawHeader", "latest"), /does not exist|not available/);
    await assert.rejects(network.nodes[0]!.call("txpool_status"), /does not exist|not available/);
  });

  it("begins with the block whose hash is computed here", async () => {
    const ask = (node: RunningNode) => node.call<{ hash: string }>("eth_getBlockByNumber", "0x0", false);
    for (const node of network.nodes) assert.equal((await node.until(ask, Boolean, 30)).hash, genesisHash(genesis));
  });

  it("logs JSON objects alone, as the stack file can ask, since a system that collects logs reads line by line", () => {
    for (const node of network.nodes.slice(0, validators.length)) {
      const lines = node.log().trim().split("\n");
      assert.ok(lines.length > 10, node.log());
      for (const line of lines) assert.ok((JSON.parse(line) as { lvl: string }).lvl.length > 0, line);
    }
  });

  it("has validators under the enode URLs computed here", async () => {
    for (const [index, node] of network.nodes.slice(0, validators.length).entries()) {
      const { enode } = await node.call<{ enode: string }>("admin_nodeInfo");
      assert.equal(enode, network.enodeOf(index));
    }
  });

  it("connects every node to all others through the static nodes", async () => {
    const peers = `0x${validators.length.toString(16)}`;
    const ask = (node: RunningNode) => node.call<string>("net_peerCount");
    for (const node of network.nodes) await node.until(ask, (count) => count === peers, 40);
  });

  it("exports every metric that alerts and dashboards name", async () => {
    for (const index of network.nodes.keys()) {
      const text = await ethereumMetrics(network, index, clientFacts[client].metrics.path);
      assert.deepEqual(missingIn([text], namedByEthereum(client)), []);
    }
  });

  it("is followed at once by an RPC node that was away, though it has few peers", async () => {
    const [first, rpc] = [network.nodes[0]!, network.nodes.length - 1];
    const heightOf = async (node: RunningNode) => Number(await node.call<string>("eth_blockNumber"));
    await network.nodes[rpc]!.until(heightOf, (height) => height > 0, 40);
    await network.nodes[rpc]!.stop();
    const missed = (await heightOf(first)) + 2;
    await first.until(heightOf, (height) => height >= missed, 40);
    network.startNode(rpc);
    // By default it would wait ten seconds for a fifth peer.
    await network.nodes[rpc]!.until(heightOf, (height) => height >= missed, 8);
  });

  return () => network;
}
