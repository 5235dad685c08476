/**
 * A Fabric network on the local cluster whose channel goes from raft to BFT by edits of the stack file, with clients that
 * send transactions all the time, and an engine that is killed at every step. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import { Assets } from "../e2e/support/assets";
import type { Cluster } from "../e2e/support/kubernetes";
import { endOrphans, readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const stackName = "e2e-raft-to-bft";
const network = "tobft";
/** Number in the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 908;
const chaincodeName = "asset-transfer";

/** Lines of the engine's output at which it is killed, in this order. */
const cuts = [
  /begin maintenance mode/,
  /consensus etcdraft -> BFT/,
  /restarting .*orderer/,
  /restarting .*orderer/,
  /end maintenance mode/,
];

describe("a Fabric network whose channel goes from raft to BFT under load", function () {
  // Ends only hung tests: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const assets = new Assets(stackName, chaincodeName);
  let cluster: Cluster;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
  });

  function edit(change: (channel: ChannelSection) => void): void {
    stack.edit((config) => {
      for (const channel of (config["blockchain-clusters:network"] as NetworkConfig).fabric.channels) change(channel);
    });
  }

  it("comes up with raft, and is refused BFT before the channel has the capability", async () => {
    await stack.up();
    await assets.verify();
    edit((channel) => (channel.consensus = "BFT"));
    assert.match(await stack.failingUp(), /BFT needs V3_0\. First raise/);
    await assets.write("org1");
  });

  it("gets the capability while it takes transactions, and loses none of those acknowledged", async () => {
    edit((channel) => Object.assign(channel, { consensus: "etcdraft", capability: "V3_0" }));
    await assets.readLoad("org2", await assets.underLoad("org1", async () => void (await stack.up())));
  });

  it("tells the steps in the preview, and becomes BFT although the engine is killed at each, losing nothing", async () => {
    edit((channel) => (channel.consensus = "BFT"));
    const { text } = await stack.preview();
    assert.match(text, /step 1 of 3: begin maintenance mode/);
    const load = await assets.underLoad("org1", async () => {
      for (const cut of cuts) {
        const killed = stack.startUp();
        await killed.line(cut);
        killed.process.kill("SIGKILL");
        endOrphans(killed);
        await killed.outcome;
        await stack.cancel();
      }
      await stack.up();
    });
    console.log(`      ${await assets.readLoad("org2", load)} transactions were committed meanwhile`);
    await stack.up("--expect-no-changes");
  });

  it("orders as BFT: without any one of its orderers, and with all data from before", async () => {
    for (const index of [0, 1]) {
      await cluster.stop(`${network}-orderer`, `orderer${index}`);
      await assets.write("org1");
      await cluster.scale(`${network}-orderer`, `orderer${index}`, 1);
      await assets.write("org2");
    }
    await assets.readAll();
  });

  it("leaves nothing after `destroy`", async () => {
    await endStory(stack);
  });
});

function stackFile(): StackFile {
  const file = readStackFile("local-bft");
  const section = file.config["blockchain-clusters:network"] as NetworkConfig;
  section.name = network;
  for (const channel of section.fabric.channels) channel.consensus = "etcdraft";
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

interface ChannelSection {
  consensus: string;
  capability?: string;
}

interface NetworkConfig {
  name?: string;
  fabric: { channels: ChannelSection[] };
}
