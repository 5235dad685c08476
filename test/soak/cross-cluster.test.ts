/**
 * Two companies that share a channel, each with a local cluster of its own: nodes of the other side are known by their
 * public names alone. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordedCluster } from "../../local-cluster/clusters";
import { link, unlink } from "../../local-cluster/network/links";
import type { LocalCluster } from "../../local-cluster/settings";
import { createAsset, parseAsset, type Asset } from "../../samples/client/assets";
import { chaincodeOf } from "../../samples/client/chaincode";
import { isRefusal } from "../../samples/client/errors";
import { evaluate } from "../../samples/client/transaction";
import { eventually } from "../../samples/client-ethereum/patience";
import { runLocalCluster } from "../../tools/cli/local-cluster";
import { publicNames, resolveNames, type NamingOutputs } from "../../tools/consortium/public-names";
import { handOver, type PartnerEntry, type PublicOutputs } from "../../tools/consortium/public-part";
import { Assets } from "../e2e/support/assets";
import { startCluster, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, useTestState, type StackFile } from "../e2e/support/pulumi";
import { inSteps } from "../e2e/support/steps";

const networkKey = "blockchain-clusters:network";
const together = "asset-transfer";
/** The same chaincode with a policy that one company satisfies. */
const alone = "asset-alone";

type Fields = Record<string, unknown>;

type Outputs = PublicOutputs & NamingOutputs;

interface Company {
  /** Name of its cluster, too. */
  name: "east" | "west";
  organization: string;
  stack: TestStack;
  client: Assets;
}

function company(name: Company["name"], organization: string, ordering: readonly string[]): Company {
  const stack = new TestStack(`e2e-${name}`, stackFile(name, organization, ordering));
  return { name, organization, stack, client: new Assets(stack.name, together) };
}

describe("two companies with a cluster each", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const founder = company("east", "org1", ["orderer"]);
  const member = company("west", "org2", []);
  const clusters = new Map<string, Cluster>();
  let directory: string;

  inSteps(this, "fabric-", () => clusters.get("east")!);

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "cross-cluster-"));
    useTestState();
    for (const { name, stack } of [founder, member]) {
      clusters.set(name, await startCluster(name));
      await stack.select();
    }
  });

  after(async () => {
    rmSync(directory, { recursive: true });
    for (const { name } of [founder, member]) await runLocalCluster(name, "down");
  });

  function edit({ stack }: Company, change: Fields): void {
    stack.edit((config) => Object.assign((config[networkKey] as { fabric: Fields }).fabric, change));
  }

  async function outputsOf({ stack }: Company): Promise<Outputs> {
    return (await stack.outputs()) as unknown as Outputs;
  }

  /** A company as a partner in the other's stack file, as it is known now. */
  async function partner(of: Company): Promise<PartnerEntry> {
    const path = join(directory, `${of.name}.json`);
    return handOver(await outputsOf(of), { name: of.name, path, cidrs: [settingsOf(of.name).loadBalancerRange] });
  }

  /** Makes the records of a company's names where the other looks them up. */
  async function publishNames(of: Company, to: Company): Promise<void> {
    await resolveNames(to.name, publicNames(await outputsOf(of)));
  }

  function write({ client, organization }: Company, chaincode: string, written: Asset): Promise<void> {
    return client.asClient(async (stack) => {
      const { gateway } = await stack.connectGateway(organization);
      await createAsset(chaincodeOf(gateway, "trade", chaincode), written);
    });
  }

  function read({ client, organization }: Company, chaincode: string, { ID }: Asset): Promise<Asset> {
    return client.asClient(async (stack) => {
      const { gateway } = await stack.connectGateway(organization);
      const { contract } = chaincodeOf(gateway, "trade", chaincode);
      return parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [ID] }));
    });
  }

  function untilRead(reader: Company, chaincode: string, written: Asset): Promise<Asset> {
    return eventually(`asset ${written.ID} at ${reader.name}`, () => read(reader, chaincode, written));
  }

  const organizations = [founder.organization, member.organization];
  const image = "localhost/asset-transfer:1.0";
  const chaincodes = [
    { name: together, version: "1.0", image, replicas: 1 },
    { name: alone, version: "1.0", image, replicas: 1, endorsementPolicy: "OR('Org1MSP.peer','Org2MSP.peer')" },
  ];

  it("tell each other what a channel needs, and publish their names", async () => {
    for (const { stack } of [founder, member]) await stack.up();
    await link(settingsOf(founder.name), settingsOf(member.name));
    await publishNames(founder, member);
    await publishNames(member, founder);
  });

  it("share a channel with public names", async () => {
    edit(founder, {
      partners: [await partner(member)],
      channels: [{ name: "trade", organizations, batch: { timeout: "200ms" }, chaincodes }],
    });
    await founder.stack.up();
    edit(member, {
      partners: [await partner(founder)],
      channels: [{ name: "trade", founder: founder.name, organizations, chaincodes }],
    });
    await member.stack.up();
    await founder.stack.up();
  });

  it("endorse each other's transactions, and read them on both sides", async () => {
    await write(member, together, asset("shared"));
    assert.deepEqual(await untilRead(founder, together, asset("shared")), asset("shared"));
    assert.deepEqual(await read(member, together, asset("shared")), asset("shared"));
  });

  it("change nothing by a second `up`", async () => {
    for (const { stack } of [founder, member]) await stack.up("--expect-no-changes");
  });

  it("go on at the founder while the link is cut, and catch up at the member afterwards", async () => {
    const ends = [settingsOf(founder.name), settingsOf(member.name)] as const;
    await unlink(...ends);
    await write(founder, alone, asset("apart"));
    await assert.rejects(read(member, alone, asset("apart")), (error) => isRefusal(error, "does not exist"));
    await link(...ends);
    assert.deepEqual(await untilRead(member, alone, asset("apart")), asset("apart"));
    await write(member, together, asset("again"));
  });
});

function asset(id: string): Asset {
  return { ID: id, Color: "blue", Size: 5, Owner: "Ana", AppraisedValue: 300 };
}

function settingsOf(name: string): LocalCluster {
  const cluster = recordedCluster(name);
  assert.ok(cluster, `there is no local cluster ${name}`);
  return cluster;
}

/** A company's stack file: one node of each of its organisations, which channels know by public names. */
function stackFile(name: string, organization: string, ordering: readonly string[]): StackFile {
  const { config } = readStackFile("local-exposed");
  const { fabric } = config[networkKey] as { fabric: Fields & { ordererOrganizations: { exposure: Fields }[] } };
  const { exposure } = fabric.ordererOrganizations[0]!;
  const way = { ...exposure, clientCidrs: ["10.240.0.0/13"], inChannels: true };
  const own = (owner: string) => ({ name: owner, domain: `${owner}.example.com`, exposure: way });
  Object.assign(fabric, {
    ordererOrganizations: ordering.map((owner) => ({ ...own(owner), orderers: 1 })),
    peerOrganizations: [{ ...own(organization), peers: 1 }],
    partners: [],
    channels: [],
  });
  return { config: { ...config, "blockchain-clusters:cluster": { vendor: "local", name } } };
}
