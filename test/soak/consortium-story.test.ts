/**
 * What three companies live through after `make consortium`, under the load of a client that keeps a record of its own. Each
 * company acts by its own stack file alone, on its own cluster. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { readConsensusType, readRaftMetadata } from "../../ledger/fabric/config-decode";
import { computeConfigUpdate } from "../../ledger/fabric/config-update";
import { proposalDigest, proposalEnvelope } from "../../ledger/fabric/consortium/proposal";
import { link, unlink } from "../../local-cluster/network/links";
import { eventually } from "../../samples/client-ethereum/patience";
import { companyNames, folderOf, type CompanyName } from "../../tools/consortium/companies";
import type { Company, Companies } from "../../tools/consortium/company";
import { channelIn, proposalsIn } from "../../tools/consortium/public-part";
import { chaincodes, channel, type ChannelPart } from "../../tools/consortium/story";
import { channelSeenBy, configSeenBy } from "../e2e/support/channel-view";
import { contentOf, keysFound, keysIn } from "../e2e/support/found-keys";
import { make } from "../e2e/support/make";
import type { Acknowledgement, RecordingClient } from "../e2e/support/recording-client";
import { inSteps } from "../e2e/support/steps";
import type { OrdererEndpoint } from "../e2e/support/fabric-shell";
import { CompanyByHand, textsIn, type PublishedProposal } from "./support/company-by-hand";
import {
  assertComplete,
  clusterOf,
  LivingConsortium,
  livingClusters,
  proposalOf,
  settingsOf,
} from "./support/living-consortium";

/** Bell's authorities come to the end of their life first: a later edit makes them too short-lived for its certificates. */
const shortLived = { caValidityDays: 800 };

