/**
 * A Fabric network of three companies that run one orderer each, on the local cluster, and what its keepers do to it:
 * they drain its machines, add an organisation by Fabric's command lines, give a chaincode a secret, and lose all volumes of
 * orderers. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { follow } from "../../lib/process";
import { defaultCluster } from "../../local-cluster/settings";
import { Assets } from "../e2e/support/assets";
import { FabricCli } from "../e2e/support/fabric-cli";
import type { Json } from "../e2e/support/fabric-shell";
import { isReady, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const stackName = "e2e-on-call";
const network = "oncall";
/** Part of the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 907;
const ordering = ["north", "east", "south"];
const token = "a-token-that-nobody-may-read";

describe("a Fabric network whose keepers drain machines, set secrets and lose volumes", function () {
  // Ends only hung tests: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const assets = new Assets(stackName, "asset-transfer");
  let cluster: Cluster;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
  });

  const pods = (labels?: string): Promise<V1Pod[]> => cluster.pods(`${network}-`, labels);

  async function allReady(): Promise<void> {
    for (const name of new Set((await pods()).map(({ metadata }) => metadata?.namespace ?? ""))) {
      await cluster.untilPods(name, "", `ready pods of ${name}`, (found) => found.length > 0 && found.every(isReady));
    }
  }

  it("comes up with each company's orderer on a machine of its own", async () => {
    await stack.up();
    await assets.verify();
    const machines = (await pods("fabric.component=orderer")).map(({ spec }) => spec?.nodeName);
    assert.equal(new Set(machines).size, ordering.length, `orderers are on ${machines.join(", ")}`);
    await stack.up("--expect-no-changes");
  });

  it("orders while each machine is drained in turn, and loses no more than one orderer at a time", async () => {
    const orderers = "fabric.component=orderer";
    const before = await pods(orderers);
    const machines = before.map(({ spec }) => spec?.nodeName ?? "");
    const mostAway = await cluster.mostAway(
      before,
      orderers,
      () => network,
      async () => {
        for (const machine of machines) {
          await kubectl("drain", machine, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=170s");
          await assets.write("org1");
          await assets.write("org2");
          await kubectl("uncordon", machine);
          await allReady();
        }
      },
    );
    assert.deepEqual(mostAway, { [network]: 1 });
    await assets.readAll();
    await stack.up("--expect-no-changes");
  });

  it("keeps a secret of a chaincode's environment out of the state, the engine's output and plain objects", async () => {
    await stack.setSecret("blockchain-clusters:network.fabric.channels[0].chaincodes[0].env.API_TOKEN", token);
    const { text: preview } = await stack.preview("--diff");
    const up = await stack.up();
    const state = JSON.stringify(await stack.state());
    const containers = (await pods("fabric.component=chaincode")).flatMap(({ spec }) => spec?.containers ?? []);
    for (const [what, content] of Object.entries({ preview, up, state, pods: JSON.stringify(containers) })) {
      assert.ok(!content.includes(token), `the secret is in plain text in ${what}`);
    }
    const sources = containers.flatMap(({ env }) => env ?? []).filter(({ name }) => name === "API_TOKEN");
    assert.ok(sources.length > 0, "no chaincode has API_TOKEN");
    const secrets = await Promise.all(["org1", "org2"].map((name) => cluster.secrets(`${network}-${name}`)));
    for (const { valueFrom } of sources) {
      const { name, key = "" } = valueFrom?.secretKeyRef ?? {};
      const secret = secrets.flat().find(({ metadata }) => metadata?.name === name);
      assert.equal(Buffer.from(secret?.data?.[key] ?? "", "base64").toString(), token);
    }
    await assets.write("org1");
    await stack.up("--expect-no-changes");
  });

  it("keeps an organisation added by `peer channel update` when the stack file changes the batch timeout", async () => {
    const before = await readConfig();
    await changeByCommandLines((config) => addOrganization(config, "Org3MSP"));
    stack.edit((config) => {
      const { fabric } = config["blockchain-clusters:network"] as NetworkConfig;
      for (const channel of fabric.channels) channel.batch.timeout = "300ms";
    });
    await stack.up();
    const after = await readConfig();
    assert.deepEqual(
      Object.keys(organizations(after)).sort(),
      [...Object.keys(organizations(before)), "Org3MSP"].sort(),
    );
    assert.equal(batchTimeout(before), "200ms");
    assert.equal(batchTimeout(after), "300ms");
    await stack.up("--expect-no-changes");
    await assets.write("org2");
  });

  it("begins no channel a second time when the volumes of all orderers are empty", async () => {
    for (const name of ordering) await cluster.wipe(`${network}-${name}`, "orderer0-ledger", "orderer0-0");
    // The first `up` makes the claims anew, which pods wait for: before it, no orderer can say what it lacks.
    await stack.refresh();
    await stack.up();
    await stack.refresh();
    const text = await stack.failingUp();
    assert.match(text, /channel trade: .* none of the orderers .* carries/);
    // Peers have what they had.
    await assets.readAll();
  });

  it("leaves nothing after `destroy`", async () => {
    await endStory(stack);
  });
});

/** The channel's live config. */
async function readConfig(): Promise<Json> {
  return asAdministrator(async (cli, orderer) => fetchConfig(cli, orderer));
}

