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
    network = await LoopbackEthereum.start({ client: "goquorum", genesis, validators: VALIDATORS, apis: ["admin"] });
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

  it("has nodes under the enode URLs computed here", async () => {
    for (const [index, node] of nodes.entries()) {
      const { enode } = await node.call<{ enode: string }>("admin_nodeInfo");
      assert.equal(enode, network.enodeOf(index));
    }
  });

  it("connects every node to all others through the static nodes, by name", async () => {
    for (const node of nodes) {
      await node.until(
        (each) => each.call<string>("net_peerCount"),
        (count) => count === "0x3",
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

  it("is sealed by the validators in the order computed here", async () => {
    const validators = await nodes[0]!.call<string[]>("istanbul_getValidators", HEIGHT);
    const expected = parseExtraData("qbft", genesis.extraData).validators;
    assert.deepEqual(
      validators,
      expected.map((address) => address.toLowerCase()),
    );
  });
});
