/**
 * A channel that orderers of two companies order, on real nodes. `acme` founds it with its orderers and org1; `bell` has org2 and
 * orderers, which become consenters one at a time. Steps build on each other.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChannelConfig, Consensus } from "../../../ledger/fabric/channel-config";
import type { ExchangeDocument } from "../../../ledger/fabric/consortium/exchange";
import type { OrderingOrganization } from "../../../ledger/fabric/consortium/organization-json";
import type { Participation } from "../../../provider/fabric/clients/orderer-admin";
import { askMetrics } from "../../../provider/fabric/clients/orderer-metrics";
import { Session } from "../../../provider/fabric/clients/session";
import { approval } from "../../../provider/fabric/resources/approval";
import { channel } from "../../../provider/fabric/resources/channel";
import { untilServed } from "../../../provider/fabric/work/channel-gate";
import { wayByPeers } from "../../../provider/fabric/work/channel-way";
import { NotYet, waitOptions, waitUntil } from "../../../provider/framework/wait";
import { paths } from "../../../tools/paths";
import { LoopbackFabric, type LoopbackOrderer } from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";
import { Companies, type Stack } from "./companies";

const channelName = "trade";

/** Two companies with one channel. */
class Two {
  acme!: Stack;
  bell!: Stack;

  private constructor(
    readonly directory: string,
    readonly fabric: LoopbackFabric,
    readonly companies: Companies,
  ) {}

  static async start(orderers: { acme: number; bell: number }): Promise<Two> {
    const directory = mkdtempSync(join(tmpdir(), "fabric-orderers-"));
    const fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: orderers.acme,
      orderingPartners: [{ name: "bell-orderer", mspId: "BellOrdererMSP", orderers: orderers.bell }],
      organizations: [
        { name: "org1", mspId: "Org1MSP", peers: 1 },
        { name: "org2", mspId: "Org2MSP", peers: 1 },
      ],
      // One that was taken out and did not hear of it in time hears nothing more from the others.
      evictionSuspicion: "5s",
    });
    fabric.start();
    return new Two(directory, fabric, new Companies(fabric, channelName));
  }

  async stop(): Promise<void> {
    await this.fabric.stop();
    rmSync(this.directory, { recursive: true });
  }

  get bellsOrderers(): LoopbackOrderer[] {
    return this.fabric.orderingPartners[0]!.orderers;
  }

  /** Bell's organisation with the first orderers, as its stack has it. */
  ordering(count: number): Required<OrderingOrganization> {
    const { name, msp } = this.fabric.orderingPartners[0]!;
    const consenters = this.bellsOrderers.slice(0, count).map(({ consenter }) => consenter);
    return { name, msp, consenters, endpoints: consenters.map(({ host, port }) => ({ host, port })) };
  }

  /** The same, as acme reads it in bell's document. */
  published(count: number): Required<OrderingOrganization> {
    const organizations: ExchangeDocument["organizations"] = [{ role: "orderer", ...this.ordering(count) }];
    const [read] = this.companies.published("org2", { organizations }).organizations;
    assert.ok(read?.role === "orderer" && read.consenters);
    const { role: _, consenters = [], ...organization } = read;
    return { ...organization, consenters };
  }

  async found(config: ChannelConfig): Promise<void> {
    this.acme = await this.companies.found(config);
    for (const name of ["org1", "org2"]) {
      await this.companies.join(name, Buffer.from(this.acme.state.genesisBlock, "base64"));
    }
  }

  /** What bell's stack asks for, with its first orderers. */
  bellsInputs(config: ChannelConfig, count: number): Stack["inputs"] {
    return {
      config: ordered(config, this.ordering(count)),
      orderers: [],
      joiningOrderers: this.bellsOrderers.slice(0, count).map(({ address }) => address),
      administrators: this.companies.administrators("bell-orderer", "org2"),
      allowDelete: false,
      peers: this.companies.peersOf("org2"),
      restart: false,
      signatures: this.signaturesOf(this.acme),
    };
  }

  async createBell(inputs: Stack["inputs"]): Promise<string[]> {
    const { context, messages } = testOperation();
    this.bell = { inputs, state: (await channel.create(inputs, context)).state };
    return messages.info;
  }

  /** Signatures over its open proposal, as a company publishes them. */
  signaturesOf(stack: Stack): NonNullable<Stack["inputs"]["signatures"]> {
    if (stack.state.proposal === undefined) return [];
    return this.companies.signaturesIn(this.companies.proposalOf(stack));
  }

  async upAcme(change: Partial<Stack["inputs"]> = {}): Promise<void> {
    const signatures = this.signaturesOf(this.bell);
    this.acme = (await this.companies.up(this.acme, { signatures, ...change })).stack;
  }

  async upBell(change: Partial<Stack["inputs"]> = {}): Promise<string> {
    const signatures = this.signaturesOf(this.acme);
    const { stack, warnings } = await this.companies.up(this.bell, { signatures, ...change });
    this.bell = stack;
    return warnings;
  }

  /** Acme's administrators sign what bell proposes, whose signatures are enough with bell's. */
  async approveForAcme(): Promise<void> {
    const document = this.companies.proposalOf(this.bell);
    const inputs = this.companies.approvalInputs(document, "org1", "orderer", "org1");
    const { state } = await approval.create(inputs, testOperation().context);
    assert.equal(state.standing, "inForce");
  }

  /** Waits until one of the orderers leads the channel, or none of them. */
  async untilLed(orderers: readonly LoopbackOrderer[], isLed: boolean): Promise<void> {
    const { context } = testOperation();
    const names = orderers.map(({ address }) => address.name).join(", ");
    await waitUntil<true>(
      async () => {
        const asked = orderers.map(({ address, operationsPort }) => askMetrics(address, operationsPort, context));
        const led = (await Promise.all(asked)).flatMap((metrics) => metrics?.channelsLed ?? []);
        return led.includes(channelName) === isLed || new NotYet(isLed ? "none leads it" : "one leads it");
      },
      waitOptions(context, `${isLed ? "one" : "none"} of ${names} to lead channel ${channelName}`),
    );
  }

  /** Waits until bell's peer has a config that bell's stack has not seen. */
  async untilBellLearns(): Promise<void> {
    const { context } = testOperation();
    const seen = this.bell.state.configSequence;
    const [peers, administrators] = [this.companies.peersOf("org2"), this.companies.administrators("org2")];
    const sequence = (session: Session) =>
      wayByPeers(session, channelName, peers, administrators)
        .liveConfig()
        .then((live) => live.sequence);
    await waitUntil<true>(
      async () => (await Session.run(context, sequence)) > seen || new NotYet(`it has config ${seen}`),
      waitOptions(context, `bell's peer to have a config after ${seen} of channel ${channelName}`),
    );
  }

  /** What each of bell's orderers says of its part. */
  parts(): Promise<(Participation["consensusRelation"] | undefined)[]> {
    return Session.run(testOperation().context, (session) =>
      Promise.all(
        this.bellsOrderers.map(async ({ address }) => {
          const admin = await session.ordererAdmin(address);
          return (await admin.participation(channelName))?.consensusRelation;
        }),
      ),
    );
  }
}