describe("a consortium in the years after its beginning", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(30 * 60_000);

  let directory: string;
  let consortium: LivingConsortium;
  let companies: Companies;
  let acme: Company;
  let bell: Company;
  let corp: Company;
  let dora: CompanyByHand;
  let client: RecordingClient;

  inSteps(this, "fabric-", livingClusters);

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "consortium-story-"));
    await make("consortium-down");
    consortium = new LivingConsortium(directory);
    ({ client, companies } = consortium);
    ({ acme, bell, corp } = companies);
    bell.edit({ certificates: shortLived });
    dora = new CompanyByHand("dora", "DoraMSP");
  });

  after(async () => {
    await client.stop();
    await dora.close();
    rmSync(directory, { recursive: true });
    await make("consortium-down");
  });

  const edit = (name: CompanyName, change?: ChannelPart): void => consortium.edit(name, change);
  const approve = (by: CompanyName, proposer: Company): Promise<string> => consortium.approve(by, proposer);

  async function batch(): Promise<Record<string, unknown>> {
    return { ...(await channelSeenBy(acme, channel)).batch };
  }

  it("begins with a channel of three members, which orderers of two of them order", async () => {
    assert.match(await make("consortium"), /The consortium stands/);
    const { consenters, ordererOrganizations } = await channelSeenBy(corp, channel);
    assert.equal(consenters.length, 3);
    assert.deepEqual(
      ordererOrganizations.map(({ endpoints }) => endpoints.length),
      [2, 1],
    );
  });

  it("takes transactions of all three without a pause", async () => {
    await consortium.load(...companyNames);
  });

  it("goes on without an orderer of Acme, by the one of Bell", async () => {
    const cluster = clusterOf("acme");
    await cluster.stop("fabric-acme-orderer", "orderer0");
    await client.goesOn(...companyNames);
    await cluster.scale("fabric-acme-orderer", "orderer0", 1);
    await client.goesOn(...companyNames);
  });

  it("refuses a partner's file with another fingerprint than agreed on", async () => {
    edit("acme");
    acme.stackFile.set(["partners", 1, "fingerprint"], bell.publicPart().exchangeFingerprint);
    await assert.rejects(
      acme.previewOfChannel(),
      /partners\[1\]\.fingerprint: [^]*must be the fingerprint of the partner's/,
    );
    edit("acme");
  });

  it("changes the batch timeout by Bell's proposal, which Acme's preview tells in words and its file approves", async () => {
    edit("bell", { batch: { timeout: "300ms" } });
    await bell.up();
    assert.match(await approve("acme", bell), /changes: batch timeout 200ms -> 300ms/);
    assert.equal((await batch()).timeout, "300ms");
    await bell.up();
    assert.deepEqual(proposalsIn(bell.publicPart()), []);
  });

  it("renews a proposal of Bell that one of Acme overtook, with a new digest", async () => {
    edit("bell", { batch: { timeout: "300ms", maxMessageCount: 30 } });
    await bell.up();
    const former = proposalOf(bell);
    edit("acme", { approve: undefined, batch: { timeout: "200ms", preferredMaxBytes: "1Mi" } });
    await acme.up();
    assert.match(await approve("bell", acme), /preferredMaxBytes/);
    await bell.up();
    assert.notEqual(proposalOf(bell), former);
    await approve("acme", bell);
    edit("bell", { approve: undefined });
    await bell.up();
    assert.deepEqual(proposalsIn(bell.publicPart()), []);
    const { timeout, maxMessageCount, preferredMaxBytes } = await batch();
    assert.deepEqual([timeout, maxMessageCount, preferredMaxBytes], ["300ms", 30, 2 ** 20]);
  });

  it("upgrades the chaincode company by company, and runs the former version until most have agreed", async () => {
    const [definition] = chaincodes;
    assert.ok(definition);
    const { version, image } = definition;
    const next = { ...definition, version: "1.1" };
    const upgrade = async (name: CompanyName): Promise<void> => {
      edit(name, { chaincodes: [{ ...next, previous: { version, image } }] });
      await companies[name].up();
      await client.goesOn(...companyNames);
    };
    await upgrade("acme");
    assert.deepEqual(waitingFor(acme), ["BellMSP", "CorpMSP"]);
    await upgrade("bell");
    assert.deepEqual(waitingFor(bell), []);
    await upgrade("corp");
    for (const name of companyNames) edit(name, { chaincodes: [next] });
    await Promise.all(companyNames.map((name) => companies[name].up()));
    assert.deepEqual(waitingFor(acme), []);
    await client.goesOn(...companyNames);
  });

  it("gets Bell back after the loss of its cluster, with the keys in its state, the whole ledger and a new vote", async () => {
    const before = ownKeys(bell);
    // No transaction goes without an endorsement of Bell.
    await client.stop();
    await consortium.rebuild("bell");
    assert.ok(before.size >= 4, `${before.size} keys`);
    assert.deepEqual(ownKeys(bell), before);
    await consortium.load(...companyNames);
    // Its orderer must not vote as the one that it was: it goes, and comes anew.
    assert.match(await approve("acme", bell), /remove consenter/);
    await bell.up();
    assert.match(await approve("acme", bell), /add consenter/);
    edit("bell");
    await bell.up();
    assert.deepEqual(proposalsIn(bell.publicPart()), []);
    const { consenters, ordererOrganizations } = await channelSeenBy(acme, channel);
    assert.equal(consenters.length, 3);
    assert.deepEqual(
      ordererOrganizations.map(({ endpoints }) => endpoints.length),
      [2, 1],
    );
    await client.goesOn(...companyNames);
    await assertComplete(bell, client.acknowledged());
  });

  it("takes in Dora, which has Fabric's command lines alone and reads the channel by them", async () => {
    consortium.guest = dora;
    edit("acme", { approve: undefined });
    await acme.up();
    assert.match(await approve("bell", acme), /add peer organisation dora/);
    edit("bell", { approve: undefined });
    assert.deepEqual(dora.membersOf(channel, ordererOf(acme, dora)), ["AcmeMSP", "BellMSP", "CorpMSP", "DoraMSP"]);
    await client.goesOn(...companyNames);
  });

  it("does not approve a proposal that could leave the ordering service without quorum, and says so in the preview", async () => {
    const { config, sequence } = await configSeenBy(bell, channel);
    const group = config.getChannelGroup();
    assert.ok(group);
    const update = computeConfigUpdate(channel, config, withoutTwoConsenters(group));
    assert.ok(update);
    const bytes = update.serializeBinary();
    const digest = proposalDigest(bytes);
    edit("acme", { approve: [digest] });
    const envelope = Buffer.from(proposalEnvelope(channel, bytes)).toString("base64");
    const { exchange } = bell.publicPart();
    const document = { ...(JSON.parse(exchange) as object), proposals: [{ channel, digest, sequence, envelope }] };
    writeFileSync(acme.fileOf(bell), JSON.stringify(document));
    await assert.rejects(acme.previewOfChannel(), /more could leave the ordering service without a quorum/);
    edit("acme", { approve: undefined });
    await acme.up();
  });

  it("does not notice that Bell renews its certificates", async () => {
    const before = clientOf(bell);
    const { sequence } = await configSeenBy(bell, channel);
    bell.edit({ certificates: { ...shortLived, validityDays: 370, renewBeforeDays: 366 } });
    await bell.up();
    const after = clientOf(bell);
    assert.notEqual(after.certificate, before.certificate);
    assert.equal(after.privateKey, before.privateKey);
    edit("acme");
    await acme.up();
    assert.equal((await configSeenBy(bell, channel)).sequence, sequence);
    await client.goesOn(...companyNames);
  });

  it("gets Bell's renewed authorities by Bell's signature alone, and needs another word on the fingerprint", async () => {
    const former = bell.publicPart().exchangeFingerprint;
    const { sequence } = await configSeenBy(bell, channel);
    bell.edit({ certificates: { caValidityDays: 5475, validityDays: 900 } });
    await bell.up();
    assert.deepEqual(proposalsIn(bell.publicPart()), []);
    assert.ok((await configSeenBy(bell, channel)).sequence > sequence);
    await client.goesOn(...companyNames);
    edit("acme");
    acme.stackFile.set(["partners", 0, "fingerprint"], former);
    await assert.rejects(acme.previewOfChannel(), /partners\[0\]\.fingerprint/);
    for (const name of ["acme", "corp"] as const) edit(name);
    await Promise.all([acme.up(), corp.up()]);
    await client.goesOn(...companyNames);
  });

  it("sees Corp revoke an administrator by its own signature alone", async () => {
    corp.stackFile.set(["peerOrganizations", 0, "revoke"], [{ name: "admin" }]);
    await corp.up();
    assert.deepEqual(proposalsIn(corp.publicPart()), []);
    const seen = async (): Promise<number | undefined> => {
      const { peerOrganizations } = await channelSeenBy(acme, channel);
      return peerOrganizations.find(({ name }) => name === "corp")?.msp.revocationLists?.length;
    };
    await eventually("Corp's revocation list at Acme", async () => ((await seen()) === 1 ? true : undefined));
    await client.goesOn(...companyNames);
  });

  it("goes on at Corp while the link of Acme and Bell is cut, and at all of them afterwards", async () => {
    const ends = [settingsOf("acme"), settingsOf("bell")] as const;
    await unlink(...ends);
    await client.goesOn("corp");
    await link(...ends);
    await client.goesOn(...companyNames);
  });

  it("has every acknowledged transaction on the peer of each member once", async () => {
    const acknowledged = client.acknowledged();
    for (const name of companyNames) await assertComplete(companies[name], acknowledged);
  });

  it("is left by Corp once Acme and Dora agreed, by its file and by signconfigtx, and Corp keeps what it had", async () => {
    await client.stop();
    const shared: Acknowledgement[] = client.acknowledged();
    await consortium.load("acme", "bell");
    edit("corp", { leave: true });
    await corp.up();
    dora.sign(publishedBy(corp));
    assert.match(await approve("acme", corp), /remove peer organisation corp/);
    consortium.members = ["acme", "bell"];
    edit("acme", { approve: undefined });
    await acme.up();
    edit("bell");
    assert.deepEqual(channelIn(acme.publicPart(), channel).members, ["AcmeMSP", "BellMSP", "DoraMSP"]);
    corp.edit({ partners: [acme.handOverTo(corp), bell.handOverTo(corp)] });
    await Promise.all([bell.up(), corp.up()]);
    await client.goesOn("acme", "bell");
    await assertComplete(corp, shared);
  });

  it("has lost nothing at the end", async () => {
    await client.stop();
    const acknowledged = client.acknowledged();
    console.log(`      ${acknowledged.length} acknowledged, not acknowledged: ${JSON.stringify(client.faults())}`);
    for (const company of [acme, bell]) await assertComplete(company, acknowledged);
  });

  it("changes nothing by a second `up` of each", async () => {
    await Promise.all(companyNames.map((name) => companies[name].up("--expect-no-changes")));
  });

  it("has no key of a company in the state, the outputs, the files, the cluster or the logs of another one", async () => {
    const places = await Promise.all(
      companyNames.map(async (name) => {
        const state = companies[name].stack.plainState();
        const cluster = await contentOf(clusterOf(name));
        const keys = keysIn(state);
        // The search finds what is there: keys of a peer and of its chaincode.
        assert.ok(keysFound(keys, cluster).length >= 3, `${keys.size} keys of ${name}`);
        return { name, keys, content: [state, cluster, ...textsIn(folderOf(name))].join("\n") };
      }),
    );
    const own = dora.files().join("\n");
    const all = [...places, { name: dora.name, keys: keysIn(own), content: own }];
    for (const { name, keys } of all) {
      assert.ok(keys.size >= 3, `${keys.size} keys of ${name}`);
      for (const other of all.filter((place) => place.name !== name)) {
        assert.deepEqual(keysFound(keys, other.content), [], `keys of ${name} at ${other.name}`);
      }
    }
  });
});

