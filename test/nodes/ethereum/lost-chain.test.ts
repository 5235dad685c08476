/**
 * Real validators whose volumes are lost, with the container that fetches the chain before they seal (decision 0052), and a
 * partner's node that has it.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { catchUpMarks } from "../../../components/ethereum/clients/client";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import { poll } from "../../../lib/wait";
import { spokenState } from "../../../provider/kubernetes/pod-state";
import type { ReferenceClient, RunningNode } from "../../support/ethereum-clients";
import { LoopbackEthereum } from "../../support/loopback-ethereum";
import type { ManagedProcess } from "../../support/processes";
import { account } from "../../unit/ledger/ethereum/vectors";

/** Four of the founder's, and a partner's node, which block 0 does not name. */
const accounts = [1, 2, 3, 4, 5].map(account);
const own = [0, 1, 2, 3];
const partner = 4;
/** Blocks that must not be lost. */
const known = 5;
const begun = "1";

for (const client of ["goquorum", "geth"] satisfies ReferenceClient[]) {
  describe(`validators of ${client} that lost the chain`, function () {
    this.timeout(120_000);

    let network: LoopbackEthereum;
    /** Hash of a block that must not be lost. */
    let lasting: string;
    const catchUps: ManagedProcess[] = [];

    before(async () => {
      const validators = accounts.slice(0, partner).map(({ address }) => address);
      const genesis = buildGenesis({ client, chainId: 98054, blockPeriodSeconds: 1, validators });
      network = await LoopbackEthereum.start({ client, genesis, validators: accounts });
      await reaches(partner, known);
      lasting = await hashOf(partner, known);
    });
    after(async () => {
      await Promise.all(catchUps.map((process) => process.stop()));
      await network.stop();
    });

    const heightOf = async (node: RunningNode) => Number(await node.call<string>("eth_blockNumber"));
    const reaches = (index: number, height: number) =>
      network.nodes[index]!.until(heightOf, (newest) => newest >= height, 60);
    const hashOf = async (index: number, block: number) =>
      (await network.nodes[index]!.call<{ hash: string }>("eth_getBlockByNumber", `0x${block.toString(16)}`, false))
        .hash;

    async function lose(...indices: number[]): Promise<void> {
      await Promise.all(indices.map((index) => network.nodes[index]!.stop()));
      for (const index of indices) network.empty(index);
    }

    function startAfter(generation: string | undefined, index: number): ManagedProcess {
      const process = network.startCatchUp(index, generation);
      catchUps.push(process);
      return process;
    }

    const startCatchUp = (index: number): ManagedProcess => startAfter(begun, index);

    async function ends(process: ManagedProcess): Promise<void> {
      await poll(async () => (process.pid === undefined ? true : undefined), {
        what: `${process.spec.name} to end`,
        timeoutSeconds: 100,
        intervalMs: 100,
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${process.log().split("\n").slice(-30).join("\n")}`);
      });
    }

    /** Waits until a container says that it needs help. */
    async function isStuck(process: ManagedProcess, words: RegExp): Promise<void> {
      await poll(
        async () => {
          const state = spokenState(process.log());
          return state?.fault !== undefined && words.test(state.words) ? true : undefined;
        },
        { what: `${process.spec.name} to say ${words}`, timeoutSeconds: 30, intervalMs: 100 },
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${process.log().split("\n").slice(-30).join("\n")}`);
      });
      assert.notEqual(process.pid, undefined);
    }

    it("begin at once where no block is known yet", async () => {
      await lose(0);
      for (const generation of [undefined, "0"]) {
        const process = startAfter(generation, 0);
        await ends(process);
        assert.equal(spokenState(process.log()), undefined);
      }
    });

    it("fetch it from the others, where one volume of four is lost, and seal again", async () => {
      const process = startCatchUp(0);
      await ends(process);
      assert.match(spokenState(process.log())!.words, /has the chain up to block \d+$/);
      network.startNode(0);
      await reaches(0, known);
      assert.equal(await hashOf(0, known), lasting);
    });

    it("do not fetch it again after a restart, unless the first time came to no end", async () => {
      await network.nodes[0]!.stop();
      const second = startCatchUp(0);
      const said = second.log();
      await ends(second);
      assert.doesNotMatch(second.log().slice(said.length), /busy: has the chain/);
      rmSync(join(network.dataOf(0), basename(catchUpMarks.done) + begun));
      const third = startCatchUp(0);
      const saidBefore = third.log();
      await ends(third);
      assert.match(third.log().slice(saidBefore.length), /busy: has the chain up to block/);
      network.startNode(0);
    });

    // The rest of the story is the same script, and the same protocol of peers.
    if (client === "geth") return;

    it("begin a second chain where nothing keeps them from it and the partner's node is reached later", async () => {
      await reaches(0, known);
      await network.nodes[partner]!.stop();
      await lose(...own);
      for (const index of own) network.startNode(index);
      await reaches(0, 1);
      network.startNode(partner);
      await reaches(partner, known);
      const first = await hashOf(partner, 1);
      await network.nodes[partner]!.stop();
      assert.notEqual(await hashOf(0, 1), first);
      await lose(...own);
    });

    it("wait and say so where nobody has it", async () => {
      const processes = own.map((index) => startCatchUp(index));
      await Promise.all(processes.map((process) => isStuck(process, /no peer is connected$/)));
      await Promise.all(processes.map((process) => process.stop()));
    });

    it("go on with the chain that the partner has, once its node is reached", async () => {
      network.startNode(partner);
      const processes = own.map((index) => startCatchUp(index));
      const height = await reaches(partner, known);
      assert.equal(await hashOf(partner, known), lasting);
      await Promise.all(processes.map(ends));
      for (const index of own) network.startNode(index);
      for (const index of [...own, partner]) {
        await reaches(index, height + 1);
        assert.equal(await hashOf(index, known), lasting, `node ${index}`);
      }
    });
  });
}
