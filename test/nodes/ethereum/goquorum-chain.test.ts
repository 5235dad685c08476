/**
 * Four GoQuorum validators on loopback seal blocks from a genesis, static nodes and keys made here. Names, Services and
 * volumes of a cluster are tested elsewhere.
 */
import assert from "node:assert/strict";
import { parseExtraData } from "../../../ledger/ethereum/extra-data";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import type { Genesis } from "../../../ledger/ethereum/genesis-file";
import { validateTurns } from "../../../ledger/ethereum/proposer-order";
import { LoopbackEthereum } from "../../support/loopback-ethereum";
import { runChain } from "./chain-tests";
import type { RunningNode } from "../../support/ethereum-clients";
import { account } from "../../unit/ledger/ethereum/vectors";

interface Block {
  hash: string;
  number: string;
  stateRoot: string;
  extraData: string;
}

const validatorAccounts = [1, 2, 3, 4].map(account);
const checkedHeight = "0x3";

const genesis: Genesis = buildGenesis({
  client: "goquorum",
  chainId: 1337,
  validators: validatorAccounts.map(({ address }) => address),
  blockPeriodSeconds: 1,
  alloc: { [account(9).address]: { balance: "1000000000000000000", code: "0x00", storage: { "0x1": "0x2" } } },
});

const blockAt = (height: string) => (node: RunningNode) =>
  node.call<Block | null>("eth_getBlockByNumber", height, false);

describe("a GoQuorum chain from a genesis made here", function () {
  const network = runChain(this, { client: "goquorum", genesis, validators: validatorAccounts });

  it("seals blocks that all nodes agree on", async () => {
    const blocks = [];
    for (const node of network().nodes) {
      blocks.push(await node.until(blockAt(checkedHeight), Boolean, 40));
    }
    assert.equal(new Set(blocks.map((block) => block!.hash)).size, 1);
  });

  it("lets an RPC node estimate what a block has room for, above the client's own limit of 25 million", async () => {
    // Counts down from 1.2 million at 26 gas a round: PUSH3, JUMPDEST, PUSH1 1, SWAP1, SUB, DUP1, PUSH1 4, JUMPI, STOP.
    const call = { data: "0x62124f805b600190038060045700" };
    const estimate = BigInt(await network().nodes[validatorAccounts.length]!.call<string>("eth_estimateGas", call));
    assert.ok(estimate > 26n * 1_200_000n, String(estimate));
  });

  it("is sealed by the validators in the order computed here", async () => {
    const validators = await network().nodes[0]!.call<string[]>("istanbul_getValidators", checkedHeight);
    const expected = parseExtraData("qbft", genesis.extraData).validators;
    assert.deepEqual(
      validators,
      expected.map((address) => address.toLowerCase()),
    );
  });
});

describe("GoQuorum's validators after a restart", function () {
  this.timeout(90_000);

  const sets = {
    "keep their order": [1, 2, 3, 4],
    "are in another order where ours has a problem with them": [1, 2, 3, 35],
  };
  for (const [outcome, numbers] of Object.entries(sets)) {
    it(outcome, async () => {
      const validators = numbers.map(account);
      const addresses = validators.map(({ address }) => address);
      const made = buildGenesis({ client: "goquorum", chainId: 1337, validators: addresses, blockPeriodSeconds: 1 });
      const chain = await LoopbackEthereum.start({ client: "goquorum", genesis: made, validators });
      try {
        // The API sorts them again; only the log has the order of their turns.
        const order = async (node: RunningNode) => /"next\.valSet":"\[([^\]]+)/.exec(node.log())?.[1];
        await chain.nodes[0]!.until(blockAt(checkedHeight), Boolean, 40);
        await chain.nodes[0]!.stop();
        chain.startNode(0);
        const restarted = await chain.nodes[0]!.until(order, Boolean, 30);
        const isSame = restarted === (await order(chain.nodes[1]!));
        assert.equal(isSame, validateTurns(addresses, "validators").length === 0);
        assert.equal(isSame, outcome === "keep their order");
      } finally {
        await chain.stop();
      }
    });
  }
});
