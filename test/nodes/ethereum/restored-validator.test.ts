/**
 * Real GoQuorum validators that go back to older copies of their volumes, by the rollout that a cluster has (decision 0050).
 * test/soak/ethereum-backup.test.ts does the same with snapshots, claims and pods.
 */
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import { ethereumRollout } from "../../../provider/ethereum/resources/rollout";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import type { RunningNode } from "../../support/ethereum-clients";
import { LoopbackEthereum } from "../../support/loopback-ethereum";
import { testOperation } from "../../support/operation";
import { account } from "../../unit/ledger/ethereum/vectors";

const accounts = [1, 2, 3, 4].map(account);
const genesis = buildGenesis({
  client: "goquorum",
  chainId: 98052,
  blockPeriodSeconds: 1,
  validators: accounts.map(({ address }) => address),
});

describe("validators on older copies of their volumes", function () {
  this.timeout(180_000);

  let network: LoopbackEthereum;
  before(async () => {
    network = await LoopbackEthereum.start({ client: "goquorum", genesis, validators: accounts });
  });
  after(() => network.stop());

  const restored = [0, 1];
  const copyOf = (index: number) => `${network.dataOf(index)}-copy`;
  const heightOf = async (node: RunningNode) => Number(await node.call<string>("eth_blockNumber"));
  const reaches = (index: number, height: number) =>
    network.nodes[index]!.until(heightOf, (newest) => newest >= height, 60);

  async function hashes(index: number, to: number): Promise<string[]> {
    const numbers = Array.from({ length: to }, (_, number) => `0x${(number + 1).toString(16)}`);
    const ask = async (number: string) =>
      (await network.nodes[index]!.call<{ hash: string }>("eth_getBlockByNumber", number, false)).hash;
    return Promise.all(numbers.map(ask));
  }

  it("get what came after from the others, the next one only when the one before has it, and no block changes", async () => {
    await reaches(2, 3);
    for (const index of restored) {
      await network.nodes[index]!.stop();
      cpSync(network.dataOf(index), copyOf(index), { recursive: true });
      network.startNode(index);
    }
    const copied = await heightOf(network.nodes[2]!);
    const known = copied + 5;
    for (const index of accounts.keys()) await reaches(index, known);
    const before = await hashes(2, known);

    const names = accounts.map((_, index) => `validator${index}`);
    const heights: number[] = [];
    const restarted: string[] = [];
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async ({ name }) => ({ isCurrent: !restored.includes(names.indexOf(name)), isReady: true }),
      untilAvailable: async ({ name }) => {
        await network.nodes[names.indexOf(name)]!.until((node) => node.call<boolean>("net_listening"), Boolean, 30);
      },
      restart: async ({ name }) => {
        heights.push(...(await Promise.all(network.nodes.map(heightOf))));
        const index = names.indexOf(name);
        await network.nodes[index]!.stop();
        rmSync(network.dataOf(index), { recursive: true });
        cpSync(copyOf(index), network.dataOf(index), { recursive: true });
        network.startNode(index);
        restarted.push(name);
      },
    };
    await ethereumRollout.create(
      {
        client: "goquorum",
        consensus: "qbft",
        genesisHash: genesisHash(genesis),
        nodes: names.map((name) => ({ name, namespace: "none", statefulSet: name, revision: "new", generation: 2 })),
        validators: accounts.map(({ address }, index) => ({
          name: `validator${index}`,
          namespace: "none",
          pod: `validator${index}-0`,
          rpcPort: network.ports[index]!.http,
          address,
        })),
      },
      testOperation({ restarter }).context,
    );

    assert.deepEqual(restarted, ["validator0", "validator1"]);
    assert.ok(
      heights.every((height) => height >= known),
      `no validator lacks blocks when one restarts: ${heights.join(", ")}, and ${known} are known`,
    );
    for (const index of accounts.keys()) {
      await reaches(index, known + 1);
      assert.deepEqual(await hashes(index, known), before, `validator${index}`);
    }
  });
});