/** Changes the channel's config by an update that the administrators of both peer organisations sign. */
async function changeByCommandLines(change: (config: Json) => Json): Promise<void> {
  await asAdministrator(async (cli, orderer) => {
    const live = fetchConfig(cli, orderer);
    cli.encode("common.Config", live, "live.pb");
    cli.encode("common.Config", change(structuredClone(live)), "wished.pb");
    const files = ["live.pb", "wished.pb", "update.pb"].map((name) => cli.path(name));
    const flags = ["--original", "--updated", "--output"].flatMap((flag, index) => [flag, files[index]!]);
    cli.run("configtxlator", ["compute_update", "--channel_id", "trade", ...flags]);
    const envelope = {
      payload: {
        header: { channel_header: { channel_id: "trade", type: 2 } },
        data: { config_update: cli.decode("common.ConfigUpdate", "update.pb") },
      },
    };
    cli.encode("common.Envelope", envelope, "envelope.pb");
    cli.peer("org2", "Org2MSP", "channel", "signconfigtx", "-f", cli.path("envelope.pb"));
    const ordererFlags = ["-o", orderer, "--tls", "--cafile", cli.path("north", "tlsca.pem")];
    cli.peer("org1", "Org1MSP", "channel", "update", "-c", "trade", "-f", cli.path("envelope.pb"), ...ordererFlags);
  });
}

async function asAdministrator<T>(work: (cli: FabricCli, orderer: string) => Promise<T> | T): Promise<T> {
  const cli = new FabricCli(stackName);
  try {
    return await work(cli, await cli.forward(`${network}-north`, "orderer0-0", 7050));
  } finally {
    await cli.close();
  }
}

function fetchConfig(cli: FabricCli, address: string): Json {
  const orderer = { address, authority: cli.path("north", "tlsca.pem") };
  return cli.fetchConfig("trade", orderer, (args) => cli.peer("org1", "Org1MSP", ...args));
}

/** Adds an organisation with the authorities of another one, which is enough to be a member. */
function addOrganization(config: Json, mspId: string): Json {
  const groups = organizations(config);
  const [model] = Object.values(groups);
  groups[mspId] = JSON.parse(JSON.stringify(model).replaceAll(/Org\dMSP/g, mspId)) as Json;
  return config;
}

function organizations(config: Json): Record<string, Json> {
  return (config as unknown as ChannelConfig).channel_group.groups.Application.groups;
}

function batchTimeout(config: Json): string {
  return (config as unknown as ChannelConfig).channel_group.groups.Orderer.values.BatchTimeout.value.timeout;
}

async function kubectl(...args: string[]): Promise<void> {
  const exit = await follow("kubectl", ["--kubeconfig", defaultCluster.paths.kubeconfig, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  assert.equal(exit, 0, `kubectl ${args.join(" ")} ended with ${exit}`);
}

/** Two pods of each chaincode, so that no machine has all of an organisation. */
function stackFile(): StackFile {
  const file = readStackFile("local-fabric");
  const section = file.config["blockchain-clusters:network"] as NetworkConfig;
  section.name = network;
  section.fabric.ordererOrganizations = ordering.map((name) => ({ name, orderers: 1 }));
  for (const entry of section.fabric.channels.flatMap(({ chaincodes }) => chaincodes)) entry.replicas = 2;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

interface NetworkConfig {
  name?: string;
  fabric: {
    ordererOrganizations: { name: string; orderers: number }[];
    channels: { batch: { timeout: string }; chaincodes: { replicas: number }[] }[];
  };
}

interface ChannelConfig {
  channel_group: {
    groups: {
      Application: { groups: Record<string, Json> };
      Orderer: { values: { BatchTimeout: { value: { timeout: string } } } };
    };
  };
}
