/**
 * Two companies on the local cluster, each with its own stack, state and passphrase, that share a channel by documents alone.
 * `acme` founds it with an orderer and peers, `bell` joins with peers. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
const storageGeneration = { acme: 905, bell: 906 };

type Fields = Record<string, unknown>;
type Company = "acme" | "bell";

interface Outputs {
  exchange: string;
  exchangeFingerprint: string;
}

/** Part of an exchange document. */
interface Document {
  proposals: { digest: string }[];
}

describe("two companies with a stack each", function () {
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

  async function outputsOf(company: Company): Promise<Outputs> {
    return (await stacks[company].outputs()) as unknown as Outputs;
  }

  /** Hands a company's public part over. Returns the partner for the other's stack file. */
  async function handOver(company: Company): Promise<Fields> {
    const { exchange, exchangeFingerprint: fingerprint } = await outputsOf(company);
    const file = join(directory, `${company}.json`);
    writeFileSync(file, exchange);
    return { name: company, from: { file }, fingerprint, cidrs: [podRange], ports: [7050, 7051] };
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

  const organizations = ["org1", "org2"];
  const chaincodes = [{ name: chaincodeName, version: "1.0", image: "localhost/asset-transfer:1.0", replicas: 1 }];

  it("publish what others need to know, before they share anything", async () => {
    await Promise.all(Object.values(stacks).map((stack) => stack.up()));
    for (const company of ["acme", "bell"] as const) {
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
    const asset: Asset = { ID: "shared", Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 };
    await asClient("bell", async (client) => {
      const { gateway } = await client.connectGateway("org2");
      await createAsset(chaincodeOf(gateway, "trade", chaincodeName), asset);
    });
    await asClient("acme", async (client) => {
      const { gateway } = await client.connectGateway("org1");
      const { contract } = chaincodeOf(gateway, "trade", chaincodeName);
      assert.deepEqual(parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [asset.ID] })), asset);
    });
  });

  it("change the channel by a proposal of one, which the other's preview tells in words and its file approves", async () => {
    edit("bell", {
      channels: [{ name: "trade", founder: "acme", organizations, chaincodes, batch: { timeout: "300ms" } }],
    });
    assert.match(await stacks.bell.up(), /waits for signatures: \/Channel\/Orderer\/Admins needs OrdererMSP/);
    const { exchange } = await outputsOf("bell");
    const digests = (JSON.parse(exchange) as Document).proposals.map(({ digest }) => digest);
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

  it("change nothing by a second `up`", async () => {
    for (const stack of Object.values(stacks)) await stack.up("--expect-no-changes");
  });

  it("have no key of each other, in state or outputs", async () => {
    const [acme, bell] = await Promise.all([keysIn(stacks.acme), keysIn(stacks.bell)]);
    assert.ok(acme.size > 10 && bell.size > 5, `${acme.size} and ${bell.size} keys`);
    assert.deepEqual(
      [...acme].filter((key) => bell.has(key)),
      [],
    );
  });

  it("leave nothing after `destroy`", async () => {
    for (const stack of [stacks.bell, stacks.acme]) {
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
