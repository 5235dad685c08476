/**
 * A channel that orderers of two companies order, on real nodes. `acme` founds it with its orderers and org1; `bell` has org2 and
 * orderers, which become consenters one at a time. Steps build on each other.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
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
import { wayByPeers } from "../../../provider/fabric/work/peer-way";
import { ChannelOrderers } from "../../../provider/fabric/work/orderers";
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

  /** @param second whether acme has a second organisation among the orderers', without any of its own */
  static async start(orderers: { acme: number; bell: number; second?: boolean }): Promise<Two> {
    const directory = mkdtempSync(join(tmpdir(), "fabric-orderers-"));
    const fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: orderers.acme,
      orderingPartners: [
        { name: "bell-orderer", mspId: "BellOrdererMSP", orderers: orderers.bell },
        ...(orderers.second === true ? [{ name: "acme-second", mspId: "AcmeSecondMSP", orderers: 0 }] : []),
      ],
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

  async found(config: ChannelConfig, own: Parameters<Companies["found"]>[1] = {}): Promise<void> {
    this.acme = await this.companies.found(config, own);
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

  /** First change of acme's open proposal, empty without one. */
  get proposedByAcme(): string {
    return this.acme.state.proposal?.description[0] ?? "";
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

  /** A refresh with a further peer, which takes connections and never answers. */
  async readBesideSilentPeer({ inputs, state }: Stack): Promise<{ read: Stack; warnings: string }> {
    const open: Socket[] = [];
    const silent = createServer((socket) => open.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    try {
      const [peer] = inputs.peers;
      const { port } = silent.address() as AddressInfo;
      const peers = [{ ...peer!, name: "silent/peer0", port }, peer!];
      const { context, messages } = testOperation();
      const read = await channel.read({ id: channelName, inputs: { ...inputs, peers }, state }, context);
      assert.ok(read);
      assert.match(messages.warn.join(), /channel trade on silent\/peer0 is taken for unchanged/);
      return {
        read: { inputs: { ...read.inputs, peers: inputs.peers }, state: read.state },
        warnings: messages.warn.join(),
      };
    } finally {
      for (const socket of open) socket.destroy();
      silent.close();
    }
  }

  /** Acme's administrators sign what bell proposes, whose signatures are enough with bell's. */
  async approveForAcme(): Promise<void> {
    const document = this.companies.proposalOf(this.bell);
    const inputs = this.companies.approvalInputs(document, "org1", "orderer", "org1");
    const { state } = await approval.create(inputs, testOperation().context);
    assert.equal(state.standing, "inForce");
  }

  /** Bell's administrators sign what acme proposes, whose signatures are enough with acme's. */
  async approveForBell(): Promise<void> {
    const document = this.companies.proposalOf(this.acme);
    const inputs = this.companies.approvalInputs(document, "org2", "bell-orderer", "org2");
    const { state } = await approval.create(inputs, testOperation().context);
    assert.equal(state.standing, "inForce");
    await this.untilLearnt("org1", state.configSequence ?? 0);
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
  untilBellLearns(): Promise<void> {
    return this.untilLearnt("org2", this.bell.state.configSequence + 1);
  }

  /** Waits until an organisation's peer, and each orderer of acme that votes, has a config. */
  async untilLearnt(name: string, expected: number): Promise<void> {
    const { context } = testOperation();
    const [peers, administrators] = [this.companies.peersOf(name), this.companies.administrators(name)];
    const sequences = (session: Session): Promise<number[]> => {
      const byPeers = wayByPeers(session, channelName, peers, administrators).liveConfig();
      return Promise.all([byPeers, ...this.ordererConfigs(session)]).then((all) => all.map(({ sequence }) => sequence));
    };
    await waitUntil<true>(
      async () => {
        const least = Math.min(...(await Session.run(context, sequences)));
        return least >= expected || new NotYet(`one has config ${least}`);
      },
      waitOptions(context, `the nodes of ${name} to have config ${expected} of channel ${channelName}`),
    );
  }

  private ordererConfigs(session: Session): Promise<{ sequence: number }>[] {
    const administrators = this.companies.administrators("orderer");
    return this.fabric.orderers.map(async ({ address }) => {
      const orderers = new ChannelOrderers(session, channelName, administrators, [address]);
      return (await orderers.onlyFollow()) ? { sequence: Infinity } : orderers.liveConfig();
    });
  }

  /** What each of bell's orderers says of its part. */
  parts(orderers = this.bellsOrderers): Promise<(Participation["consensusRelation"] | undefined)[]> {
    return Session.run(testOperation().context, (session) =>
      Promise.all(
        orderers.map(async ({ address }) => {
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
    two = await Two.start({ acme: 2, bell: 2 });
    founded = two.fabric.channelConfig(channelName, { consenters: 1 });
    await two.found(founded, { orderers: 1 });
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

  it("takes back the founder's only orderer without its volume, by the founder's peer and both signatures", async () => {
    const { orderers, config } = two.acme.inputs;
    const [lost] = two.fabric.orderers;
    const { address } = lost!;
    await loseVolume(lost!);
    await two.untilLed(two.bellsOrderers, true);
    const { read, warnings } = await two.readBesideSilentPeer(two.acme);
    assert.match(warnings, /orderer\/orderer0 no longer carries channel trade/);
    assert.doesNotMatch(warnings, /restart: true/);
    assert.deepEqual(read.inputs.orderers, []);
    two.acme = read;
    const { warn } = await two.companies.previewOf(two.acme, { orderers });
    assert.match(warn[0] ?? "", /orderer\/orderer0 lost what it had of channel trade: its removal .* comes first/);
    assert.match(warn[1] ?? "", new RegExp(`step 1 of \\d: remove consenter localhost:${address.port}; .*needs 2 of`));

    const anew = await channel.create({ ...two.acme.inputs, orderers, config }, testOperation().context);
    assert.match(anew.state.proposal?.description[0] ?? "", new RegExp(`^remove consenter .*:${address.port}$`));
    await two.upAcme({ orderers, config });
    assert.match(two.proposedByAcme, new RegExp(`^remove consenter .*:${address.port}$`));
    assert.deepEqual(await two.parts([lost!]), [undefined]);
    const { inputs, state } = two.acme;
    const next = channel.diff({ oldInputs: inputs, oldState: state, newInputs: inputs, now: new Date() });
    assert.ok(next.some(({ path }) => path === "joined" || path === "proposal"));
    await two.approveForBell();
    await two.upAcme();
    assert.match(two.proposedByAcme, new RegExp(`^add consenter .*:${address.port}$`));
    assert.deepEqual(await two.parts([lost!]), ["follower"]);
    await two.approveForBell();
    await two.upAcme();
    assert.equal(two.acme.state.proposal, undefined);
    assert.deepEqual(await two.parts([lost!]), ["consenter"]);
  });

  it("takes back one of the founder's orderers in the same way, which leaves the channel once both took it out", async () => {
    const orderers = two.fabric.orderers.map(({ address }) => address);
    const [first, second] = two.fabric.orderers;
    const config = ordered(two.fabric.channelConfig(channelName), two.published(2));
    const former = two.acme.inputs;
    await two.upAcme({ orderers, config });
    await two.approveForBell();
    await two.upAcme();
    assert.deepEqual(await two.parts([first!, second!]), ["consenter", "consenter"]);

    await loseVolume(second!);
    await two.untilLed([first!, ...two.bellsOrderers], true);
    const removal = new RegExp(`^remove consenter .*:${second!.address.port}$`);
    const { warn } = await two.companies.previewOf(two.acme);
    assert.match(warn[0] ?? "", /orderer\/orderer1 lost what it had of channel trade: its removal .* comes first/);
    await two.upAcme();
    assert.match(two.proposedByAcme, removal);
    await two.approveForBell();
    await two.upAcme();
    assert.deepEqual(await two.parts([second!]), ["follower"]);
    await two.approveForBell();
    await two.upAcme();
    assert.equal(two.acme.state.proposal, undefined);
    assert.deepEqual(await two.parts([second!]), ["consenter"]);

    await two.upAcme({ orderers: former.orderers, config: former.config });
    assert.match(two.proposedByAcme, removal);
    assert.deepEqual(await two.parts([second!]), ["consenter"]);
    assert.deepEqual(
      two.acme.state.released?.map(({ name }) => name),
      ["orderer/orderer1"],
    );
    await two.approveForBell();
    await two.upAcme();
    assert.equal(two.acme.state.released, undefined);
    assert.deepEqual(await two.parts([second!]), [undefined]);
  });

  it("takes an orderer that lost its volume out of the consenters, and in again as a new one, each by both", async () => {
    const [, lost] = two.bellsOrderers;
    const { address } = lost!;
    await loseVolume(lost!);
    const { inputs } = two.bell;
    const { read, warnings } = await two.readBesideSilentPeer(two.bell);
    assert.match(warnings, /bell-orderer\/orderer1 no longer carries channel trade/);
    assert.deepEqual(
      read.inputs.joiningOrderers?.map(({ name }) => name),
      ["bell-orderer/orderer0"],
    );
    two.bell = read;
    // On another cluster the state has forgotten that it ever had the channel.
    const anew = await channel.create(inputs, testOperation().context);
    assert.match(anew.state.proposal?.description[0] ?? "", new RegExp(`^remove consenter localhost:${address.port}$`));
    assert.equal((await two.parts())[1], undefined);
    const preview = await two.companies.previewOf(two.bell, inputs);
    assert.match(
      preview.warn.join("\n"),
      /orderer1 lost what it had .*comes first.*\n.*step \d of \d: remove consenter/,
    );
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
    assert.deepEqual(
      two.bell.state.released?.map(({ name }) => name),
      ["bell-orderer/orderer1"],
    );
    await two.upAcme({ config: ordered(two.acme.inputs.config, two.published(1)) });
    assert.equal(two.acme.state.proposal, undefined);
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

  it("is left by that orderer with the next update of its company", async () => {
    await two.untilBellLearns();
    const { inputs, state } = two.bell;
    const changes = channel.diff({ oldInputs: inputs, oldState: state, newInputs: inputs, now: new Date() });
    assert.ok(changes.some(({ path }) => path === "released"));
    await two.upBell();
    assert.equal(two.bell.state.proposal, undefined);
    assert.equal(two.bell.state.released, undefined);
    assert.deepEqual(two.bell.state.joined, ["bell-orderer/orderer0"]);
    assert.deepEqual(await two.parts(), ["consenter", undefined]);
  });

  it("is left by those that follow it, and by none that votes, where a company that left it forgets it", async () => {
    const [, follower] = two.bellsOrderers;
    const { context } = testOperation();
    const [peers, administrators] = [two.companies.peersOf("org2"), two.companies.administrators("org2")];
    await Session.run(context, async (session) => {
      const { block } = await wayByPeers(session, channelName, peers, administrators).liveConfig();
      await (await session.ordererAdmin(follower!.address)).join(channelName, block);
    });
    assert.deepEqual(await two.parts(), ["consenter", "follower"]);
    const { inputs, state } = two.bell;
    const released = [follower!.address];
    await channel.delete({ id: channelName, inputs, state: { ...state, released } }, context);
    assert.deepEqual(await two.parts(), ["consenter", "follower"]);
    await channel.delete({ id: channelName, inputs, state: { ...state, released, left: 99 } }, context);
    assert.deepEqual(await two.parts(), ["consenter", undefined]);
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
    assert.deepEqual(await two.parts(), [undefined, undefined]);
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
    two = await Two.start({ acme: 4, bell: 1, second: true });
  });

  after(() => two.stop());

  it("gets no orderer of another company by the founder's two organisations alone, until its owner signs", async () => {
    const founded = two.fabric.channelConfig(channelName, { consensus });
    const [first] = founded.ordererOrganizations;
    const { name, msp: partners } = two.fabric.orderingPartners[1]!;
    // A BFT channel takes no organisation without endpoints: it has that of the first one's orderer, by its authority.
    const msp = { ...partners, tlsCaCertificates: first!.msp.tlsCaCertificates };
    const second = { name, msp, endpoints: first!.endpoints.slice(0, 1) };
    const own = { ...founded, ordererOrganizations: [first!, second] };
    await two.found(ordered(own, two.published(1)), { further: ["acme-second"] });
    const { missing = [], description = [] } = two.acme.state.proposal ?? {};
    assert.equal(missing.length, 1);
    assert.match(missing[0] ?? "", /^the owner of consenter localhost:\d+ needs BellOrdererMSP$/);
    assert.match(description.join(), /^add consenter localhost:\d+/);
    await two.createBell(two.bellsInputs(own, 1));
    assert.equal(two.bell.state.proposal, undefined);
    assert.deepEqual(two.bell.state.joined, ["bell-orderer/orderer0"]);
    await two.upAcme();
    assert.equal(two.acme.state.proposal, undefined);
    assert.deepEqual(await two.parts(), ["consenter"]);
  });
});
