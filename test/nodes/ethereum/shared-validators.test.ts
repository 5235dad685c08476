/**
 * Two companies with validators on one chain, each with a ValidatorSet of its own that reaches its own nodes alone: real
 * clients as processes on loopback, and votes of each company by its own file.
 */
import assert from "node:assert/strict";
import { sortAddresses } from "../../../ledger/ethereum/address";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import { validatorSet } from "../../../provider/ethereum/resources/validator-set";
import { ethereumRollout } from "../../../provider/ethereum/resources/rollout";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import type { ValidatorSetInputs } from "../../../provider/sdk";
import { LoopbackEthereum } from "../../support/loopback-ethereum";
import { testOperation, type Messages } from "../../support/operation";
import type { ReferenceClient } from "../../support/ethereum-clients";
import { account } from "../../unit/ledger/ethereum/vectors";

type SetState = Awaited<ReturnType<typeof validatorSet.create>>["state"];

/** A company's part of a stack file. */
interface Wish {
  /** Indices of its own nodes. */
  own: number[];
  leaving?: number[];
  /** Indices of the other company's validators that it agreed on. */
  agreed: number[];
}

/** Two of the founder's, one that it gives up, and two of the other company's; the last one has no node. */
const accounts = [1, 2, 3, 4, 5, 6].map(account);
const chains: { client: ReferenceClient; consensus: "qbft" | "clique" }[] = [
  { client: "goquorum", consensus: "qbft" },
  { client: "geth", consensus: "clique" },
];

