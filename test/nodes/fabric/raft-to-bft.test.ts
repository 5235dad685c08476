/**
 * A raft channel with data that becomes a BFT channel on real orderers, with an interruption at every step. A second
 * channel of the same orderers stays raft and has its service between their restarts.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockDataHash } from "../../../ledger/fabric/genesis";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { askMetrics } from "../../../provider/fabric/clients/orderer-metrics";
import { chaincode } from "../../../provider/fabric/resources/chaincode";
import { channel } from "../../../provider/fabric/resources/channel";
import { channelMembership } from "../../../provider/fabric/resources/channel-membership";
import { CancelledError } from "../../../provider/framework/errors";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { paths } from "../../../tools/paths";
import { invoke, query } from "../../support/gateway";
import { LoopbackFabric, ordererOperationsPort } from "../../support/loopback-fabric";
import { testOperation, type TestOperation } from "../../support/operation";
import { freePorts } from "../../support/processes";
import { TinyChaincode } from "../../support/tiny-chaincode";

const channelId = "trade";
const otherChannelId = "other";
type Inputs = Parameters<(typeof channel)["create"]>[0];
type State = Awaited<ReturnType<typeof channel.create>>["state"];

describe("a raft channel that becomes BFT", function () {
  this.timeout(180_000);
  this.bail(true);

  const server = new TinyChaincode();
  const restarted: string[] = [];
  let directory: string;
  let fabric: LoopbackFabric;
  let inputs: Inputs;
  let state: State;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "raft-to-bft-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 4,
      organizations: [{ name: "org1", mspId: "Org1MSP", peers: 1 }],
    });
    fabric.start();
    const [port = 0] = await freePorts(1);
    const tiny = fabric.chaincodePackage("tiny_1.0", `127.0.0.1:${port}`);
    server.packageId = tiny.packageId;
    await server.listen(port);
    inputs = inputsOf(fabric.channelConfig(channelId));
    const { context } = operation();
    await channel.create(inputsOf(fabric.channelConfig(otherChannelId)), context);
    ({ state } = await channel.create(inputs, context));
    const { administrator, peers } = fabric.organization("org1");
    await channelMembership.create(
      {
        channelId,
        genesisHash: blockDataHash(state.genesisBlock),
        orderers: inputs.orderers,
        peer: peers[0]!.address,
        administrator,
      },
      context,
    );
    const organizations = [fabric.chaincodeOrganization("org1", tiny)];
    await chaincode.create({ channelId, name: "tiny", version: "1.0", initRequired: false, organizations }, context);
    await put("before", "1");
  });

  after(async () => {
    server.close();
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  function inputsOf(config: ChannelConfig): Inputs {
    return {
      config,
      orderers: fabric.orderers.map(({ address }) => address),
      administrators: fabric.administrators,
      allowDelete: false,
      peers: [],
      restart: false,
      operationsPort: ordererOperationsPort,
    };
  }

  function wish(change: Partial<Pick<ChannelConfig, "consensus" | "capabilities">>): Inputs {
    return { ...inputs, config: { ...inputs.config, ...change } };
  }

  /** An operation whose restarts are those of processes. */
  function operation(signal?: AbortSignal): TestOperation {
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      replace: async ({ name }) => {
        const process = fabric.orderers.find(({ address }) => address.name === name)?.process;
        assert.ok(process);
        await process.stop();
        process.start();
        restarted.push(name);
      },
    };
    return testOperation({ dialer: fabric.operationsDialer, restarter, signal });
  }

  function update(newInputs: Inputs, { context }: TestOperation): Promise<State> {
    return channel.update({ id: channelId, inputs, state, newInputs }, context);
  }

  async function put(key: string, value: string): Promise<void> {
    await invoke(fabric.organization("org1"), channelId, "tiny", ["put", key, value], ["Org1MSP"]);
    assert.equal(await query(fabric.organization("org1"), channelId, "tiny", ["get", key]), value);
  }

  /** Begins the update, and is cut off when its log says the text. As after `kill -9`, the state stays as it was. */
  async function cutOffAt(text: string, newInputs: Inputs): Promise<void> {
    const stop = new AbortController();
    const { context } = operation(stop.signal);
    const info = (message: string): void => {
      if (message.includes(text)) stop.abort(new CancelledError("cut off"));
    };
    await assert.rejects(
      update(newInputs, { context: { ...context, log: { ...context.log, info } }, messages: never }),
    );
    assert.ok(stop.signal.aborted, `the update does not say: ${text}`);
  }

  const never = { status: [], info: [], warn: [] };
  const raised = { channel: "V3_0", orderer: "V2_0", application: "V2_5" };

  it("is refused without the capability, by its inputs and by the living channel", async () => {
    const wished = wish({ consensus: "BFT", capabilities: raised });
    const problems = channel.validate?.(wished, inputs) ?? [];
    assert.match(problems.map(({ message }) => message).join(), /capability V2_0, and BFT needs V3_0\. First raise/);
    await assert.rejects(update(wished, operation()), { message: /config\.consensus: .* BFT needs V3_0/ });
  });

  it("gets the capability by an update of its own, and takes transactions with it", async () => {
    const wished = wish({ capabilities: raised });
    const op = operation();
    state = await update(wished, op);
    inputs = wished;
    assert.deepEqual(op.messages.info, ["config update 1 of channel trade: capability channel V2_0 -> V3_0"]);
    await put("raised", "2");
  });

  it("goes back from maintenance mode when the wish is taken back, also after an interruption", async () => {
    await cutOffAt("consensus etcdraft -> BFT", wish({ consensus: "BFT" }));
    const read = await channel.read({ id: channelId, inputs, state }, operation().context);
    assert.equal(read?.state.maintenance, true);
    const request = { oldInputs: inputs, oldState: read.state, newInputs: inputs, now: new Date() };
    assert.deepEqual(channel.diff(request), [{ path: "maintenance", kind: "update", isOutput: true }]);
    state = await update(inputs, operation());
    assert.equal(state.maintenance, undefined);
    await put("back", "3");
  });

  it("continues where it was cut off, at every step, and restarts each orderer once", async () => {
    const wished = wish({ consensus: "BFT" });
    const preview = operation();
    await channel.inspect?.(wished, preview.context, { inputs, state });
    const signed = "this stack's signatures are enough";
    const last = `restart each orderer that does not run BFT yet, one at a time, then end maintenance mode; ${signed}`;
    assert.deepEqual(preview.messages.info, [
      `channel trade, step 1 of 3: begin maintenance mode, in which orderers refuse transactions; ${signed}`,
      `channel trade, step 2 of 3: consensus etcdraft -> BFT; ${signed}`,
      `channel trade, step 3 of 3: ${last}`,
    ]);
    await cutOffAt("begin maintenance mode", wished);
    await cutOffAt("consensus etcdraft -> BFT", wished);
    await cutOffAt("restarting", wished);
    await cutOffAt("restarting", wished);
    const half = operation();
    await channel.inspect?.(wished, half.context, { inputs, state });
    assert.deepEqual(half.messages.info, [`channel trade, step 1 of 1: ${last}`]);
    await cutOffAt("end maintenance mode", wished);
    state = await update(wished, operation());
    inputs = wished;
    assert.deepEqual(restarted.sort(), inputs.orderers.map(({ name }) => name).sort());
    assert.equal(state.maintenance, undefined);
    assert.deepEqual(state.changedElsewhere, []);
  });

  it("has its data and takes transactions, and its orderers go on without one of them", async () => {
    assert.equal(await query(fabric.organization("org1"), channelId, "tiny", ["get", "before"]), "1");
    await put("after", "4");
    await fabric.orderers[0]?.process.kill();
    await put("without", "5");
    fabric.orderers[0]?.process.start();
  });

  it("is read back as declared, and has no way back to raft", async () => {
    const read = await channel.read({ id: channelId, inputs, state }, operation().context);
    assert.deepEqual(read, { inputs, state });
    const problems = channel.validate?.(wish({ consensus: "etcdraft" }), inputs) ?? [];
    assert.match(problems.map(({ message }) => message).join(), /must stay "BFT", because Fabric has no way back/);
  });

  it("leaves the other channel of the orderers with raft", async () => {
    const metrics = await askMetrics(fabric.orderers[1]!.address, ordererOperationsPort, operation().context);
    assert.equal(metrics?.value(otherChannelId, "view_number"), undefined);
    assert.notEqual(metrics?.value(otherChannelId, "is_leader"), undefined);
    assert.notEqual(metrics?.value(channelId, "view_number"), undefined);
  });
});
