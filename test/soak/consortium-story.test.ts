/**
 * What three companies live through after `make consortium`, under the load of a client that keeps a record of its own. Each
 * company acts by its own stack file alone, on its own cluster. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { readConsensusType, readRaftMetadata } from "../../ledger/fabric/config-decode";
import { computeConfigUpdate } from "../../ledger/fabric/config-update";
import { proposalDigest, proposalEnvelope } from "../../ledger/fabric/consortium/proposal";
import { recordedCluster } from "../../local-cluster/clusters";
import { link, unlink } from "../../local-cluster/network/links";
import { clusterPaths, type LocalCluster } from "../../local-cluster/settings";
import { eventually } from "../../samples/client-ethereum/patience";
import { companyNames, folderOf, type CompanyName } from "../../tools/consortium/companies";
import { Company, openCompanies, type Companies } from "../../tools/consortium/company";
import { committedAt } from "../../tools/consortium/ledger-view";
import { channelIn, proposalsIn } from "../../tools/consortium/public-part";
import { chaincode, channel, founded, joined, orderedByBoth, type ChannelPart } from "../../tools/consortium/story";
import { channelSeenBy, configSeenBy } from "../e2e/support/channel-view";
import { contentOf, keysFound, keysIn } from "../e2e/support/found-keys";
import { Cluster } from "../e2e/support/kubernetes";
import { make } from "../e2e/support/make";
import { RecordingClient, type Acknowledgement } from "../e2e/support/recording-client";
import { inSteps } from "../e2e/support/steps";

/** Bell's authorities come to the end of their life first: a later edit makes them too short-lived for its certificates. */
const shortLived = { caValidityDays: 800 };