for (const { client, consensus } of chains) {
  describe(`a chain of ${client} with validators of two companies`, function () {
    this.timeout(120_000);
    const genesis = buildGenesis({
      client,
      chainId: 98053,
      blockPeriodSeconds: 1,
      validators: accounts.slice(0, 3).map(({ address }) => address),
    });
    let network: LoopbackEthereum;
    const addressesOf = (...indices: number[]) => sortAddresses(indices.map((index) => accounts[index]!.address));

    before(async () => {
      network = await LoopbackEthereum.start({ client, genesis, validators: accounts.slice(0, 5) });
    });
    after(() => network.stop());

    function inputsOf({ own, leaving, agreed }: Wish, partner: string): ValidatorSetInputs {
      return {
        client,
        consensus,
        genesisHash: genesisHash(genesis),
        validators: own.map((index) => ({
          name: `validator${index}`,
          namespace: "none",
          pod: `validator${index}-0`,
          rpcPort: network.ports[index]!.http,
          address: accounts[index]!.address,
        })),
        ...(leaving === undefined ? {} : { leaving: leaving.map((index) => accounts[index]!.address) }),
        partnerValidators: agreed.map((index) => ({ partner, address: accounts[index]!.address })),
      };
    }

    /** One company's stack: its state, and `up` after an edit. */
    class Company {
      private inputs: ValidatorSetInputs | undefined;
      state: SetState = { addresses: [], changedElsewhere: [] };

      constructor(private readonly partner: string) {}

      async up(wish: Wish): Promise<Messages> {
        const { context, messages } = testOperation();
        const newInputs = inputsOf(wish, this.partner);
        if (this.inputs === undefined) {
          ({ state: this.state } = await validatorSet.create(newInputs, context));
        } else {
          const { inputs, state } = this;
          const changes = validatorSet.diff({ oldInputs: inputs, oldState: state, newInputs, now: new Date() });
          if (changes.length > 0) this.state = await validatorSet.update({ id: "", inputs, state, newInputs }, context);
        }
        this.inputs = newInputs;
        return messages;
      }

      /** What the preview of an edit says. */
      async preview(wish: Wish): Promise<string> {
        const { context, messages } = testOperation();
        await validatorSet.inspect!(inputsOf(wish, this.partner), context, { inputs: this.inputs!, state: this.state });
        return messages.info.join("; ");
      }

      async refresh(): Promise<void> {
        const { context } = testOperation();
        const seen = await validatorSet.read({ id: "", inputs: this.inputs!, state: this.state }, context);
        assert.ok(seen);
        ({ inputs: this.inputs, state: this.state } = seen);
      }

      delete(): Promise<void> {
        return validatorSet.delete({ id: "", inputs: this.inputs!, state: this.state }, testOperation().context);
      }

      get pending() {
        return (this.state.pending ?? []).map(({ action, address, voters }) => ({ action, address, voters }));
      }
    }

    const acme = new Company("bell");
    const bell = new Company("acme");

    async function live(): Promise<string[]> {
      const method = client === "geth" ? "clique_getSigners" : "istanbul_getValidators";
      return sortAddresses(await network.nodes[0]!.call<string[]>(method, "latest"));
    }

    it("goes on without a validator of which only its owner knows, which waits for the others' votes", async () => {
      await acme.up({ own: [0, 1, 2], agreed: [] });
      const { warn } = await bell.up({ own: [3], agreed: [] });
      assert.deepEqual(bell.pending, [{ action: "add", address: accounts[3]!.address, voters: [] }]);
      assert.match(
        warn.join(),
        /^adding validator 0x\w+ \(validator3\): 0 of 3 validators have voted for it, 2 more are/,
      );
      await bell.refresh();
      assert.equal(bell.pending.length, 1);
      assert.deepEqual(await live(), addressesOf(0, 1, 2));
    });

    it("restarts a node of a joining company without waiting for blocks that it cannot seal yet", async () => {
      const restarted: string[] = [];
      const restarter: Restarter = {
        ...createNodeAccess(undefined).restarter,
        condition: async ({ name }) => ({ isCurrent: restarted.includes(name), isReady: true }),
        untilAvailable: async () => undefined,
        restart: async ({ name }) => {
          await network.nodes[3]!.stop();
          network.startNode(3);
          restarted.push(name);
        },
      };
      const { partnerValidators: _, ...chain } = inputsOf({ own: [3], agreed: [] }, "acme");
      const node = { name: "validator3", namespace: "none", statefulSet: "validator3", revision: "new", generation: 2 };
      await ethereumRollout.create({ nodes: [node], ...chain }, testOperation({ restarter }).context);
      assert.deepEqual(restarted, ["validator3"]);
    });

    it("gets it when the founder's file names it", async () => {
      await acme.up({ own: [0, 1, 2], agreed: [3] });
      assert.deepEqual(acme.state.addresses, addressesOf(0, 1, 2, 3));
      assert.deepEqual(acme.pending, []);
      await bell.up({ own: [3], agreed: [] });
      assert.deepEqual(bell.pending, []);
      assert.deepEqual(bell.state.addresses, addressesOf(0, 1, 2, 3));
    });

    it("counts the joined company's votes from then on, until its stack looks after the set no more", async () => {
      const proposed = () =>
        network.nodes[3]!.call<object>(client === "geth" ? "clique_proposals" : "istanbul_candidates");
      assert.match(
        await bell.preview({ own: [3, 4], agreed: [] }),
        /^adding validator 0x\w+ \(validator4\) takes 3 of 4 votes; this stack has 1, so it waits for 2 of other stacks' validators/,
      );
      await bell.up({ own: [3, 4], agreed: [] });
      assert.deepEqual(bell.pending, [{ action: "add", address: accounts[4]!.address, voters: addressesOf(3) }]);
      assert.equal(Object.keys(await proposed()).length, 1);
      // The others are enough without it.
      await bell.delete();
      assert.deepEqual(await proposed(), {});
      assert.match(
        await acme.preview({ own: [0, 1, 2], agreed: [3, 4] }),
        /^adding validator 0x\w+ \(of bell\) takes 3 of 4 votes, which this stack has$/,
      );
      await acme.up({ own: [0, 1, 2], agreed: [3, 4] });
      assert.deepEqual(await live(), addressesOf(0, 1, 2, 3, 4));
      // Bell has not seen it yet, and cannot drop the node without a vote all the same.
      await assert.rejects(bell.up({ own: [3], agreed: [] }), /keep the validator, with `leave: true`/);
      await bell.up({ own: [3, 4], agreed: [] });
      assert.deepEqual(bell.pending, []);
    });

    it("keeps a validator that one company alone wants to have removed", async () => {
      // The founder gives up a majority of its own.
      await acme.up({ own: [0, 1], agreed: [3, 4] });
      assert.deepEqual(await live(), addressesOf(0, 1, 3, 4));
      const { warn } = await acme.up({ own: [0, 1], agreed: [3] });
      assert.match(warn.join(), /^removing validator 0x\w+: 2 of 4 validators have voted for it, 1 more is needed/);
      assert.deepEqual(acme.pending, [{ action: "remove", address: accounts[4]!.address, voters: addressesOf(0, 1) }]);
      assert.deepEqual(await live(), addressesOf(0, 1, 3, 4));
    });

    // The rest of the story stands on the same calls, which every client has.
    if (consensus === "clique") return;

    it("takes a vote back that an edit withdraws, and casts the others on", async () => {
      await acme.up({ own: [0, 1], agreed: [3, 5] });
      assert.deepEqual(
        acme.pending.map(({ action, address }) => [action, address]).toSorted(),
        [
          ["add", accounts[5]!.address],
          ["remove", accounts[4]!.address],
        ].toSorted(),
      );
      assert.match(
        await acme.preview({ own: [0, 1], agreed: [3] }),
        /takes 3 of 4 votes; this stack has 2, .*; this stack takes back its votes on adding validator 0x\w+$/,
      );
      const { warn } = await acme.up({ own: [0, 1], agreed: [3] });
      assert.match(warn.join(), /adding validator 0x\w+: the vote is withdrawn; those that blocks have already count/);
      assert.deepEqual(
        acme.pending.map(({ address }) => address),
        [accounts[4]!.address],
      );
      for (const node of network.nodes.slice(0, 2)) {
        assert.deepEqual(await node.call<object>("istanbul_candidates"), {
          [accounts[4]!.address.toLowerCase()]: false,
        });
      }
    });

    it("loses a validator by its owner's votes and the other company's", async () => {
      await bell.up({ own: [3, 4], leaving: [4], agreed: [] });
      assert.deepEqual(await live(), addressesOf(0, 1, 3));
      await acme.up({ own: [0, 1], agreed: [3] });
      assert.deepEqual([acme.pending, bell.pending], [[], []]);
      await bell.up({ own: [3], agreed: [] });
      assert.deepEqual(bell.state.addresses, addressesOf(0, 1, 3));
    });

    it("keeps the nodes of a company whose own votes are too few for the removal that its file asks for", async () => {
      await bell.up({ own: [3, 4], agreed: [] });
      await acme.up({ own: [0, 1], agreed: [3, 4] });
      await assert.rejects(
        acme.up({ own: [0], agreed: [3, 4] }),
        /keep the validator, with `leave: true`, .* 3 votes of 4 take it out, and this stack has 2/,
      );
      // A new validator that waits for bell's votes has none itself.
      await assert.rejects(acme.up({ own: [0, 2], agreed: [3, 4] }), /3 votes of 4 take it out, and this stack has 2/);
      await assert.rejects(
        bell.delete(),
        /would halt: 2 of 4 validators would be left, and 3 are needed; .*keep `partners: \[\]`/,
      );
      assert.deepEqual(await live(), addressesOf(0, 1, 3, 4));
    });
  });
}
