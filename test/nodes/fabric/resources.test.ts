/**
 * The fabric resources against real orderers and peers, run as processes: first runs, repeated, interrupted and changed
 * ones, and drift. Without cluster and Pulumi; provider-up.test.ts adds the engine and the Kubernetes API.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askMetrics } from "../../../provider/fabric/clients/orderer-metrics";
import { OrdererAdmin } from "../../../provider/fabric/clients/orderer-admin";
import { loopbackDialer, type Dialer } from "../../../provider/kubernetes/dialer";
import { NotYet, waitUntil } from "../../../provider/framework/wait";
import { CancelledError } from "../../../provider/framework/errors";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import type { RolloutNode } from "../../../provider/kubernetes/sdk";
import { fabricRollout } from "../../../provider/fabric/resources/rollout";
import { chaincode } from "../../../provider/fabric/resources/chaincode";
import { channel } from "../../../provider/fabric/resources/channel";
import { channelMembership } from "../../../provider/fabric/resources/channel-membership";
import { blockDataHash, buildGenesisBlock } from "../../../ledger/fabric/genesis";
import type { ChaincodeInputs, ChannelInputs } from "../../../provider/fabric/sdk";
import { paths } from "../../../tools/paths";
import { invoke, query } from "../../support/gateway";
import {
  LoopbackFabric,
  ordererOperationsPort,
  rolloutNodes,
  type LoopbackOrganization,
} from "../../support/loopback-fabric";
import { isOfBft, missingIn, namedByFabric } from "../../support/named-metrics";
import { fabricMetrics } from "../../support/node-metrics";
import { testOperation } from "../../support/operation";
import { freePorts } from "../../support/processes";
import { TinyChaincode } from "../../support/tiny-chaincode";

const channelId = "trade";
type ChannelState = Awaited<ReturnType<typeof channel.create>>["state"];

describe("fabric resources on real nodes", function () {
  this.timeout(180_000);

  const server = new TinyChaincode();
  let directory: string;
  let fabric: LoopbackFabric;
  let inputs: Required<ChannelInputs>;
  let state: ChannelState;
  let chaincodeInputs: ChaincodeInputs & { initRequired: boolean };
  /** With the organisation that comes later. */
  let grown: typeof chaincodeInputs;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "ledger-fabric-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 4,
      organizations: [
        { name: "org1", mspId: "Org1MSP", peers: 2 },
        { name: "org2", mspId: "Org2MSP", peers: 2 },
        { name: "org3", mspId: "Org3MSP", peers: 1 },
      ],
    });
    fabric.start();
    const [port = 0] = await freePorts(1);
    const tiny = fabric.chaincodePackage("tiny_1.0", `127.0.0.1:${port}`);
    server.packageId = tiny.packageId;
    await server.listen(port);
    inputs = channelInputs({ consenters: 3, organizations: ["org1", "org2"] });
    chaincodeInputs = {
      channelId: channelId,
      name: "tiny",
      version: "1.0",
      initRequired: false,
      organizations: [fabric.chaincodeOrganization("org1", tiny), fabric.chaincodeOrganization("org2", tiny)],
    };
  });

  after(async () => {
    server.close();
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  function channelInputs(options: Parameters<LoopbackFabric["channelConfig"]>[1]): Required<ChannelInputs> {
    return {
      config: fabric.channelConfig(channelId, options),
      orderers: fabric.orderers.slice(0, options?.consenters).map(({ address }) => address),
      administrators: fabric.administrators,
      allowDelete: false,
      peers: fabric.organizations.flatMap(({ peers }) => peers.map(({ address }) => address)),
      restart: false,
      signatures: [],
      founderView: { sequence: 0, members: ["Org1MSP"] },
      joiningOrderers: [],
      carriedBy: [],
      approved: [],
      operationsPort: 0,
      release: "3.1.4",
    };
  }

  /** The channel with an orderer of another company. */
  function withOrderersOf(mspId: string): Required<ChannelInputs> {
    const { ordererOrganizations, consenters } = inputs.config;
    const [organization, consenter] = [ordererOrganizations[0]!, consenters[0]!];
    const config = {
      ...inputs.config,
      ordererOrganizations: [
        ...ordererOrganizations,
        { ...organization, name: "bell", msp: { ...organization.msp, mspId } },
      ],
      consenters: [...consenters, { ...consenter, host: "orderer.bell.example", mspId }],
    };
    return { ...inputs, config };
  }

  /** Orderers that report to lead the channel. */
  async function leaders(): Promise<string[]> {
    const { context } = testOperation({ dialer: fabric.operationsDialer });
    const led = await Promise.all(
      fabric.orderers.map(async ({ address }) => ({
        name: address.name,
        channels: (await askMetrics(address, ordererOperationsPort, context))?.channelsLed ?? [],
      })),
    );
    return led.filter(({ channels }) => channels.includes(channelId)).map(({ name }) => name);
  }

  /** Waits for the end of an election. */
  async function currentLeader(): Promise<string> {
    return waitUntil(async () => (await leaders())[0] ?? new NotYet("nobody leads"), {
      signal: AbortSignal.timeout(60_000),
      waitingFor: "a leader",
      status: () => undefined,
    });
  }

  async function joinPeers(organization: LoopbackOrganization): Promise<void> {
    await Promise.all(
      organization.peers.map(({ address }) =>
        channelMembership.create(
          {
            channelId,
            genesisHash: blockDataHash(state.genesisBlock),
            orderers: fabric.orderers.map(({ address: orderer }) => orderer),
            peer: address,
            administrator: organization.administrator,
          },
          testOperation().context,
        ),
      ),
    );
  }

  it("creates a channel that an interrupted run began on most orderers, with the same genesis block", async () => {
    const { context } = testOperation();
    for (const { address } of fabric.orderers.slice(0, inputs.config.consenters.length - 1)) {
      const admin = await OrdererAdmin.open(address, { ...context, status: context.log.status });
      await admin.join(channelId, buildGenesisBlock(inputs.config));
      await admin.close();
    }

    const created = await channel.create(inputs, context);

    assert.equal(created.id, channelId);
    assert.equal(created.state.genesisBlock, Buffer.from(buildGenesisBlock(inputs.config)).toString("base64"));
    assert.equal(created.state.configSequence, 0);
    state = created.state;
  });

  it("creates a channel that is there already without sending anything", async () => {
    const { context, messages } = testOperation();
    assert.deepEqual((await channel.create(inputs, context)).state, state);
    assert.deepEqual(messages.info, []);
  });

  it("joins peers while an orderer is away, and joins them again", async () => {
    const away = fabric.orderers[0]?.process;
    assert.ok(away);
    await away.kill();
    await Promise.all(["org1", "org2"].map((name) => joinPeers(fabric.organization(name))));
    away.start();
    await joinPeers(fabric.organization("org2"));
  });

  it("refuses to take a peer's other chain of the same name for the channel", async () => {
    const other = { ...inputs.config, batch: { ...inputs.config.batch, timeout: "7s" } };
    const { administrator, peers } = fabric.organization("org1");
    const peer = peers[0]?.address;
    assert.ok(peer);
    const genesisHash = blockDataHash(buildGenesisBlock(other));
    const { orderers } = inputs;
    await assert.rejects(
      channelMembership.create({ channelId, genesisHash, orderers, peer, administrator }, testOperation().context),
      { message: /^Org1MSP, node org1\/peer0: joining channel trade failed: it already holds another chain/ },
    );
  });

  it("names organisation, node, step, answer and remedy when a signer is no administrator", async () => {
    const org1 = fabric.organization("org1");
    const org2 = fabric.organization("org2");
    const peer = org1.peers[0]?.address;
    assert.ok(peer);
    const membership = {
      channelId,
      genesisHash: blockDataHash(state.genesisBlock),
      orderers: inputs.orderers,
      peer,
      administrator: org2.administrator,
    };
    await assert.rejects(channelMembership.create(membership, testOperation().context), (error: Error) => {
      assert.match(error.message, /^Org1MSP, node org1\/peer0: listing its channels failed: .*access denied/);
      assert.match(error.message, / - the signer is no administrator/);
      assert.doesNotMatch(error.message, /PRIVATE KEY/);
      return true;
    });
  });

  it("names the certificate when an orderer does not accept it for its admin port", async () => {
    const { certificate, privateKey } = fabric.organization("org1").administrator;
    const orderers = inputs.orderers.map((orderer) => ({
      ...orderer,
      adminCertificate: certificate,
      adminPrivateKey: privateKey,
    }));
    await assert.rejects(channel.create({ ...inputs, orderers }, testOperation().context), {
      message:
        /^OrdererMSP, node orderer\/orderer\d: reading its part in channel trade failed: .* - the node did not accept the TLS client certificate/,
    });
  });

  it("converges when chaincode deployment is cut off at any moment", async () => {
    for (const milliseconds of [20, 60, 120, 200, 300, 400]) {
      const stop = new AbortController();
      setTimeout(() => stop.abort(new CancelledError("cut off")), milliseconds);
      await chaincode
        .create(chaincodeInputs, testOperation({ signal: stop.signal }).context)
        .catch((error: unknown) => {
          assert.ok(error instanceof CancelledError, String(error));
        });
    }
    const { state: deployed } = await chaincode.create(chaincodeInputs, testOperation().context);
    assert.deepEqual(deployed, { channelId: channelId, name: "tiny", sequence: 1 });
  });

  it("deploys what is deployed already without a transaction", async () => {
    const { context, messages } = testOperation();
    assert.equal((await chaincode.create(chaincodeInputs, context)).state.sequence, 1);
    assert.deepEqual(messages.status, []);
  });

  it("leaves a network that transacts through a peer of each organisation", async () => {
    await invoke(fabric.organization("org1"), channelId, "tiny", ["put", "asset", "42"], ["Org1MSP", "Org2MSP"]);
    assert.equal(await query(fabric.organization("org2"), channelId, "tiny", ["get", "asset"]), "42");
  });

  it("exports every metric that alerts and dashboards name, but for those of BFT orderers", async () => {
    const nodes = [...fabric.orderers, ...fabric.organization("org1").peers];
    const names = namedByFabric().filter((name) => !isOfBft(name));
    assert.deepEqual(missingIn(await Promise.all(nodes.map(fabricMetrics)), names), []);
  });

  it("commits a changed definition as the next sequence, and a changed package at the same one", async () => {
    const strict = { ...chaincodeInputs, endorsementPolicy: "AND('Org1MSP.peer','Org2MSP.peer')" };
    const previous = { id: "", inputs: chaincodeInputs, state: { channelId: channelId, name: "tiny", sequence: 1 } };
    const next = await chaincode.update({ ...previous, newInputs: strict }, testOperation().context);
    assert.equal(next.sequence, 2);

    const moved = fabric.chaincodePackage("tiny_1.1", "127.0.0.1:9");
    const organizations = ["org1", "org2"].map((name) => fabric.chaincodeOrganization(name, moved));
    const packaged = await chaincode.update(
      { id: "", inputs: strict, state: next, newInputs: { ...strict, organizations } },
      testOperation().context,
    );
    assert.equal(packaged.sequence, 2);

    const back = { ...previous, inputs: { ...strict, organizations }, state: packaged, newInputs: strict };
    assert.equal((await chaincode.update(back, testOperation().context)).sequence, 2);
    chaincodeInputs = strict;
    await invoke(fabric.organization("org2"), channelId, "tiny", ["put", "asset", "43"], ["Org1MSP", "Org2MSP"]);
  });

  it("carries committed collections on to the next definition, also when the program names none", async () => {
    const collections = [
      { name: "deals", policy: "OR('Org1MSP.member','Org2MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 },
    ];
    const wished = { ...chaincodeInputs, collections };
    const was = { channelId: channelId, name: "tiny", sequence: 2 };
    const before = { id: "", inputs: chaincodeInputs, state: was, newInputs: wished };
    const first = await chaincode.update(before, testOperation().context);
    assert.equal(first.sequence, 3);
    const read = await chaincode.read({ id: "", inputs: wished, state: first }, testOperation().context);
    assert.deepEqual(read, { inputs: wished, state: first });
    const next = { ...chaincodeInputs, version: "1.1" };
    const carried = await chaincode.update(
      { id: "", inputs: chaincodeInputs, state: first, newInputs: next },
      testOperation().context,
    );
    assert.equal(carried.sequence, 4);
    const kept = { ...next, collections };
    assert.deepEqual(
      (await chaincode.read({ id: "", inputs: kept, state: carried }, testOperation().context))?.inputs,
      kept,
    );
    chaincodeInputs = next;
  });

  it("reads a channel and a chaincode back as they were declared", async () => {
    const read = await channel.read({ id: channelId, inputs, state }, testOperation().context);
    assert.deepEqual(read, { inputs, state });
    const definition = { channelId: channelId, name: "tiny", sequence: 4 };
    const deployed = await chaincode.read(
      { id: "", inputs: chaincodeInputs, state: definition },
      testOperation().context,
    );
    assert.deepEqual(deployed, { inputs: chaincodeInputs, state: definition });
  });

  it("reads a chaincode from the peers that are in the channel, when the first one lost it with its volume", async () => {
    const org3 = fabric.chaincodeOrganization("org3", fabric.chaincodePackage("tiny_1.0", "127.0.0.1:1"));
    const organizations = [org3, ...chaincodeInputs.organizations];
    const definition = { channelId: channelId, name: "tiny", sequence: 4 };
    const read = await chaincode.read(
      { id: "", inputs: { ...chaincodeInputs, organizations }, state: definition },
      testOperation().context,
    );
    assert.deepEqual(read?.inputs.organizations, [
      { ...org3, peers: [], packageId: "none approved" },
      ...chaincodeInputs.organizations,
    ]);
    assert.deepEqual(read?.state, definition);
  });

  it("proposes an update that others must sign, sends nothing, and takes it back with the wish", async () => {
    const { context, messages } = testOperation();
    const wished = channelInputs({ consenters: 3 });
    const grown = { ...wished, administrators: [fabric.ordererAdministrator] };
    const proposing = await channel.update({ id: channelId, inputs, state, newInputs: grown }, context);
    assert.deepEqual(proposing.proposal?.missing, ["/Channel/Application/Admins needs 2 of (Org1MSP, Org2MSP)"]);
    assert.equal(proposing.configSequence, state.configSequence);
    assert.deepEqual(proposing.changedElsewhere, []);
    assert.deepEqual(proposing.inForce, inputs.config);
    assert.match(
      messages.warn.join("\n"),
      /waits for signatures: .*; signed by OrdererMSP\. What it changes: add peer organisation org3/,
    );

    const again = await channel.update(
      { id: channelId, inputs: grown, state: proposing, newInputs: grown },
      testOperation().context,
    );
    assert.deepEqual(again, proposing);

    const back = testOperation();
    const taken = await channel.update(
      { id: channelId, inputs: grown, state: proposing, newInputs: inputs },
      back.context,
    );
    assert.deepEqual(taken, state);
    assert.match(back.messages.warn.join("\n"), /is withdrawn/);
  });

  it("adds an organisation and a consenter and changes the batch time by config updates", async () => {
    const grown = channelInputs({ consenters: 4, batchTimeout: "300ms" });
    const { context, messages } = testOperation();
    const updated = await channel.update({ id: channelId, inputs, state, newInputs: grown }, context);
    assert.equal(updated.genesisBlock, state.genesisBlock);
    assert.equal(updated.configSequence, messages.info.length);

    assert.deepEqual(await channel.read({ id: channelId, inputs: grown, state: updated }, testOperation().context), {
      inputs: grown,
      state: updated,
    });
    inputs = grown;
    state = updated;
  });

  it("changes what is wished here, and leaves in place what was added and changed elsewhere", async () => {
    // The same channel in the state of a stack that does not know the previous update.
    const unaware = channelInputs({ consenters: 3, organizations: ["org1", "org2"] });
    const aged = { ...state, configSequence: 0, changedElsewhere: [] };
    const read = await channel.read({ id: channelId, inputs: unaware, state: aged }, testOperation().context);
    assert.deepEqual(read?.inputs, unaware);
    const added = fabric.orderers[3]?.address.port;
    const elsewhere = [
      `orderer organisation orderer: endpoints +localhost:${added}`,
      "add peer organisation org3",
      `add consenter localhost:${added}`,
      "batch timeout 200ms -> 300ms",
    ];
    assert.deepEqual(read.state.changedElsewhere, elsewhere);
    assert.deepEqual(
      channel.diff({ oldInputs: read.inputs, oldState: read.state, newInputs: unaware, now: new Date() }),
      [],
    );

    const wish = (batch: object) => ({
      ...unaware,
      config: { ...unaware.config, batch: { ...unaware.config.batch, ...batch } },
    });
    const { context, messages } = testOperation();
    const updated = await channel.update(
      { id: channelId, ...read, newInputs: wish({ maxMessageCount: 400 }) },
      context,
    );
    assert.deepEqual(updated.changedElsewhere, elsewhere);
    assert.deepEqual(
      messages.info.filter((message) => message.includes("config update")),
      [`config update ${updated.configSequence} of channel trade: batch maxMessageCount 500 -> 400`],
    );
    await assert.rejects(
      channel.update({ id: channelId, ...read, newInputs: wish({ timeout: "100ms" }) }, testOperation().context),
      { message: /config\.batch\.timeout: must be "300ms", not "100ms", because somebody else .* from "200ms"/ },
    );
    const back = { id: channelId, inputs: wish({ maxMessageCount: 400 }), state: updated, newInputs: unaware };
    state = { ...(await channel.update(back, testOperation().context)), changedElsewhere: [] };
    assert.deepEqual(await channel.read({ id: channelId, inputs, state }, testOperation().context), { inputs, state });
  });

  it("brings the new organisation in: its peer joins, gets the package and approves the committed sequence", async () => {
    const org3 = fabric.organization("org3");
    await joinPeers(org3);
    const tiny = {
      packageId: server.packageId,
      label: "tiny_1.0",
      bytes: Buffer.from(chaincodeInputs.organizations[0]?.package ?? "", "base64"),
    };
    grown = {
      ...chaincodeInputs,
      organizations: [...chaincodeInputs.organizations, fabric.chaincodeOrganization("org3", tiny)],
    };
    const previous = { id: "", inputs: chaincodeInputs, state: { channelId: channelId, name: "tiny", sequence: 4 } };
    assert.equal((await chaincode.update({ ...previous, newInputs: grown }, testOperation().context)).sequence, 4);
    assert.equal(await query(org3, channelId, "tiny", ["get", "asset"]), "43");
  });

  it("takes an organisation back whose only peer lost its volume, and with it what only its organisation knew", async () => {
    const org3 = fabric.organization("org3");
    const [peer] = org3.peers;
    assert.ok(peer);
    await peer.process.stop();
    rmSync(peer.dataDirectory, { recursive: true });
    mkdirSync(peer.dataDirectory);
    peer.process.start();
    await joinPeers(org3);
    const was = { id: "", inputs: grown, state: { channelId: channelId, name: "tiny", sequence: 4 } };
    assert.equal((await chaincode.update({ ...was, newInputs: grown }, testOperation().context)).sequence, 4);
    assert.equal(await query(org3, channelId, "tiny", ["get", "asset"]), "43");
    assert.deepEqual((await chaincode.read(was, testOperation().context))?.inputs, grown);

    const other = fabric.chaincodeOrganization("org3", fabric.chaincodePackage("tiny_1.2", "127.0.0.1:9"));
    const moved = { ...grown, organizations: [...chaincodeInputs.organizations, other] };
    await assert.rejects(chaincode.update({ ...was, newInputs: moved }, testOperation().context), {
      message:
        /^Org3MSP approved chaincode tiny of channel trade, sequence 4, with another package than tiny_1\.2:.* lost .* by another `version`/,
    });
  });

  it("restarts orderers one at a time, and the channel orders transactions while each is away", async () => {
    const org1 = fabric.organization("org1");
    const stale = new Set(fabric.orderers.map(({ address }) => address.name));
    const restarts: string[] = [];
    const restartedLeaders: string[] = [];
    const find = ({ name }: RolloutNode) => fabric.orderers.find(({ address }) => address.name === name)?.process;
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async (node) => ({ isCurrent: !stale.has(node.name), isReady: true }),
      untilAvailable: async () => undefined,
      restart: async (node) => {
        if ((await leaders()).includes(node.name)) restartedLeaders.push(node.name);
        await find(node)?.stop();
        restarts.push(node.name);
        await invoke(org1, channelId, "tiny", ["put", "asset", String(100 + restarts.length)], ["Org1MSP", "Org2MSP"]);
        find(node)?.start();
        stale.delete(node.name);
      },
    };
    const nodes = rolloutNodes(fabric.orderers.map(({ address }) => address));
    const { orderers, administrators } = inputs;
    const leader = await currentLeader();
    nodes.sort((a, b) => Number(b.name === leader) - Number(a.name === leader));
    await fabricRollout.create(
      {
        nodes,
        channels: [channelId, "not-there-yet"],
        orderers,
        administrators,
        operationsPort: ordererOperationsPort,
        peers: [],
      },
      testOperation({ restarter, dialer: fabric.operationsDialer }).context,
    );
    assert.deepEqual([...restarts].sort(), nodes.map(({ name }) => name).sort());
    // The leader was first in the list and restarted last: the restarts before it caused no election.
    assert.deepEqual(
      restartedLeaders.filter((name) => name !== restarts.at(-1)),
      [],
    );
    assert.equal(await query(org1, channelId, "tiny", ["get", "asset"]), "104");
  });

  it("brings back an orderer that lost its volume as a new consenter, and nothing else has to restart", async () => {
    const leader = await currentLeader();
    const lost = fabric.orderers.find(({ address }) => address.name !== leader);
    assert.ok(lost);
    await lost.process.kill();
    rmSync(lost.dataDirectory, { recursive: true });
    mkdirSync(lost.dataDirectory);
    lost.process.start();
    const pids = fabric.orderers.map(({ process }) => process.pid);

    const drift = await channel.read({ id: channelId, inputs, state }, testOperation().context);
    assert.ok(drift);
    assert.ok(!drift.inputs.orderers.some(({ name }) => name === lost.address.name));
    const { context, messages } = testOperation();
    state = await channel.update({ id: channelId, ...drift, newInputs: inputs }, context);
    assert.match(messages.info.join("\n"), /lost what it had of channel trade.*remove consenter.*add consenter/s);

    await invoke(fabric.organization("org1"), channelId, "tiny", ["put", "asset", "105"], ["Org1MSP", "Org2MSP"]);
    const admin = await OrdererAdmin.open(lost.address, { ...context, status: context.log.status });
    const part = await admin.participation(channelId);
    await admin.close();
    assert.deepEqual([part?.consensusRelation, part?.status], ["consenter", "active"]);
    assert.deepEqual(
      fabric.orderers.map(({ process }) => process.pid),
      pids,
    );
  });

  it("removes a consenter and makes its orderer leave", async () => {
    const shrunk = channelInputs({ consenters: 3, batchTimeout: "300ms" });
    const updated = await channel.update({ id: channelId, inputs, state, newInputs: shrunk }, testOperation().context);
    const { context } = testOperation();
    const former = fabric.orderers[3]?.address;
    assert.ok(former);
    const admin = await OrdererAdmin.open(former, { ...context, status: context.log.status });
    assert.equal(await admin.participation(channelId), undefined);
    await admin.close();
    inputs = shrunk;
    state = updated;
  });

  it("waits for an orderer that is down and goes on when it is back", async () => {
    const [node] = fabric.orderers;
    assert.ok(node);
    await node.process.kill();
    const faster = channelInputs({ consenters: 3, batchTimeout: "200ms" });
    const { context, messages } = testOperation();
    const updating = channel.update({ id: channelId, inputs, state, newInputs: faster }, context);
    const status = context.log.status;
    await new Promise<void>((resolve) => {
      context.log.status = (message) => {
        status(message);
        if (message.includes("orderer/orderer0 to answer")) resolve();
      };
    });
    node.process.start();
    state = await updating;
    assert.ok(messages.status.some((message) => message.includes("waiting for orderer/orderer0 to answer")));
    inputs = faster;
  });

  it("keeps a channel in the state when no orderer has a pod, unless it may be deleted, which is then made again", async () => {
    const nowhere: Dialer = { ...loopbackDialer, presence: async () => "absent" };
    const { context, messages } = testOperation({ dialer: nowhere });
    const kept = await channel.read({ id: channelId, inputs, state }, context);
    assert.deepEqual(kept, { inputs: { ...inputs, orderers: [] }, state });
    assert.match(messages.warn.join(), /none of the orderers .* carries it.*Restore the orderers' volumes/s);
    const deletable = { ...inputs, allowDelete: true };
    assert.equal(await channel.read({ id: channelId, inputs: deletable, state }, context), undefined);
    // What partners have is not gone with this stack's nodes.
    const shared = { id: channelId, inputs: deletable, state: { ...state, members: ["Org9MSP"] } };
    assert.deepEqual(await channel.read(shared, context), {
      ...kept,
      inputs: { ...deletable, orderers: [] },
      state: shared.state,
    });
  });

  it("forgets a channel by default and says so, and makes the orderers leave when deletion is allowed", async () => {
    const kept = testOperation();
    await channel.delete({ id: channelId, inputs, state }, kept.context);
    assert.match(kept.messages.info.join(), /channel trade is forgotten, not deleted/);
    assert.ok(await channel.read({ id: channelId, inputs, state }, testOperation().context));

    const deletable = { ...inputs, allowDelete: true };
    await channel.delete({ id: channelId, inputs: deletable, state }, testOperation().context);
    assert.equal(await channel.read({ id: channelId, inputs: deletable, state }, testOperation().context), undefined);
    await channel.delete({ id: channelId, inputs: deletable, state }, testOperation().context);
  });

  it("is not begun a second time while the state or a peer remembers it, unless that is asked for", async () => {
    for (const { process, dataDirectory } of fabric.orderers) {
      await process.kill();
      rmSync(dataDirectory, { recursive: true });
      mkdirSync(dataDirectory);
      process.start();
    }
    const again = { id: channelId, inputs: { ...inputs, orderers: [] }, state, newInputs: inputs };
    await assert.rejects(channel.update(again, testOperation().context), {
      message: /^channel trade: it exists, at config \d+ when last seen, but none of the orderers .*`restart: true`/,
    });
    await assert.rejects(channel.create(inputs, testOperation().context), {
      message: /^channel trade: org1\/peer0, .* are in it, but none of the orderers/,
    });
    // Orderers of a partner can have it only where the channel had them, which a wish does not say.
    const bell = withOrderersOf("BellMSP");
    const wished = channel.update({ ...again, newInputs: bell }, testOperation().context);
    await assert.rejects(wished, { message: /^(?!.*BellMSP).*`restart: true`/ });
    const known = channel.update({ ...again, inputs: { ...bell, orderers: [] } }, testOperation().context);
    const partners = /^(?!.*restart: true).*Orderers of BellMSP may carry it still/;
    await assert.rejects(known, { message: partners });
    await assert.rejects(channel.create(bell, testOperation().context), { message: partners });
    const told = { ...inputs, peers: [], carriedBy: ["bell"] };
    await assert.rejects(channel.create(told, testOperation().context), {
      message:
        /^channel trade: bell has it by the public part, begun by orderers of OrdererMSP \(.*\), but none of the orderers .*those of partners too/,
    });
    const restart = { ...again, newInputs: { ...inputs, restart: true } };
    const anew = await channel.update(restart, testOperation().context);
    assert.equal(anew.configSequence, 0);
    assert.notEqual(anew.genesisBlock, state.genesisBlock);
    await assert.rejects(channel.update(again, testOperation().context), {
      message: /carries another chain of that name, with another first block than the state remembers/,
    });
  });
});
