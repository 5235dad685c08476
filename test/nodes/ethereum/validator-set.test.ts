/**
 * ValidatorSet against real GoQuorum validators, run as processes: votes for joining and leaving validators, and
 * refusals. Without cluster and Pulumi, which the end-to-end test adds.
 */
import assert from "node:assert/strict";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import { genesisText } from "../../../ledger/ethereum/genesis-text";
import { sortAddresses } from "../../../ledger/ethereum/address";
import { PartialUpdate } from "../../../provider/framework/errors";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { ethereumRollout } from "../../../provider/ethereum/resources/rollout";
import { validatorSet } from "../../../provider/ethereum/resources/validator-set";
import type { ValidatorSetInputs } from "../../../provider/sdk";
import { testOperation } from "../../support/operation";
import { LoopbackEthereum } from "../../support/loopback-ethereum";
import type { RunningNode } from "../../support/ethereum-clients";
import { account } from "../../unit/ledger/ethereum/vectors";

const accounts = [1, 2, 3, 4, 5].map(account);
const genesis = buildGenesis({
  client: "goquorum",
  chainId: 98052,
  blockPeriodSeconds: 1,
  validators: accounts.slice(0, 4).map(({ address }) => address),
});

describe("a set of validators on real nodes", function () {
  this.timeout(180_000);

  let network: LoopbackEthereum;
  let nodes: RunningNode[] = [];
  let state: Awaited<ReturnType<typeof validatorSet.create>>["state"];

  before(async () => {
    network = await LoopbackEthereum.start({ client: "goquorum", genesis, validators: accounts });
    nodes = network.nodes;
  });

  after(() => network.stop());

  function inputs(...indices: number[]): ValidatorSetInputs {
    return {
      client: "goquorum",
      consensus: "qbft",
      genesisHash: genesisHash(genesis),
      validators: indices.map((index) => ({
        name: `validator${index}`,
        namespace: "none",
        pod: `validator${index}-0`,
        rpcPort: network.ports[index]!.http,
        address: accounts[index]!.address,
      })),
    };
  }

  const addressesOf = (...indices: number[]) => sortAddresses(indices.map((index) => accounts[index]!.address));

  async function change(before: ValidatorSetInputs, newInputs: ValidatorSetInputs): Promise<void> {
    state = await validatorSet.update({ id: "", inputs: before, state, newInputs }, testOperation().context);
  }

  const rollout = (change: object) => ({
    nodes: [{ name: "validator0", namespace: "none", statefulSet: "validator0", revision: "new", generation: 2 }],
    ...inputs(0, 1, 2, 3, 4),
    genesis: genesisText({ ...genesis, config: { ...genesis.config, ...change } }),
  });

  /** With nodes that never come back from a restart. */
  async function changeGenesis(change: object): Promise<{ error: unknown; restarts: number }> {
    let restarts = 0;
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async () => ({ isCurrent: false, isReady: true }),
      untilAvailable: async () => undefined,
      restart: async () => {
        restarts += 1;
        throw new Error("does not come back");
      },
    };
    const request = { id: "", inputs: rollout({}), state: {}, newInputs: rollout(change) };
    const { context } = testOperation({ restarter });
    const error: unknown = await ethereumRollout.update(request, context).catch((reason: unknown) => reason);
    return { error, restarts };
  }

  it("takes over the validators that the chain was made with", async () => {
    ({ state } = await validatorSet.create(inputs(0, 1, 2, 3), testOperation().context));
    assert.deepEqual(state.addresses, addressesOf(0, 1, 2, 3));
  });

  it("lets the others vote a validator in, once it has caught up", async () => {
    await change(inputs(0, 1, 2, 3), inputs(0, 1, 2, 3, 4));
    assert.deepEqual(state.addresses, addressesOf(0, 1, 2, 3, 4));
  });

  it("exchanges one for another without the chain ever lacking a quorum", async () => {
    await change(inputs(0, 1, 2, 3, 4), inputs(1, 2, 3, 4));
    assert.deepEqual(state.addresses, addressesOf(1, 2, 3, 4));
  });

  it("shows the validators in a refresh, and keeps those that others voted in", async () => {
    for (const node of nodes.slice(1)) await node.call("istanbul_propose", accounts[0]!.address, true);
    const list = (node: RunningNode) => node.call<string[]>("istanbul_getValidators", "latest");
    await nodes[1]!.until(list, (validators) => validators.length === 5, 60);
    const request = { id: "", inputs: inputs(1, 2, 3, 4), state };
    const live = await validatorSet.read(request, testOperation().context);
    assert.deepEqual(live?.state.addresses, addressesOf(0, 1, 2, 3, 4));
    assert.deepEqual(live.inputs, inputs(1, 2, 3, 4));
    assert.deepEqual(live.state.changedElsewhere, [`add validator ${accounts[0]!.address}`]);
    for (const node of nodes.slice(1)) await node.call("istanbul_discard", accounts[0]!.address);
    await change(live.inputs, inputs(1, 2, 3, 4));
    assert.deepEqual(state, live.state);
    await change(inputs(1, 2, 3, 4), inputs(0, 1, 2, 3, 4));
  });

  it("restarts one at a time, each when all have sealed again, and the others go on meanwhile", async () => {
    const chain = inputs(0, 1, 2, 3, 4);
    const { validators } = chain;
    const restarted = ["validator3", "validator4"];
    const heightOf = async (node: RunningNode) => Number(await node.call<string>("eth_blockNumber"));
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async ({ name }) => ({ isCurrent: restarted.includes(name), isReady: true }),
      untilAvailable: async () => undefined,
      restart: async ({ name }) => {
        const index = validators.findIndex((validator) => validator.name === name);
        const other = nodes[(index + 1) % nodes.length]!;
        await nodes[index]!.stop();
        const height = await heightOf(other);
        await other.until(heightOf, (newest) => newest > height, 30);
        network.startNode(index);
        restarted.push(name);
      },
    };
    const template = { revision: "new", generation: 2 };
    const all = validators.map(({ name, namespace }) => ({ name, namespace, statefulSet: name, ...template }));
    await ethereumRollout.create({ nodes: all, ...chain }, testOperation({ restarter }).context);
    assert.deepEqual(restarted.slice(2), ["validator0", "validator1", "validator2"]);
  });

  it("restarts no node for a transition at a block that the chain has passed, and reports the chain's block", async () => {
    const { error, restarts } = await changeGenesis({ transitions: [{ block: 2, blockperiodseconds: 2 }] });
    assert.match(
      String(error),
      /genesis\.config\.transitions\[0\]\.block: given 2; must be after block \d+, late enough to restart every node/,
    );
    assert.equal(restarts, 0);
  });

  it("holds later changes against a genesis whose rollout has begun, since nodes follow it by then", async () => {
    const change = { transitions: [{ block: 9_000_000, blockperiodseconds: 2 }] };
    const { error, restarts } = await changeGenesis(change);
    assert.equal(restarts, 1);
    assert.ok(error instanceof PartialUpdate);
    assert.deepEqual(error.inputs, { ...rollout({}), genesis: rollout(change).genesis });
  });

  it("refuses a node of another chain", async () => {
    const foreign = { ...inputs(0, 1, 2, 3, 4), genesisHash: `0x${"0".repeat(64)}` };
    await assert.rejects(validatorSet.create(foreign, testOperation().context), /begins with block 0x/);
  });

  it("refuses a change while the chain has no quorum, with the numbers", async () => {
    await nodes[3]!.stop();
    await nodes[4]!.stop();
    await assert.rejects(
      change(inputs(0, 1, 2, 3, 4), inputs(0, 1, 2)),
      /the chain has halted \(3 of 5 validators run, 4 are needed\)/,
    );
  });
});