describe("a consortium in the years after its beginning", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(30 * 60_000);

  let directory: string;
  let companies: Companies;
  let acme: Company;
  let bell: Company;
  let corp: Company;
  let client: RecordingClient;

  /** Members by the files of those that are in the channel. */
  let members: readonly CompanyName[] = companyNames;
  /** What each company has in its file beside them. */
  const parts: Record<CompanyName, ChannelPart> = { acme: orderedByBoth.acme, bell: orderedByBoth.bell, corp: {} };
  /** What Corp was a member for. */
  let sharedWithCorp: Acknowledgement[] = [];

  inSteps(this, "fabric-", () => clusterOf("acme"));

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "consortium-story-"));
    client = new RecordingClient(directory, { channel, chaincode });
    await make("consortium-down");
    new Company("bell").edit({ certificates: shortLived });
  });

  after(async () => {
    await client.stop();
    rmSync(directory, { recursive: true });
    await make("consortium-down");
  });

  /** Changes a company's channel, and gives it what the others publish now, with the fingerprints that it has now. */
  function edit(name: CompanyName, change: ChannelPart = {}): void {
    parts[name] = { ...parts[name], ...change };
    const company = companies[name];
    const partners = companyNames.filter((other) => other !== name).map((other) => companies[other]);
    company.edit({
      partners: partners.map((partner) => partner.handOverTo(company)),
      channels: [name === "acme" ? founded(members, parts.acme) : joined(members, parts[name])],
    });
  }

  /** The one proposal that a company publishes. */
  function proposalOf(company: Company): string {
    const [digest, ...more] = proposalsIn(company.publicPart());
    assert.ok(digest !== undefined && more.length === 0, `${company.name} publishes not one proposal`);
    return digest;
  }

  /** One company approves what another one proposes, by its file. @returns what its preview says of the channel */
  async function approve(by: CompanyName, proposer: Company): Promise<string> {
    edit(by, { approve: [proposalOf(proposer)] });
    const said = await companies[by].previewOfChannel();
    await companies[by].up();
    return said.join("\n");
  }

  async function batch(): Promise<Record<string, unknown>> {
    return { ...(await channelSeenBy(acme, channel)).batch };
  }

  function startLoad(...names: CompanyName[]): void {
    client.start(Object.fromEntries(names.map((name) => [name, companies[name].stack.outputs()])));
  }

  /** Every acknowledged transaction is on the ledger of a company's peer, valid, once, in the acknowledged block. */
  async function assertComplete(company: Company, acknowledged: readonly Acknowledgement[]): Promise<void> {
    const last = Math.max(...acknowledged.map(({ block }) => block));
    const blocks = await committedAt(company, channel, last);
    const wrong = acknowledged.filter(
      ({ transactionId, block }) => String(blocks.get(transactionId)) !== String(block),
    );
    assert.deepEqual(wrong, [], `${wrong.length} of ${acknowledged.length} at ${company.name}`);
  }

  it("begins with a channel of three members, which orderers of two of them order", async () => {
    assert.match(await make("consortium"), /The consortium stands/);
    companies = openCompanies();
    ({ acme, bell, corp } = companies);
    const { consenters, ordererOrganizations } = await channelSeenBy(corp, channel);
    assert.equal(consenters.length, 3);
    assert.deepEqual(
      ordererOrganizations.map(({ endpoints }) => endpoints.length),
      [2, 1],
    );
  });

  it("takes transactions of all three without a pause", async () => {
    startLoad(...companyNames);
    await client.goesOn(...companyNames);
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
    for (const name of ["acme", "corp"] as const) {
      edit(name);
      await companies[name].up();
    }
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

  it("is left by Corp once another member agreed, and Corp keeps what it had", async () => {
    await client.stop();
    sharedWithCorp = client.acknowledged();
    startLoad("acme", "bell");
    edit("corp", { leave: true });
    await corp.up();
    assert.match(await approve("acme", corp), /remove peer organisation corp/);
    members = ["acme", "bell"];
    edit("acme", { approve: undefined });
    await acme.up();
    edit("bell");
    await bell.up();
    assert.deepEqual(channelIn(acme.publicPart(), channel).members, ["AcmeMSP", "BellMSP"]);
    corp.edit({ partners: [acme.handOverTo(corp), bell.handOverTo(corp)] });
    await corp.up();
    await client.goesOn("acme", "bell");
    await assertComplete(corp, sharedWithCorp);
  });

  it("has lost nothing at the end", async () => {
    await client.stop();
    const acknowledged = client.acknowledged();
    console.log(`      ${acknowledged.length} acknowledged, not acknowledged: ${JSON.stringify(client.faults())}`);
    for (const company of [acme, bell]) await assertComplete(company, acknowledged);
  });

  it("changes nothing by a second `up` of each", async () => {
    for (const name of companyNames) await companies[name].up("--expect-no-changes");
  });

  it("has no key of a company in the state, the outputs, the files, the cluster or the logs of another one", async () => {
    const places = await Promise.all(
      companyNames.map(async (name) => {
        const state = companies[name].stack.plainState();
        const cluster = await contentOf(clusterOf(name));
        return { name, keys: keysIn(state), content: [state, cluster, ...filesIn(folderOf(name))].join("\n"), cluster };
      }),
    );
    for (const { name, keys, cluster } of places) {
      // The search finds what is there: keys of a peer and of its chaincode.
      assert.ok(keysFound(keys, cluster).length >= 3, `${keys.size} keys of ${name}`);
      for (const other of places.filter((place) => place.name !== name)) {
        assert.deepEqual(keysFound(keys, other.content), [], `keys of ${name} at ${other.name}`);
      }
    }
  });
});

function settingsOf(name: CompanyName): LocalCluster {
  const cluster = recordedCluster(name);
  assert.ok(cluster, `there is no local cluster ${name}`);
  return cluster;
}

function clusterOf(name: CompanyName): Cluster {
  return new Cluster(readFileSync(clusterPaths(name).kubeconfig, "utf8"));
}

interface Outputs {
  fabric: {
    organizations: Record<string, { client: { certificate: string; privateKey: string } }>;
  };
}

function clientOf({ name, stack }: Company): { certificate: string; privateKey: string } {
  const found = (stack.outputs() as Outputs).fabric.organizations[name]?.client;
  assert.ok(found);
  return found;
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

/** Texts of the files in a folder. */
function filesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
}
