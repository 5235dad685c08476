/** A rollout of real peers, one of which returns without its channel. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { mock } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf } from "../../../provider/fabric/clients/identity";
import { Session } from "../../../provider/fabric/clients/session";
import { chainHeight } from "../../../provider/fabric/work/chain-height";
import { NotYet, waitOptions, waitUntil } from "../../../provider/framework/wait";
import { PartialUpdate } from "../../../provider/framework/errors";
import { channel } from "../../../provider/fabric/resources/channel";
import { blockDataHash } from "../../../ledger/fabric/genesis";
import { channelMembership } from "../../../provider/fabric/resources/channel-membership";
import { fabricRollout } from "../../../provider/fabric/resources/rollout";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import { faultMs } from "../../../provider/kubernetes/pod-patience";
import type { NodeContext } from "../../../provider/kubernetes/node-access";
import { statefulSetOf } from "../../../provider/kubernetes/rollout-pod";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { paths } from "../../../tools/paths";
import { LoopbackFabric, rolloutNodes, type LoopbackOrderer, type LoopbackPeer } from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";

const channelId = "trade";

describe("a rollout of peers", function () {
  this.timeout(180_000);
  let directory: string;
  let fabric: LoopbackFabric;
  let peers: LoopbackPeer[];
  let restarts: string[];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "peer-rollout-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 1,
      organizations: [{ name: "org1", mspId: "Org1MSP", peers: 2 }],
    });
    peers = fabric.organization("org1").peers;
    fabric.start();
  });
  after(async () => {
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => (restarts = []));
  afterEach(() => mock.restoreAll());

  /** The clock advances with every report of a lost channel, so that the test does not wait. */
  function hurry(context: NodeContext): NodeContext {
    const start = Date.now;
    let passed = 0;
    mock.method(Date, "now", () => start() + passed);
    const status = (message: string): void => {
      if (message.includes("runs without")) passed += faultMs;
    };
    return { ...context, log: { ...context.log, status } };
  }

  const dataOf = ({ address }: LoopbackPeer): string => join(directory, "org1", statefulSetOf(address.pod), "data");

  function inputs() {
    return {
      nodes: rolloutNodes(peers.map(({ address }) => address)),
      channels: [],
      orderers: [],
      operationsPort: 0,
      administrators: [fabric.organization("org1").administrator],
      peers: peers.map(({ address }) => address),
    };
  }

  /** Restarts all peers outside of `current`; `between` runs while one is away. */
  function operation(current: string[], between: (peer: LoopbackPeer) => void = () => undefined) {
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async ({ name }) => ({ isCurrent: [...current, ...restarts].includes(name), isReady: true }),
      untilAvailable: async () => undefined,
      restart: async ({ name }) => {
        const peer = peers.find(({ address }) => address.name === name) as LoopbackPeer;
        await peer.process.stop();
        between(peer);
        peer.process.start();
        restarts.push(name);
      },
    };
    return testOperation({ restarter });
  }

  it("does not wait for channels that a peer has never joined", async () => {
    const { state } = await fabricRollout.create(inputs(), operation([]).context);
    assert.deepEqual(restarts, ["org1/peer0", "org1/peer1"]);
    assert.deepEqual(state.joined, [
      { peer: "org1/peer0", channels: [] },
      { peer: "org1/peer1", channels: [] },
    ]);
  });

  it("goes on when each peer has its channel again, and remembers it", async () => {
    const config = fabric.channelConfig(channelId);
    const { context } = testOperation();
    const { state: made } = await channel.create(
      {
        config,
        orderers: fabric.orderers.map(({ address }) => address),
        administrators: fabric.administrators,
        allowDelete: false,
        peers: [],
        restart: false,
      },
      context,
    );
    const administrator = fabric.organization("org1").administrator;
    const chain = {
      channelId,
      genesisHash: blockDataHash(made.genesisBlock),
      orderers: fabric.orderers.map(({ address }) => address),
    };
    for (const { address } of peers) {
      await channelMembership.create({ ...chain, peer: address, administrator }, context);
    }
    const update = { id: "", inputs: inputs(), newInputs: inputs(), state: { joined: [] } };
    const state = await fabricRollout.update(update, operation([]).context);
    assert.deepEqual(restarts, ["org1/peer0", "org1/peer1"]);
    assert.deepEqual(state.joined, [
      { peer: "org1/peer0", channels: [channelId] },
      { peer: "org1/peer1", channels: [channelId] },
    ]);
  });

  it("restarts no orderer with a release that does not know a channel's capabilities, whose config block would end it", async () => {
    const { orderers, administrators } = fabric;
    const rollout = (release: string) => ({
      ...inputs(),
      nodes: rolloutNodes(orderers.map(({ address }) => address)),
      channels: [channelId],
      orderers: orderers.map(({ address }) => address),
      administrators,
      peers: [],
      release,
    });
    const change = (from: string, to: string) => {
      const request = { id: "", inputs: rollout(from), newInputs: rollout(to), state: { joined: [] } };
      const restarter: Restarter = {
        ...createNodeAccess(undefined).restarter,
        condition: async () => ({ isCurrent: false, isReady: true }),
        untilAvailable: async () => undefined,
        restart: async ({ name }) => void restarts.push(name),
      };
      return fabricRollout.update(request, testOperation({ restarter }).context);
    };
    await assert.rejects(
      change("3.1.4", "2.4.9"),
      /release: given "2\.4\.9"; must be 2\.5\.0 or later, because channel trade has the application capability V2_5/,
    );
    assert.deepEqual(restarts, []);
    await change("3.1.4", "2.5.16");
    assert.deepEqual(restarts, ["orderer/orderer0"]);
  });

  it("halts at a peer without its channel, again with the next run, until it has it or a refresh says it must not", async () => {
    const [first] = peers as [LoopbackPeer];
    const backup = join(directory, "backup");
    const lose = (peer: LoopbackPeer): void => {
      if (peer !== first) return;
      cpSync(dataOf(peer), backup, { recursive: true });
      rmSync(dataOf(peer), { recursive: true });
    };
    const update = { id: "", inputs: inputs(), newInputs: inputs(), state: { joined: [] } };
    const halted = await fabricRollout
      .update(update, hurry(operation([], lose).context))
      .catch((error: unknown) => error);
    assert.ok(halted instanceof PartialUpdate, String(halted));
    assert.match(
      halted.message,
      /^org1\/peer0 runs without channel trade, which it had, so no other peer is restarted/,
    );
    assert.deepEqual(restarts, ["org1/peer0"]);

    const state = halted.state as { joined: { peer: string; channels: string[] }[] };
    const again = fabricRollout.update({ ...update, state }, hurry(operation(["org1/peer0"]).context));
    await assert.rejects(again, /org1\/peer0 runs without channel trade/);
    assert.deepEqual(restarts, ["org1/peer0"], "the other one still serves");

    const seen = await fabricRollout.read({ id: "", inputs: inputs(), state }, testOperation().context);
    assert.deepEqual(seen?.state.joined, [
      { peer: "org1/peer0", channels: [] },
      { peer: "org1/peer1", channels: [channelId] },
    ]);

    await first.process.stop();
    rmSync(dataOf(first), { recursive: true });
    cpSync(backup, dataOf(first), { recursive: true });
    first.process.start();
    await fabricRollout.update({ ...update, state }, operation(["org1/peer0"]).context);
    assert.deepEqual(restarts, ["org1/peer0", "org1/peer1"]);
  });

  it("refuses peers that the orderers cannot go on with: ahead of them, or with another block at the same height", async () => {
    const [orderer] = fabric.orderers as [LoopbackOrderer];
    const { context } = testOperation();
    const wish = (timeout: string) => {
      const config = fabric.channelConfig(channelId);
      return {
        config: { ...config, batch: { ...config.batch, timeout } },
        orderers: [orderer.address],
        administrators: fabric.administrators,
        allowDelete: false,
        peers: [],
        restart: false,
      };
    };
    const first = wish(fabric.channelConfig(channelId).batch.timeout);
    const { state } = await channel.create(first, context);
    const change = (timeout: string) =>
      channel.update({ id: channelId, inputs: first, state, newInputs: wish(timeout) }, context);
    const compare = () => {
      const follows = [orderer.address];
      const newInputs = { ...inputs(), follows };
      const current = peers.map(({ address }) => address.name);
      const update = { id: "", inputs: inputs(), newInputs, state: { joined: [] } };
      return fabricRollout.update(update, operation(current).context);
    };

    const older = join(directory, "older");
    await orderer.process.stop();
    cpSync(orderer.dataDirectory, older, { recursive: true });
    orderer.process.start();
    await compare();
    await change("3s");
    await untilPeersHave(2);
    await compare();

    await orderer.process.stop();
    rmSync(orderer.dataDirectory, { recursive: true });
    cpSync(older, orderer.dataDirectory, { recursive: true });
    orderer.process.start();
    await assert.rejects(
      compare(),
      /org1\/peer0 has 2 blocks of channel trade, and the orderers 1: .* Give it a backup[^]*org1\/peer1 has 2 blocks/,
    );
    await change("4s");
    await assert.rejects(
      compare(),
      /org1\/peer0 has another block 1 of channel trade than orderer\/orderer0: .* another chain/,
    );
  });

  async function untilPeersHave(blocks: number): Promise<void> {
    const { context } = testOperation();
    const administrator = identityOf(fabric.organization("org1").administrator);
    await Session.run(context, (session) =>
      waitUntil<true>(
        async () => {
          const clients = await Promise.all(peers.map(({ address }) => session.peer(address)));
          const heights = await Promise.all(clients.map((client) => chainHeight(client, administrator, channelId)));
          return heights.every((height) => height === blocks) ? true : new NotYet(heights.join());
        },
        waitOptions(context, `${blocks} blocks`),
      ),
    );
  }
});