interface Outputs {
  fabric: {
    channels: { chaincodes: { waitingFor?: string[] }[] }[];
    organizations: Record<string, { client: { certificate: string; privateKey: string } }>;
  };
}

/** Companies that have to approve the chaincode's definition in a company's file. */
function waitingFor({ stack }: Company): string[] {
  const { fabric } = stack.outputs() as Outputs;
  return [...(fabric.channels[0]?.chaincodes[0]?.waitingFor ?? [])].sort();
}

function clientOf({ name, stack }: Company): { certificate: string; privateKey: string } {
  const found = (stack.outputs() as Outputs).fabric.organizations[name]?.client;
  assert.ok(found);
  return found;
}

/** Keys of a company's network in its outputs. */
function ownKeys({ stack }: Company): Set<string> {
  return keysIn(JSON.stringify((stack.outputs() as Outputs).fabric));
}

/** The proposal that a company publishes, with its bytes. */
function publishedBy(company: Company): PublishedProposal {
  const { proposals } = JSON.parse(company.publicPart().exchange) as { proposals: PublishedProposal[] };
  const found = proposals.find(({ digest }) => digest === proposalOf(company));
  assert.ok(found);
  return found;
}

/** An orderer of a company, for another one that knows the company's public part and the addresses of public names. */
function ordererOf(company: Company, reader: CompanyByHand): OrdererEndpoint {
  const name = company.names().find(({ host }) => host.startsWith("orderer0."));
  const { organizations } = JSON.parse(company.publicPart().exchange) as { organizations: PublishedOrganization[] };
  const authority = organizations.find(({ role }) => role === "orderer")?.group.values.MSP.value.config
    .tls_root_certs[0];
  assert.ok(name !== undefined && authority !== undefined);
  return {
    address: `${name.address}:443`,
    host: name.host,
    authority: reader.write("orderer-authority.pem", Buffer.from(authority, "base64")),
  };
}

interface PublishedOrganization {
  role: string;
  group: { values: { MSP: { value: { config: { tls_root_certs: string[] } } } } };
}

function withoutTwoConsenters(channelGroup: ConfigGroup): ConfigGroup {
  const changed = ConfigGroup.deserializeBinary(channelGroup.serializeBinary());
  const orderer = changed.getGroupsMap().get("Orderer");
  assert.ok(orderer);
  const [type, metadata] = [readConsensusType(orderer), readRaftMetadata(orderer)];
  assert.equal(metadata.getConsentersList().length, 3);
  metadata.setConsentersList(metadata.getConsentersList().slice(0, 1));
  type.setMetadata(metadata.serializeBinary());
  orderer.getValuesMap().get("ConsensusType")?.setValue(type.serializeBinary());
  return changed;
}
