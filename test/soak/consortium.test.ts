/**
 * Three companies on the local cluster, each with its own stack, state and passphrase, that share a channel by documents alone.
 * `acme` founds it with an orderer and peers, `bell` joins with peers, `corp` later, and leaves. The tests build on each other, in
 * this order.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  handOver as handOverTo,
  proposalsIn,
  type PartnerEntry,
  type PublicOutputs,
} from "../../tools/consortium/public-part";
import { defaultName, localCluster } from "../../local-cluster/settings";
import { createAsset, parseAsset, type Asset } from "../../samples/client/assets";
import { chaincodeOf } from "../../samples/client/chaincode";
import { openStack, type Stack } from "../../samples/client/stack";
import { evaluate } from "../../samples/client/transaction";
import { startCluster, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, testState, TestStack, type StackFile } from "../e2e/support/pulumi";
import { endStory, inSteps } from "../e2e/support/steps";

const { podRange } = localCluster(defaultName, 0);
const chaincodeName = "asset-transfer";
const prefix = "pact-";
/** In the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = { acme: 905, bell: 906, corp: 907 };

type Fields = Record<string, unknown>;
const companies = ["acme", "bell", "corp"] as const;
type Company = (typeof companies)[number];

describe("companies with a stack each", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  let directory: string;
  let cluster: Cluster;
  let stacks: Record<Company, TestStack>;

  inSteps(this, prefix, () => cluster);

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "consortium-"));
    stacks = {
      acme: new TestStack("e2e-acme", stackFile("acme", ["orderer", "org1"]), testState("acme", "acme's word")),
      bell: new TestStack("e2e-bell", stackFile("bell", ["org2"]), testState("bell", "bell's word")),
      corp: new TestStack("e2e-corp", stackFile("corp", ["org3"]), testState("corp", "corp's word")),
    };
    cluster = await startCluster();
    for (const generation of Object.values(storageGeneration)) {
      await cluster.removeLeftovers(prefix, `-${generation}`);
    }
    for (const stack of Object.values(stacks)) await stack.select();
  });

  after(() => rmSync(directory, { recursive: true }));

  function edit(company: Company, change: Fields): void {
    stacks[company].edit((config) => Object.assign((config[networkKey] as { fabric: Fields }).fabric, change));
  }

  async function outputsOf(company: Company): Promise<PublicOutputs> {
    return (await stacks[company].outputs()) as unknown as PublicOutputs;
  }

  async function handOver(company: Company): Promise<PartnerEntry> {
    const path = join(directory, `${company}.json`);
    return handOverTo(await outputsOf(company), { name: company, path, cidrs: [podRange], ports: [7050, 7051] });
  }

  async function asClient<T>(company: Company, work: (client: Stack) => Promise<T>): Promise<T> {
    const file = join(directory, `${company}-outputs.json`);
    writeFileSync(file, JSON.stringify(await stacks[company].outputs()));
    const client = await openStack({ file });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Creates an asset through a company's gateway, and keeps in mind that this was acknowledged. */
  async function create(company: Company, organization: string, id: string): Promise<void> {
    const asset: Asset = { ID: id, Color: "blue", Size: 5, Owner: company, AppraisedValue: 300 };
    await asClient(company, async (client) => {
      const { gateway } = await client.connectGateway(organization);
      const { outcome } = await createAsset(chaincodeOf(gateway, "trade", chaincodeName), asset);
      assert.equal(outcome, "created");
    });
    acknowledged.set(id, asset);
  }

  /** Every acknowledged asset is on the ledger of a company's peer. */
  async function assertHas(company: Company, organization: string, assets = acknowledged): Promise<void> {
    await asClient(company, async (client) => {
      const { gateway } = await client.connectGateway(organization);
      const { contract } = chaincodeOf(gateway, "trade", chaincodeName);
      for (const [id, asset] of assets) {
        assert.deepEqual(parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [id] })), asset);
      }
    });
  }

  /** Digests of the proposals that a company publishes. */
  async function proposed(company: Company): Promise<string[]> {
    return proposalsIn(await outputsOf(company));
  }

  const acknowledged = new Map<string, Asset>();
  const organizations = ["org1", "org2"];
  const all = [...organizations, "org3"];
  const chaincodes = [{ name: chaincodeName, version: "1.0", image: "localhost/asset-transfer:1.0", replicas: 1 }];

  const batch = { timeout: "200ms", preferredMaxBytes: "1Mi" };
  const bellsChannel = {
    ...{ name: "trade", founder: "acme", organizations, chaincodes },
    batch: { timeout: "300ms", maxMessageCount: 30 },
  };

  it("publish what others need to know, before they share anything", async () => {
    await Promise.all(Object.values(stacks).map((stack) => stack.up()));
    for (const company of companies) {
      const { exchange } = await outputsOf(company);
      assert.doesNotMatch(exchange, /PRIVATE KEY|UFJJVkFURSBLRVk/);
    }
  });

  it("found a channel with the other's organisation, and show who has to approve the chaincode", async () => {
    edit("acme", {
      partners: [await handOver("bell")],
      channels: [{ name: "trade", organizations, batch: { timeout: "200ms" }, chaincodes }],
    });
    const text = await stacks.acme.up();
    assert.match(text, /waits for approvals: Org2MSP; approved by Org1MSP/);
  });

  it("join it by the founder's document, and complete the chaincode's majority", async () => {
    edit("bell", {
      partners: [await handOver("acme")],
      channels: [{ name: "trade", founder: "acme", organizations, chaincodes }],
    });
    await stacks.bell.up();
    await stacks.acme.up();
  });

  it("see each other's transactions, which peers of both endorse", async () => {
    await create("bell", "org2", "shared");
    await assertHas("acme", "org1");
  });

  it("change the channel by a proposal of one, which the other's preview tells in words and its file approves", async () => {
    edit("bell", {
      channels: [{ name: "trade", founder: "acme", organizations, chaincodes, batch: { timeout: "300ms" } }],
    });
    assert.match(await stacks.bell.up(), /waits for signatures: \/Channel\/Orderer\/Admins needs OrdererMSP/);
    const digests = await proposed("bell");
    assert.equal(digests.length, 1);

    edit("acme", {
      partners: [await handOver("bell")],
      channels: [{ name: "trade", organizations, batch: { timeout: "200ms" }, chaincodes, approve: digests }],
    });
    assert.match((await stacks.acme.preview()).text, /changes: batch timeout 200ms -> 300ms/);
    await stacks.acme.up();
    const after = await stacks.bell.up();
    assert.match(after, /is in force, by config 1/);
  });

  it("renew a proposal that another change overtook, with a new digest", async () => {
    edit("bell", { channels: [bellsChannel] });
    await stacks.bell.up();
    const [former] = await proposed("bell");
    edit("acme", { channels: [{ name: "trade", organizations, batch, chaincodes }] });
    await stacks.acme.up();
    assert.match(await stacks.bell.up(), new RegExp(`proposal ${former} is stale`));
    const approve = await proposed("bell");
    assert.equal(approve.length, 1);
    assert.notEqual(approve[0], former);
    edit("acme", {
      partners: [await handOver("bell")],
      channels: [{ name: "trade", organizations, batch, chaincodes, approve }],
    });
    await stacks.acme.up();
    assert.match(await stacks.bell.up(), /is in force, by config 3/);
  });

  it("refuse a partner's file with another fingerprint than agreed on", async () => {
    const [bell, corp] = [await handOver("bell"), await handOver("corp")];
    edit("acme", { partners: [bell, { ...corp, fingerprint: bell.fingerprint }] });
    assert.match(
      await stacks.acme.failingUp(),
      /partners\[1\]\.fingerprint: .*must be the fingerprint of the partner's/,
    );
    edit("acme", { partners: [bell, corp] });
  });

  /** Acme proposes other members, bell approves, and acme sees it in force. */
  async function changeMembers(members: string[]): Promise<void> {
    edit("acme", { channels: [{ name: "trade", organizations: members, batch, chaincodes }] });
    assert.match(
      (await stacks.acme.preview()).text,
      /step 1 of 1: .*needs 2 of \(Org1MSP, Org2MSP.*; this stack holds Org1MSP/,
    );
    await stacks.acme.up();
    edit("bell", {
      partners: [await handOver("acme"), await handOver("corp")],
      channels: [{ ...bellsChannel, approve: await proposed("acme") }],
    });
    await stacks.bell.up();
    assert.match(await stacks.acme.up(), /is in force, by config \d+/);
  }

  it("take in a third one by files alone: proposed by one, approved by another, joined by its own stack", async () => {
    await changeMembers(all);
    edit("corp", {
      partners: [await handOver("acme"), await handOver("bell")],
      channels: [{ name: "trade", founder: "acme", organizations: all, chaincodes }],
    });
    await stacks.corp.up();
    await create("corp", "org3", "third");
    await assertHas("corp", "org3");
    await assertHas("bell", "org2");
  });

  it("revoke an administrator by their own signature alone", async () => {
    edit("corp", { peerOrganizations: [{ name: "org3", peers: 1, revoke: [{ name: "admin" }] }] });
    assert.doesNotMatch(await stacks.corp.up(), /waits for signatures/);
    assert.deepEqual(await proposed("corp"), []);
    await create("corp", "org3", "renewed");
  });

  it("change nothing by a second `up`", async () => {
    for (const stack of Object.values(stacks)) await stack.up("--expect-no-changes");
  });

  it("lose one when the others agreed: it is told by which config, fails nothing, and keeps what it had", async () => {
    const kept = new Map(acknowledged);
    await changeMembers(organizations);
    await create("bell", "org2", "after");
    edit("corp", { partners: [await handOver("acme"), await handOver("bell")] });
    assert.match(await stacks.corp.up(), /Org3MSP left it, by config \d+ at the latest/);
    await stacks.corp.up("--expect-no-changes");
    await assertHas("corp", "org3", kept);
    await assertHas("acme", "org1");
    await assertHas("bell", "org2");
  });

  it("have no key of each other, in state or outputs", async () => {
    const keys = await Promise.all(companies.map((company) => keysIn(stacks[company])));
    for (const each of keys) assert.ok(each.size > 5, `${each.size} keys`);
    assert.equal(
      new Set(keys.flatMap((each) => [...each])).size,
      keys.reduce((sum, { size }) => sum + size, 0),
    );
  });

  it("leave nothing after `destroy`", async () => {
    for (const stack of [stacks.corp, stacks.bell, stacks.acme]) {
      await endStory(stack);
    }
  });
});

const networkKey = "blockchain-clusters:network";

/** Private keys in the state of a stack, outputs included. */
async function keysIn(stack: TestStack): Promise<Set<string>> {
  const text = (await stack.plainState()).replaceAll("\\\\n", "\n").replaceAll("\\n", "\n");
  const keys = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g) ?? [];
  return new Set(keys.map((key) => key.replace(/\s/g, "")));
}

/** A company's stack file, derived from one of a single owner: its organisations, a peer or an orderer each. */
function stackFile(company: Company, organizations: readonly string[]): StackFile {
  const file = readStackFile("local-fabric");
  const network = file.config[networkKey] as { name?: string; fabric: Fields };
  network.name = `${prefix}${company}`;
  const peers = organizations.filter((name) => name !== "orderer");
  Object.assign(network.fabric, {
    ordererOrganizations: organizations.includes("orderer") ? [{ name: "orderer", orderers: 1 }] : [],
    peerOrganizations: peers.map((name) => ({ name, peers: 1 })),
    partners: [],
    channels: [],
  });
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration[company] };
  delete (file as unknown as Fields).encryptionsalt;
  return file;
}
