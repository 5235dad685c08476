/** Stacks of several companies that share a channel, each with the other's document only. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { ChannelConfig } from "../../ledger/fabric/channel-config";
import { compressBlock } from "../../ledger/fabric/consortium/compressed-block";
import { planConfigUpdates } from "../../ledger/fabric/config-update";
import { exchangeText, type ExchangeDocument } from "../../ledger/fabric/consortium/exchange";
import { partnerFingerprint } from "../../ledger/fabric/consortium/fingerprint";
import type { OrderingOrganization } from "../../ledger/fabric/consortium/organization-json";
import { proposalDigest, proposalEnvelope } from "../../ledger/fabric/consortium/proposal";
import { blockDataHash, buildGenesisBlock } from "../../ledger/fabric/genesis";
import type { RuleGroups } from "../../ledger/monitoring";
import type { ChannelInputs } from "../../provider/fabric/sdk";
import { readStack, runProgram, type ProgramRun } from "../support/program/run";
import { genesisConfig } from "../unit/ledger/fabric/config-edits";
import {
  consenter,
  fixtureNetwork,
  ordererOrganization,
  peerOrganization,
  raftChannel,
} from "../unit/ledger/fabric/fixtures";

type Fields = Record<string, unknown>;

describe("stacks of several companies", function () {
  this.timeout(60_000);
  let directory: string;
  let acme: ExchangeDocument;
  let bell: ExchangeDocument;
  /** An organisation with orderers that acme does not run. */
  let theirOrderers: Required<OrderingOrganization>;
  /** First block of the channel that acme founded. */
  let block: Uint8Array;
  /** A change of that channel. */
  let proposal: { update: Uint8Array };

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "consortium-"));
    const network = await fixtureNetwork();
    const founded = { ...raftChannel(network), peerOrganizations: [peerOrganization(network.org3)] };
    block = buildGenesisBlock(founded);
    const wished = { ...founded, batch: { ...founded.batch, timeout: "1s" } };
    const [step] = planConfigUpdates("trade", genesisConfig(founded), wished);
    assert.ok(step);
    proposal = step;
    const nothing = { channels: [], proposals: [], signatures: [], chaincodes: [] };
    acme = {
      ...nothing,
      organizations: [
        { role: "orderer", ...ordererOrganization(network.orderer, [0, 1, 2]) },
        { role: "peer", ...peerOrganization(network.org3) },
      ],
      channels: [{ name: "trade", genesisBlock: block, sequence: 0, members: ["Org1MSP"] }],
    };
    theirOrderers = { ...ordererOrganization(network.orderer2, [0]), consenters: [consenter(network.orderer2, 0)] };
    bell = { ...nothing, organizations: [{ role: "peer", ...peerOrganization(network.org3) }] };
  });

  after(() => rmSync(directory, { recursive: true }));

  /** Partner of the stack file that is known by a file. */
  function partner(name: string, document: ExchangeDocument, fingerprint = partnerFingerprint(document.organizations)) {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, exchangeText(document));
    return { name, from: { file }, fingerprint, cidrs: ["203.0.113.0/24"] };
  }

  function stack(change: (fabric: Fields & { channels: Fields[] }) => Fields) {
    const config = structuredClone(readStack("local-fabric"));
    const network = config.network as { fabric: Fields & { channels: Fields[] } };
    Object.assign(network.fabric, change(network.fabric));
    return config;
  }

  const founder = (partners: unknown[]) =>
    stack(({ channels: [trade] }) => ({
      partners,
      channels: [{ ...trade, organizations: ["org1", "org2", "org3"] }],
    }));

  const member = (partners: unknown[], channel: Fields = {}) =>
    stack(() => ({
      partners,
      ordererOrganizations: [],
      channels: [{ name: "trade", founder: "acme", organizations: ["org1", "org2", "org3"], ...channel }],
    }));

  function inputsOf({ resources }: ProgramRun, type: string): Fields[] {
    return resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs as Fields);
  }

  const membersOf = ({ config }: Fields): string[] =>
    (config as ChannelConfig).peerOrganizations.map(({ name }) => name);

  it("found a channel with an organisation that is known by its document alone", async () => {
    const run = await runProgram("local-fabric", founder([partner("bell", bell)]));
    const [channel] = inputsOf(run, "ledger:fabric:Channel");
    assert.ok(channel);
    assert.deepEqual(membersOf(channel), ["org1", "org2", "org3"]);
    assert.deepEqual((channel.config as ChannelConfig).peerOrganizations.at(-1), {
      name: "org3",
      msp: bell.organizations[0]?.msp,
      anchorPeers: [{ host: "peer0.org3.example", port: 7051 }],
    });
    // It has neither the keys nor the nodes of the other company.
    const signers = (channel.administrators as { mspId: string }[]).map(({ mspId }) => mspId);
    assert.deepEqual(signers, ["OrdererMSP", "Org1MSP", "Org2MSP"]);
    assert.ok(!run.resources.some(({ name }) => name.includes("org3")));
    assert.deepEqual(channel.carriedBy, []);
    const { channels } = (run.outputs as { fabric: { channels: unknown[] } }).fabric;
    const chaincodes = [{ name: "asset-transfer", waitingFor: ["Org3MSP"] }];
    assert.deepEqual(channels, [{ name: "trade", organizations: ["org1", "org2"], chaincodes }]);
    const policies = JSON.stringify(inputsOf(run, "kubernetes:networking.k8s.io/v1:NetworkPolicy"));
    assert.match(
      policies,
      /"ports":\[\{"port":443,"protocol":"TCP"\}\],"to":\[\{"ipBlock":\{"cidr":"203\.0\.113\.0\/24"\}\}\]/,
    );
  });

  it("tell the orderers which partners have the channel, so that they do not begin it a second time", async () => {
    const has = { ...bell, channels: [{ name: "trade", genesisBlock: block, sequence: 3, members: ["Org1MSP"] }] };
    const run = await runProgram("local-fabric", founder([partner("bell", has)]));
    assert.deepEqual(inputsOf(run, "ledger:fabric:Channel")[0]?.carriedBy, ["bell"]);
    // The partner's own channel, by orderers of the default MSP id, too.
    const another = await runProgram("local-fabric", founder([partner("acme", acme)]));
    assert.deepEqual(inputsOf(another, "ledger:fabric:Channel")[0]?.carriedBy, []);
  });

  it("join a channel of another company by its first block, peers before wishes, without orderers", async () => {
    const run = await runProgram("local-fabric", member([partner("acme", acme)], { batch: { timeout: "1s" } }));
    const memberships = inputsOf(run, "ledger:fabric:ChannelMembership");
    assert.equal(memberships.length, 4);
    for (const { channelId, genesisHash, genesisBlock, orderers } of memberships) {
      assert.deepEqual(
        { channelId, genesisHash, genesisBlock, orderers },
        {
          channelId: "trade",
          genesisHash: blockDataHash(block),
          genesisBlock: compressBlock(block),
          orderers: undefined,
        },
      );
    }
    const [channel] = inputsOf(run, "ledger:fabric:Channel");
    assert.ok(channel);
    const { batch, consenters } = channel.config as ChannelConfig;
    assert.deepEqual(membersOf(channel), ["org3", "org1", "org2"]);
    assert.equal(batch.timeout, "1s");
    assert.equal(batch.maxMessageCount, 500);
    assert.equal(consenters.length, 3);
    assert.deepEqual(channel.orderers, []);
    const registered = run.resources.find(({ type }) => type === "ledger:fabric:Channel");
    assert.ok(registered?.dependsOn.some((name) => name.startsWith("fabric:ChannelMembership")));
    assert.ok(!run.resources.some(({ name, type }) => name.includes("orderer") && !type.includes("StackReference")));
  });

  it("found a channel with another company's orderers, by the certificates in its document", async () => {
    const { consenters, ...organization } = theirOrderers;
    const document = {
      ...bell,
      organizations: [...bell.organizations, { role: "orderer" as const, ...theirOrderers }],
    };
    const ordered = (names: string[]) => {
      const config = founder([partner("bell", document)]);
      const [channel] = (config.network as { fabric: { channels: Fields[] } }).fabric.channels;
      Object.assign(channel!, { ordererOrganizations: names });
      return runProgram("local-fabric", config);
    };
    const run = await ordered(["orderer", "orderer2"]);
    // Its leader may be theirs, whose metrics nobody reads here.
    const { rules } = (run.outputs as { monitoring: { rules: string } }).monitoring;
    const { groups } = parse(rules) as RuleGroups;
    const leaderless = groups
      .flatMap((group) => group.rules)
      .find(({ alert }) => alert === "FabricChannelWithoutLeader");
    assert.match(leaderless?.expr ?? "", /_is_leader\{namespace=~"[^"]+", channel!~"trade"\}/);
    const [channel] = inputsOf(run, "ledger:fabric:Channel");
    const { config, orderers, administrators } = channel as unknown as ChannelInputs;
    assert.deepEqual(config.ordererOrganizations.at(-1), organization);
    assert.deepEqual(config.consenters.at(-1), consenters[0]);
    assert.deepEqual(new Set(orderers.map(({ mspId }) => mspId)), new Set(["OrdererMSP"]));
    assert.ok(administrators.every(({ mspId }) => mspId !== "Orderer2MSP"));
    const unknown = {
      message: /channels\[0\]\.ordererOrganizations: given "nobody"; must be an orderer organisation of/,
    };
    await assert.rejects(ordered(["orderer", "nobody"]), unknown);
  });

  it("join their orderers to a channel of another company, by its peers, and publish their certificates", async () => {
    const own = (channel: Fields) =>
      stack(() => ({
        partners: [partner("acme", acme)],
        ordererOrganizations: [{ name: "bell-orderer", orderers: 2 }],
        channels: [{ name: "trade", founder: "acme", organizations: ["org1", "org2", "org3"], ...channel }],
      }));
    const run = await runProgram("local-fabric", own({ ordererOrganizations: ["bell-orderer"] }));
    const [channel] = inputsOf(run, "ledger:fabric:Channel");
    const { config, orderers, joiningOrderers, administrators } = channel as unknown as ChannelInputs;
    const hosts = ["orderer0", "orderer1"].map((node) => `${node}.fabric-bell-orderer.svc.cluster.local`);
    assert.deepEqual(orderers, []);
    assert.deepEqual(
      joiningOrderers?.map(({ host }) => host),
      hosts,
    );
    assert.deepEqual(
      config.ordererOrganizations.map(({ name }) => name),
      ["orderer", "bell-orderer"],
    );
    assert.deepEqual(
      config.consenters.slice(3).map(({ host }) => host),
      hosts,
    );
    assert.deepEqual(
      administrators.map(({ mspId }) => mspId),
      ["Bell-ordererMSP", "Org1MSP", "Org2MSP"],
    );
    const { organizations } = JSON.parse((run.outputs as { exchange: string }).exchange) as {
      organizations: { name: string; consenters?: { host: string }[] }[];
    };
    assert.deepEqual(
      organizations.map(({ name, consenters }) => [name, consenters?.map(({ host }) => host)]),
      [
        ["bell-orderer", hosts],
        ["org1", undefined],
        ["org2", undefined],
      ],
    );
    const [rollout] = inputsOf(run, "ledger:fabric:Rollout").filter(({ channels }) => channels !== undefined);
    assert.deepEqual(rollout?.channels, ["trade"]);
    // Orderers of a stack stay out of a partner's channel unless the file names them.
    const without = await runProgram("local-fabric", own({}));
    const [followed] = inputsOf(without, "ledger:fabric:Channel");
    assert.equal(followed?.joiningOrderers, undefined);
    // Orderers that the file names no more go by the signature of their own administrator, too.
    assert.deepEqual(
      (followed?.administrators as { mspId: string }[]).map(({ mspId }) => mspId),
      ["Bell-ordererMSP", "Org1MSP", "Org2MSP"],
    );
  });

  it("leave a channel by its config alone, and keep peers and their rights until the others agreed", async () => {
    const run = await runProgram("local-fabric", member([partner("acme", acme)], { leave: true }));
    const [channel] = inputsOf(run, "ledger:fabric:Channel");
    assert.ok(channel);
    assert.deepEqual(membersOf(channel), ["org3"]);
    assert.equal((channel.peers as unknown[]).length, 4);
    assert.deepEqual(
      (channel.administrators as { mspId: string }[]).map(({ mspId }) => mspId),
      ["Org1MSP", "Org2MSP"],
    );
    assert.equal(inputsOf(run, "ledger:fabric:ChannelMembership").length, 4);
  });

  it("read a partner's stack as they read its file, and preview while it is not known", async () => {
    const from = { stack: "acme/blockchain-clusters/prod" };
    const known = { ...partner("acme", acme), from };
    const run = await runProgram("local-fabric", member([known]), { stackOutputs: { exchange: exchangeText(acme) } });
    assert.equal(inputsOf(run, "ledger:fabric:ChannelMembership")[0]?.genesisHash, blockDataHash(block));
    const preview = await runProgram("local-fabric", member([known]), { preview: true });
    assert.equal(inputsOf(preview, "ledger:fabric:Channel").length, 1);
    await assert.rejects(runProgram("local-fabric", member([known]), { stackOutputs: { fabric: {} } }), {
      message: /network\.fabric\.partners\[0\]\.from\.stack: given "acme\/.*must be a stack with the output `exchange`/,
    });
  });

  it("publish their organisations and the channels that they have, and nothing secret", async () => {
    const { outputs } = await runProgram("local-fabric", founder([partner("bell", bell)]));
    const { exchange: text } = outputs as { exchange: string };
    assert.doesNotMatch(text, /key of |secret/i);
    const document = JSON.parse(text) as ExchangeDocument;
    assert.deepEqual(
      document.organizations.map(({ name, role }) => `${role} ${name}`),
      ["orderer orderer", "peer org1", "peer org2"],
    );
    assert.deepEqual(
      document.channels.map(({ name }) => name),
      ["trade"],
    );
    const joined = await runProgram("local-fabric", member([partner("acme", acme)]));
    const published = JSON.parse((joined.outputs as { exchange: string }).exchange) as ExchangeDocument;
    assert.deepEqual(
      published.channels.map(({ name }) => name),
      ["trade"],
    );
    assert.deepEqual(
      published.organizations.map(({ name }) => name),
      ["org1", "org2"],
    );
    const usual = await runProgram("local-fabric", readStack("local-fabric"));
    assert.ok(!Object.hasOwn(usual.outputs as object, "exchange"));
  });

  it("approve what a partner proposed, with its bytes and the signatures so far, and publish their own", async () => {
    const { update } = proposal;
    const digest = proposalDigest(update);
    const envelope = proposalEnvelope("trade", update);
    const signature = { digest, mspId: "Org3MSP", signature: Buffer.from("theirs") };
    const document = {
      ...acme,
      proposals: [{ channel: "trade", digest, sequence: 0, envelope }],
      signatures: [signature, { ...signature, digest: `sha256:${"0".repeat(64)}` }],
    };
    const run = await runProgram("local-fabric", member([partner("acme", document)], { approve: [digest] }));
    const [approval] = run.resources.filter(({ type }) => type === "ledger:fabric:Approval");
    assert.ok(approval);
    assert.equal(approval.name, `fabric-trade-approval-${digest.slice(7, 19)}`);
    assert.deepEqual(inputsOf(run, "ledger:fabric:Channel")[0]?.approved, [digest]);
    const { channelId, administrators, peers, ...rest } = approval.inputs as Fields;
    assert.equal(channelId, "trade");
    assert.deepEqual(
      (administrators as { mspId: string }[]).map(({ mspId }) => mspId),
      ["Org1MSP", "Org2MSP"],
    );
    assert.equal((peers as unknown[]).length, 4);
    const theirs = { digest, mspId: "Org3MSP", signature: Buffer.from("theirs").toString("base64") };
    assert.deepEqual(rest, {
      digest,
      envelope: Buffer.from(envelope).toString("base64"),
      signatures: [theirs],
      // Another first block is another chain, at which approval and channel look anew.
      genesisHash: blockDataHash(block),
    });
    const { founderView } = inputsOf(run, "ledger:fabric:Channel")[0] as Partial<ChannelInputs>;
    assert.equal(founderView?.genesisHash, blockDataHash(block));
    const { signatures } = JSON.parse((run.outputs as { exchange: string }).exchange) as { signatures: unknown[] };
    assert.deepEqual(signatures, [{ digest, mspId: "Org1MSP", signature: "c2lnbmVk" }]);
    // Without the bytes the provider decides: an approval that exists may outlive its proposal.
    const later = await runProgram("local-fabric", member([partner("acme", acme)], { approve: [digest] }));
    assert.equal(inputsOf(later, "ledger:fabric:Approval")[0]?.envelope, undefined);
  });

  it("publish a channel as their approval left it, without another look at the channel", async () => {
    const { update } = proposal;
    const digest = proposalDigest(update);
    const envelope = proposalEnvelope("trade", update);
    const document = { ...bell, proposals: [{ channel: "trade", digest, sequence: 0, envelope }] };
    const config = founder([partner("bell", document)]);
    const [channel] = (config.network as { fabric: { channels: Fields[] } }).fabric.channels;
    Object.assign(channel!, { approve: [digest], restart: true });
    const run = await runProgram("local-fabric", config);
    const { outputs } = run;
    assert.equal(inputsOf(run, "ledger:fabric:Approval")[0]?.restart, true);
    const { channels } = JSON.parse((outputs as { exchange: string }).exchange) as ExchangeDocument;
    assert.deepEqual(
      channels.map(({ sequence, members }) => ({ sequence, members })),
      [{ sequence: 4, members: ["Org1MSP", "Org9MSP"] }],
    );
  });

  it("refuse names, MSP ids and addresses that a channel has of the partner, at both places, and no others", async () => {
    const joining = (fabric: Fields, channel: Fields) =>
      stack(() => ({
        partners: [partner("acme", acme)],
        channels: [{ name: "trade", founder: "acme", organizations: ["org1", "org2"], ...channel }],
        ...fabric,
      }));
    const peers = [{ name: "org1" }, { name: "org2" }];
    const usual = { ordererOrganizations: [{ name: "orderer" }], peerOrganizations: peers };
    const because = /because orderer in the document of acme \(network\.fabric\.partners\[0\]\.from\) has it, too/;
    const resources: string[] = [];
    const run = (config: ReturnType<typeof joining>) =>
      runProgram("local-fabric", config).then(({ resources: made }) => resources.push(...made.map(({ type }) => type)));
    await assert.rejects(run(joining(usual, { ordererOrganizations: ["orderer"] })), (error: Error) => {
      assert.match(error.message, because);
      assert.match(
        error.message,
        /network\.fabric\.ordererOrganizations\[0\]\.name: given "orderer"; must be a name of its own/,
      );
      assert.match(
        error.message,
        /network\.fabric\.ordererOrganizations\[0\]\.mspId: given "OrdererMSP"; must be an MSP id of/,
      );
      return true;
    });
    const sameMspId = { ...usual, ordererOrganizations: [{ name: "bell-orderer", mspId: "OrdererMSP" }] };
    await assert.rejects(run(joining(sameMspId, { ordererOrganizations: ["bell-orderer"] })), {
      message: /^(?!.*\.name: ).*ordererOrganizations\[0\]\.mspId: given "OrdererMSP"/s,
    });
    const samePeers = { ...usual, peerOrganizations: [{ name: "bell", mspId: "Org3MSP" }] };
    await assert.rejects(run(joining(samePeers, { organizations: ["bell"] })), {
      message: /peerOrganizations\[0\]\.mspId: given "Org3MSP".*because org3 in the document of acme/,
    });
    // Orderers of channels of its own are nobody else's concern.
    await run(joining(usual, {}));
    assert.ok(resources.includes("ledger:fabric:Channel"));
  });

  it("keep the pods of a chaincode's former version as they are, until others approved the new one", async () => {
    const version = (tag: string) => ({ version: tag, image: `localhost/asset-transfer:${tag}` });
    const named = (chaincode: Fields) =>
      member([partner("acme", acme)], { chaincodes: [{ name: "asset-transfer", ...chaincode }] });
    const deployments = async (chaincode: Fields) => {
      const { resources } = await runProgram("local-fabric", named(chaincode));
      return new Map(
        resources
          .filter(({ type, name }) => type === "kubernetes:apps/v1:Deployment" && name.includes("org1"))
          .map(({ name, inputs }) => [name, inputs]),
      );
    };
    const before = await deployments(version("1.0"));
    const after = await deployments({ ...version("2.0"), previous: version("1.0") });
    assert.deepEqual([before.size, after.size], [1, 2]);
    for (const [name, inputs] of before) assert.deepEqual(after.get(name), inputs);
  });

  it("refuse a partner with another fingerprint, a file that is none, and organisations of nobody", async () => {
    const wrong = partner("acme", acme, partnerFingerprint(bell.organizations));
    await assert.rejects(runProgram("local-fabric", member([wrong])), {
      message:
        /network\.fabric\.partners\[0\]\.fingerprint: given .* must be the fingerprint of the partner's authorities/,
    });
    const missing = { ...partner("acme", acme), from: { file: join(directory, "nowhere.json") } };
    await assert.rejects(runProgram("local-fabric", member([missing])), {
      message: /network\.fabric\.partners\[0\]\.from\.file: given .*must be a file that can be read/,
    });
    await assert.rejects(
      runProgram("local-fabric", member([partner("acme", acme)], { organizations: ["org1", "org9"] })),
      {
        message:
          /network\.fabric\.channels\[0\]\.organizations: given "org9"; must be a peer organisation of this stack/,
      },
    );
  });
});
