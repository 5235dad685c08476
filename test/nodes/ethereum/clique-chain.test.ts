/**
 * Three geth signers on loopback seal blocks from a genesis, static nodes, keys and keystores made here, and
 * geth's verdict on a changed genesis is compared with ours.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import type { Genesis } from "../../../ledger/ethereum/genesis-file";
import { validateGenesisChange } from "../../../ledger/ethereum/genesis-change";
import { genesisText } from "../../../ledger/ethereum/genesis-text";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { ethereumRollout } from "../../../provider/ethereum/resources/rollout";
import { LoopbackEthereum } from "../../support/loopback-ethereum";
import { testOperation } from "../../support/operation";
import { runChain } from "./chain-tests";
import { runClient, type RunningNode } from "../../support/ethereum-clients";
import { account } from "../../unit/ledger/ethereum/vectors";

interface Block {
  hash: string;
  number: string;
  timestamp: string;
}

const signerAccounts = [1, 2, 3].map(account);
const checkedHeight = "0x4";

const genesis: Genesis = buildGenesis({
  client: "geth",
  freeGas: true,
  chainId: 98052,
  validators: signerAccounts.map(({ address }) => address),
  blockPeriodSeconds: 1,
  alloc: { [account(9).address]: { balance: "1000000000000000000" } },
});

describe("a Clique chain from a genesis made here", function () {
  const network = runChain(this, { client: "geth", genesis, validators: signerAccounts });

  it("is sealed by all signers, each unlocked from its keystore", async () => {
    const [first] = network().nodes as [RunningNode];
    await first.until(
      (node) => node.call<Block | null>("eth_getBlockByNumber", checkedHeight, false),
      (block) => block !== null,
      40,
    );
    const status = await first.until(
      (node) => node.call<{ sealerActivity: Record<string, number> }>("clique_status"),
      ({ sealerActivity }) => Object.values(sealerActivity).every((sealed) => sealed > 0),
      40,
    );
    const signers = signerAccounts.map(({ address }) => address.toLowerCase());
    assert.deepEqual(Object.keys(status.sealerActivity).toSorted(), signers.toSorted());
  });

  it("mines a transaction without gas price, signed with an account from its keystore", async () => {
    const [first] = network().nodes as [RunningNode];
    const transaction = {
      from: signerAccounts[0]!.address,
      to: account(8).address,
      gas: "0x5208",
      gasPrice: "0x0",
      value: "0x0",
    };
    const hash = await first.call<string>("eth_sendTransaction", transaction);
    for (const node of network().nodes) {
      const ask = (each: RunningNode) => each.call<{ status: string } | null>("eth_getTransactionReceipt", hash);
      assert.equal((await node.until(ask, (receipt) => receipt !== null, 40))?.status, "0x1");
    }
  });

  describe("with a changed genesis while it lives", () => {
    const changes: [string, (config: Genesis["config"], head: number) => Genesis["config"], boolean][] = [
      ["a fork at a later block", (config, head) => ({ ...config, londonBlock: head + 1000 }), true],
      ["a fork at a block that has passed", (config, head) => ({ ...config, londonBlock: head }), false],
    ];
    const unseen: [string, (config: Genesis["config"]) => Genesis["config"]][] = [
      ["a fork taken back that took effect at block 0", (config) => ({ ...config, berlinBlock: null })],
      ["another chain id", (config) => ({ ...config, chainId: 98053 })],
    ];
    let head = { number: 0n, timestamp: 0n };

    before(async function () {
      const { number, timestamp } = await network().nodes[2]!.call<Block>("eth_getBlockByNumber", "latest", false);
      head = { number: BigInt(number), timestamp: BigInt(timestamp) };
      await network().nodes[2]!.stop();
    });

    function gethAccepts(next: Genesis): boolean {
      const data = network().dataOf(2);
      const file = join(data, "changed.json");
      writeFileSync(file, genesisText(next));
      try {
        runClient("geth", ["--datadir", data, "--verbosity", "1", "init", file]);
        return true;
      } catch {
        return false;
      }
    }

    for (const [name, change, isLegal] of changes) {
      it(`${isLegal ? "takes" : "refuses"} ${name}, as geth does`, () => {
        const next = { ...genesis, config: change(genesis.config, Number(head.number)) };
        const problems = validateGenesisChange({ client: "geth", previous: genesis, next, head }, "genesis");
        assert.equal(problems.length === 0, isLegal);
        assert.equal(gethAccepts(next), isLegal);
        assert.ok(gethAccepts(genesis));
      });
    }

    for (const [name, change] of unseen) {
      it(`refuses ${name}, which geth writes over the old one without a word`, () => {
        const next = { ...genesis, config: change(genesis.config) };
        const problems = validateGenesisChange({ client: "geth", previous: genesis, next, head }, "genesis");
        assert.equal(problems.length, 1);
        assert.ok(gethAccepts(next));
        assert.ok(gethAccepts(genesis));
      });
    }

    it("refuses another first validator, as geth does", () => {
      const next = buildGenesis({ client: "geth", chainId: 98052, validators: [account(5).address], freeGas: true });
      assert.notDeepEqual(validateGenesisChange({ client: "geth", previous: genesis, next, head }, "genesis"), []);
      assert.equal(gethAccepts(next), false);
    });
  });
});

describe("signers of a Clique chain that begin in the same instant", function () {
  this.timeout(120_000);
  let network: LoopbackEthereum;

  before(async () => {
    const apis = ["admin", "miner"];
    network = await LoopbackEthereum.start({
      client: "geth",
      genesis,
      validators: signerAccounts,
      apis,
      isIdle: true,
    });
    await Promise.all(network.nodes.map((node) => node.until(isReadyToSign, Boolean, 40)));
  });
  after(() => network.stop());

  const isReadyToSign = async (node: RunningNode) =>
    node.log().includes("Unlocked account") && (await node.call<string>("net_peerCount")) === "0x2";
  const headOf = (node: RunningNode) => node.call<Block>("eth_getBlockByNumber", "latest", false);

  it("go on when each sealed a first block of its own, after a restart of the one whose block weighs least", async () => {
    // The signer in turn first: the others discard its block, since they do not mine yet.
    const byAddress = [...signerAccounts.keys()].toSorted((a, b) =>
      signerAccounts[a]!.address.toLowerCase() < signerAccounts[b]!.address.toLowerCase() ? -1 : 1,
    );
    const [outOfTurn, inTurn, third] = byAddress as [number, number, number];
    for (const index of [inTurn, outOfTurn, third]) {
      const node = network.nodes[index]!;
      await node.call("miner_start");
      await node.until(headOf, ({ number }) => number === "0x1", 30);
    }
    assert.equal(new Set((await Promise.all(network.nodes.map(headOf))).map(({ hash }) => hash)).size, 3);

    const replaced: string[] = [];
    const restarter: Restarter = {
      ...availableNodes,
      replace: async ({ name }) => {
        replaced.push(name);
        const index = Number(name.replace("validator", ""));
        await network.nodes[index]!.stop();
        network.startNode(index);
      },
    };
    const { context, messages } = testOperation({ restarter });
    await ethereumRollout.create(rolloutInputs(), context);
    assert.equal(replaced.length, 1);
    assert.notEqual(replaced[0], `validator${inTurn}`);
    assert.match(messages.info.join(), /^restarting validator\d: each validator sealed a first block of its own/);
    const heads = await Promise.all(network.nodes.map((node) => node.until(headOf, isBeyond(1), 40)));
    assert.equal(heads.length, 3);
  });

  it("are left alone once there is a second block", async () => {
    const { context, messages } = testOperation({ restarter: availableNodes });
    await ethereumRollout.create(rolloutInputs(), context);
    assert.deepEqual(messages.info, []);
  });

  const isBeyond =
    (height: number) =>
    ({ number }: Block) =>
      Number(number) > height;
  const availableNodes: Restarter = {
    ...createNodeAccess(undefined).restarter,
    condition: async () => ({ isCurrent: true, isReady: true }),
    untilAvailable: async () => undefined,
  };

  function rolloutInputs() {
    const names = [...signerAccounts.keys()].map((index) => `validator${index}`);
    return {
      client: "geth" as const,
      consensus: "clique" as const,
      genesis: genesisText(genesis),
      genesisHash: genesisHash(genesis),
      nodes: names.map((name) => ({ name, namespace: "none", statefulSet: name, revision: "one", generation: 1 })),
      validators: names.map((name, index) => ({
        name,
        namespace: "none",
        pod: `${name}-0`,
        rpcPort: network.ports[index]!.http,
        address: signerAccounts[index]!.address,
      })),
    };
  }
});