/** @param meanwhile work while the orderer is down */
async function loseVolume(
  { dataDirectory, process }: LoopbackOrderer,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await process.stop();
  await meanwhile();
  rmSync(dataDirectory, { recursive: true });
  mkdirSync(dataDirectory);
  process.start();
}

/** The config with an organisation that orders it, too. */
function ordered(
  config: ChannelConfig,
  { consenters, ...organization }: Required<OrderingOrganization>,
): ChannelConfig {
  const others = config.ordererOrganizations.filter(({ name }) => name !== organization.name);
  return {
    ...config,
    ordererOrganizations: [...others, organization],
    consenters: [...config.consenters.filter(({ mspId }) => mspId !== organization.msp.mspId), ...consenters],
  };
}

describe("a raft channel that two companies order", function () {
  this.timeout(120_000);
  this.bail(true);
  let two: Two;
  let founded: ChannelConfig;

  before(async () => {
    two = await Two.start({ acme: 1, bell: 2 });
    founded = two.fabric.channelConfig(channelName);
    await two.found(founded);
  });

  after(() => two.stop());

  it("is joined by no orderer before its organisation is in it, and asked for it", async () => {
    const info = await two.createBell(two.bellsInputs(founded, 2));
    assert.match(info.join(), /orderer0, bell-orderer\/orderer1 join channel trade once it has BellOrdererMSP among/);
    assert.deepEqual(two.bell.state.joined, []);
    assert.match(two.bell.state.proposal?.description.join() ?? "", /^add orderer organisation bell-orderer/);
    assert.deepEqual(await two.parts(), [undefined, undefined]);
    const { inputs, state } = two.bell;
    const changes = channel.diff({ oldInputs: inputs, oldState: state, newInputs: inputs, now: new Date() });
    assert.ok(changes.some(({ path }) => path === "joined"));
  });

  it("gets the organisation by its founder's signature, who proposes the first orderer and no second one", async () => {
    const config = ordered(founded, two.published(2));
    const { info, warn } = await two.companies.previewOf(two.acme, { config });
    assert.match(info.join(), /step 1 of 3: add orderer organisation bell-orderer; this stack's signatures are enough/);
    assert.match(
      warn[0] ?? "",
      /step 2 of 3: add consenter localhost:\d+; \/Channel\/Orderer\/Admins needs 2 of \(BellOrdererMSP, OrdererMSP\)/,
    );
    await two.upAcme({ config });
    assert.deepEqual(two.acme.state.proposal?.missing, [
      "/Channel/Orderer/Admins needs 2 of (BellOrdererMSP, OrdererMSP)",
    ]);
    const [change, consequence] = two.acme.state.proposal?.description ?? [];
    assert.match(change ?? "", /^add consenter localhost:\d+$/);
    assert.equal(consequence, undefined);
  });

  it("is followed by the other company's orderers, the first of which votes by both signatures", async () => {
    const warnings = await two.upBell();
    assert.deepEqual(two.bell.state.joined, ["bell-orderer/orderer0", "bell-orderer/orderer1"]);
    assert.match(warnings, /signed by BellOrdererMSP.*What it changes: add consenter/);
    const parts = await two.parts();
    assert.deepEqual([...parts].sort(), ["consenter", "follower"]);
  });

  it("gets the second one when its founder sees the signature, and is as both wished", async () => {
    await two.upAcme();
    assert.equal(two.acme.state.proposal, undefined);
    await two.upBell();
    assert.equal(two.bell.state.proposal, undefined);
    assert.deepEqual(await two.parts(), ["consenter", "consenter"]);
    for (const { inputs, state } of [two.acme, two.bell]) {
      const again = { oldInputs: inputs, oldState: state, newInputs: inputs, now: new Date() };
      assert.deepEqual(channel.diff(again), []);
      assert.deepEqual(state.changedElsewhere, []);
    }
  });

  it("goes on without the founder's orderer", async () => {
    const [orderer] = two.fabric.orderers;
    await orderer!.process.stop();
    await two.untilLed(two.bellsOrderers, true);
    const { config } = two.bell.inputs;
    const peerOrganizations = config.peerOrganizations.map((each) =>
      each.name === "org2" ? { ...each, anchorPeers: [] } : each,
    );
    await two.upBell({ config: { ...config, peerOrganizations } });
    assert.equal(two.bell.state.proposal, undefined);
    assert.equal(two.bell.state.configSequence, 5);
    orderer!.process.start();
    await two.upAcme();
  });

  it("takes an orderer that lost its volume out of the consenters, and in again as a new one, each by both", async () => {
    const [, lost] = two.bellsOrderers;
    const { address } = lost!;
    await loseVolume(lost!);
    const { inputs } = two.bell;
    const { context, messages } = testOperation();
    const read = await channel.read({ id: channelName, ...two.bell }, context);
    assert.ok(read);
    assert.match(messages.warn.join(), /bell-orderer\/orderer1 no longer carries channel trade/);
    assert.deepEqual(
      read.inputs.joiningOrderers?.map(({ name }) => name),
      ["bell-orderer/orderer0"],
    );
    two.bell = read;
    assert.match(await two.upBell(inputs), /orderer1 lost what it had of channel trade: its removal .* is proposed/);
    assert.match(
      two.bell.state.proposal?.description[0] ?? "",
      new RegExp(`^remove consenter localhost:${address.port}$`),
    );
    assert.equal((await two.parts())[1], undefined);
    await two.approveForAcme();
    await two.upBell();
    assert.match(
      two.bell.state.proposal?.description[0] ?? "",
      new RegExp(`^add consenter localhost:${address.port}$`),
    );
    assert.equal((await two.parts())[1], "follower");
    await two.approveForAcme();
    await two.upBell();
    assert.equal(two.bell.state.proposal, undefined);
    assert.deepEqual(await two.parts(), ["consenter", "consenter"]);
  });

  it("lets an orderer go once both agreed, and lets it vote until then", async () => {
    const { config } = two.bell.inputs;
    const joiningOrderers = two.bellsOrderers.slice(0, 1).map(({ address }) => address);
    const warnings = await two.upBell({ config: ordered(config, two.ordering(1)), joiningOrderers });
    assert.match(warnings, /counts bell-orderer\/orderer1 until others agreed to the removal/);
    await two.upAcme({ config: ordered(two.acme.inputs.config, two.published(1)) });
    assert.equal(two.acme.state.proposal, undefined);
    await two.upBell();
    assert.equal(two.bell.state.proposal, undefined);
    assert.deepEqual(two.bell.state.joined, ["bell-orderer/orderer0"]);
    assert.equal((await two.parts())[0], "consenter");
  });

  it("waits with no restart of an orderer for a channel that it follows alone", async () => {
    const { address } = two.bellsOrderers[1]!;
    const { context } = testOperation();
    await waitUntil<true>(
      async () => (await two.parts())[1] === "follower" || new NotYet("it votes"),
      waitOptions(context, `${address.name} to follow channel ${channelName}`),
    );
    const gate = {
      orderers: [address],
      administrators: two.companies.administrators("bell-orderer"),
      operationsPort: 0,
      restart: () => assert.fail("nothing restarts"),
    };
    await Session.run(context, (session) => untilServed(session, channelName, gate));
  });

  it("gets back as they were the orderers whose loss leaves no majority, which nobody could take out", async () => {
    const { inputs } = two.bell;
    // A leader remembers what it sent to others until it notices that too few of them are left.
    await loseVolume(two.bellsOrderers[0]!, () => two.untilLed(two.fabric.orderers, false));
    const read = await channel.read({ id: channelName, ...two.bell }, testOperation().context);
    assert.ok(read);
    assert.deepEqual(read.inputs.joiningOrderers, []);
    two.bell = read;
    await two.upBell(inputs);
    assert.equal(two.bell.state.proposal, undefined);
    assert.deepEqual(two.bell.state.joined, ["bell-orderer/orderer0"]);
    assert.equal((await two.parts())[0], "consenter");
  });

  it("loses the last orderer of a company by both signatures, and is not left by the company before that", async () => {
    const { config } = two.bell.inputs;
    const unordered = {
      joiningOrderers: [],
      config: {
        ...config,
        ordererOrganizations: config.ordererOrganizations.filter(({ name }) => name !== "bell-orderer"),
        consenters: config.consenters.filter(({ mspId }) => mspId !== "BellOrdererMSP"),
      },
    };
    const peerOrganizations = config.peerOrganizations.filter(({ name }) => name !== "org2");
    const leaving = { ...unordered, config: { ...unordered.config, peerOrganizations } };
    const refusal = {
      message: /cannot be left yet:\n.*orderers of this stack vote in the channel: localhost:\d+\. First/,
    };
    await assert.rejects(two.companies.previewOf(two.bell, leaving), refusal);
    await assert.rejects(two.upBell(leaving), refusal);

    await two.upBell(unordered);
    assert.match(two.bell.state.proposal?.description[0] ?? "", /^remove consenter localhost:\d+$/);
    await assert.rejects(two.companies.previewOf(two.bell, leaving), refusal);
    await two.approveForAcme();
    await two.untilBellLearns();
    await two.upBell();
    assert.match(two.bell.state.proposal?.description[0] ?? "", /^remove orderer organisation bell-orderer/);
    await two.approveForAcme();
    await two.untilBellLearns();
    await two.upBell();
    assert.equal(two.bell.state.proposal, undefined);
    const { warn } = await two.companies.previewOf(two.bell, leaving);
    assert.match(warn.join(), /with the last step Org2MSP has left it/);
  });
});

describe("a BFT channel that two companies order", function () {
  this.timeout(120_000);
  this.bail(true);
  let two: Two;
  const consensus: Consensus = "BFT";

  before(async () => {
    two = await Two.start({ acme: 4, bell: 1 });
  });

  after(() => two.stop());

  it("begins with the founder's orderers, and gets the other company's by both signatures", async () => {
    const own = two.fabric.channelConfig(channelName, { consensus });
    await two.found(ordered(own, two.published(1)));
    const { missing = [], description = [] } = two.acme.state.proposal ?? {};
    assert.deepEqual(missing, ["/Channel/Orderer/Admins needs 2 of (BellOrdererMSP, OrdererMSP)"]);
    assert.match(description.join(), /^add consenter localhost:\d+/);
    await two.createBell(two.bellsInputs(own, 1));
    assert.equal(two.bell.state.proposal, undefined);
    assert.deepEqual(two.bell.state.joined, ["bell-orderer/orderer0"]);
    await two.upAcme();
    assert.equal(two.acme.state.proposal, undefined);
    assert.deepEqual(await two.parts(), ["consenter"]);
  });
});
