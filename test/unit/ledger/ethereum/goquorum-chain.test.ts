/**
 * Four GoQuorum validators on loopback seal blocks from a genesis, static nodes and keys made here.
 * That names, services and volumes of a cluster work is shown elsewhere.
 */
import assert from "node:assert/strict";
import { parseExtraData } from "../../../../ledger/ethereum/extra-data";
import { buildGenesis, type Genesis } from "../../../../ledger/ethereum/genesis";
import { genesisHash } from "../../../../ledger/ethereum/genesis-hash";
import { validateGenesis } from "../../../../ledger/ethereum/existing-genesis";
import { LoopbackEthereum } from "../../../support/loopback-ethereum";
import type { RunningNode } from "./reference-clients";
import { account } from "./vectors";

interface Block {
  hash: string;
  number: string;
  stateRoot: string;
  extraData: string;
}

const VALIDATORS = [1, 2, 3, 4].map(account);
const HEIGHT = "0x3";

const genesis: Genesis = buildGenesis({
  client: "goquorum",
  chainId: 1337,
  validators: VALIDATORS.map(({ address }) => address),
  blockPeriodSeconds: 1,
  alloc: { [account(9).address]: { balance: "1000000000000000000", code: "0x00", storage: { "0x1": "0x2" } } },
});

describe("a GoQuorum chain from a genesis made here", function () {
  this.timeout(90_000);
  let network: LoopbackEthereum;
  let nodes: readonly RunningNode[] = [];

  before(async () => {
    network = await LoopbackEthereum.start({
      client: "goquorum",
      genesis,
      validators: VALIDATORS,
      rpcNodes: 1,
      apis: ["admin"],
    });
    nodes = network.nodes;
  });

  after(() => network.stop());

  it("passes the check for existing chains, so that another stack can join it", () => {
    assert.deepEqual(validateGenesis(genesis, "goquorum", "genesis"), []);
  });

  it("begins with the block whose hash is computed here", async () => {
    for (const node of nodes) {
      const { hash } = await node.until((each) => each.call<Block>("eth_getBlockByNumber", "0x0", false), Boolean, 30);
      assert.equal(hash, genesisHash(genesis));
    }
  });

  it("has validators under the enode URLs computed here", async () => {
    for (const [index, node] of nodes.slice(0, VALIDATORS.length).entries()) {
      const { enode } = await node.call<{ enode: string }>("admin_nodeInfo");
      assert.equal(enode, network.enodeOf(index));
    }
  });

  it("connects every node to all others through the static nodes, by name", async () => {
    for (const node of nodes) {
      await node.until(
        (each) => each.call<string>("net_peerCount"),
        (count) => count === "0x4",
        40,
      );
    }
  });

  it("seals blocks that all nodes agree on", async () => {
    const blocks = [];
    for (const node of nodes) {
      const ask = (each: RunningNode) => each.call<Block | null>("eth_getBlockByNumber", HEIGHT, false);
      blocks.push(await node.until(ask, (block) => block !== null, 40));
    }
    assert.equal(new Set(blocks.map((block) => block!.hash)).size, 1);
  });

  it("is followed at once by an RPC node that was away, though it has few peers", async () => {
    const [first, rpc] = [nodes[0]!, nodes.length - 1];
    const heightOf = async (node: RunningNode) => Number(await node.call<string>("eth_blockNumber"));
    await nodes[rpc]!.until(heightOf, (height) => height > 0, 40);
    await nodes[rpc]!.stop();
    const missed = (await heightOf(first)) + 2;
    await first.until(heightOf, (height) => height >= missed, 40);
    network.startNode(rpc);
    // By itself it would wait ten seconds for a fifth peer.
    await nodes[rpc]!.until(heightOf, (height) => height >= missed, 8);
  });

  it("lets an RPC node estimate what a block has room for, above the client's own limit of 25 million", async () => {
    // Counts down from 1.2 million at 26 gas a round: PUSH3, JUMPDEST, PUSH1 1, SWAP1, SUB, DUP1, PUSH1 4, JUMPI, STOP.
    const call = { data: "0x62124f805b600190038060045700" };
    const estimate = BigInt(await nodes[VALIDATORS.length]!.call<string>("eth_estimateGas", call));
    assert.ok(estimate > 26n * 1_200_000n, String(estimate));
  });

  it("is sealed by the validators in the order computed here", async () => {
    const validators = await nodes[0]!.call<string[]>("istanbul_getValidators", HEIGHT);
    const expected = parseExtraData("qbft", genesis.extraData).validators;
    assert.deepEqual(
      validators,
      expected.map((address) => address.toLowerCase()),
    );
  });
});
