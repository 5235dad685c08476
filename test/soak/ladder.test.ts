/**
 * A Fabric network with data that climbs from one release to the next, while clients send transactions all the time. The
 * lower rung is a build of April 2023, between 2.5 and 3.0, so its stack file says 2.5.0. The tests build on each other, in
 * this order.
 */
import assert from "node:assert/strict";
import { Assets } from "../e2e/support/assets";
import type { Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const stackName = "e2e-ladder";
const network = "ladder";
/** Number in the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 914;

const lower = { version: "2.5.0", tag: "3.0.0-dev" };
const upper = { version: "3.1.4", tag: "3.1.4" };
type Rung = typeof lower;

describe("a Fabric network on the ladder of releases", function () {
  // Ends only hung tests: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const assets = new Assets(stackName, "asset-transfer");
  let cluster: Cluster;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
  });

  function edit(change: (fabric: FabricSection) => void): void {
    stack.edit((config) => change((config["blockchain-clusters:network"] as NetworkSection).fabric));
  }

  /** Images of the pods of peers or of orderers, each once. */
  async function imagesOf(component: "orderer" | "peer"): Promise<string[]> {
    const pods = await cluster.pods(`${network}-`, `fabric.component=${component}`);
    return [...new Set(pods.map(({ spec }) => spec?.containers[0]?.image ?? "none"))];
  }

  /** Identities of all pods: a pod that restarts is another one. */
  async function podsNow(): Promise<(string | undefined)[]> {
    return (await cluster.pods(`${network}-`)).map(({ metadata }) => metadata?.uid).toSorted();
  }

  it("comes up on the lower rung", async () => {
    await stack.up();
    await assets.verify();
    await assets.write("org1", 5);
    assert.deepEqual(await imagesOf("orderer"), ["localhost/fabric-orderer:3.0.0-dev"]);
  });

  it("climbs by its version, orderers before peers, without a failed transaction", async () => {
    edit((fabric) => stand(fabric, upper));
    let output = "";
    await assets.wholeUnderLoad(async () => (output = await stack.up()));
    // The engine repeats its messages at the end.
    const restarted = [...new Set(output.match(/restarting \w+\/(orderer|peer)\d/g))];
    const order = restarted.map((message) => (message.includes("/orderer") ? "orderer" : "peer"));
    assert.deepEqual(order, [...order].toSorted(), "orderers before peers");
    assert.equal(new Set(order).size, 2);
    assert.deepEqual(await imagesOf("orderer"), ["localhost/fabric-orderer:3.1.4"]);
    assert.deepEqual(await imagesOf("peer"), ["localhost/fabric-peer:3.1.4"]);
    await assets.readAll();
    await stack.up("--expect-no-changes");
  });

  it("lets peers go back, and climb again, while the channel has no capability of the upper rung", async () => {
    // An orderer of the lower rung that restarts can stand still for good, so orderers stay.
    for (const rung of [lower, upper]) {
      edit((fabric) => {
        stand(fabric, rung);
        fabric.images.orderer = `localhost/fabric-orderer:${upper.tag}`;
      });
      await assets.wholeUnderLoad(() => stack.up());
      assert.deepEqual(await imagesOf("peer"), [`localhost/fabric-peer:${rung.tag}`]);
      await assets.readAll();
    }
  });

  it("gets the capability of the upper rung by an edit of its own", async () => {
    edit((fabric) => fabric.channels.forEach((channel) => (channel.capability = "V3_0")));
    await assets.wholeUnderLoad(() => stack.up());
    await stack.up("--expect-no-changes");
  });

  it("is refused the way back from then on, before a node restarts", async () => {
    const before = await podsNow();
    edit((fabric) => {
      stand(fabric, lower);
      fabric.channels.forEach((channel) => delete channel.capability);
    });
    assert.match(await stack.failingUp(), /release: given "2\.5\.0"; must be 3\.0\.0 or later, because channel trade/);
    assert.deepEqual(await podsNow(), before);
    edit((fabric) => {
      stand(fabric, upper);
      fabric.channels.forEach((channel) => (channel.capability = "V3_0"));
    });
    await stack.up();
    await assets.readAll();
    await stack.up("--expect-no-changes");
  });

  it("leaves nothing after `destroy`", async () => {
    await endStory(stack);
  });
});

function stackFile(): StackFile {
  const file = readStackFile("local-fabric");
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = network;
  stand(section.fabric, lower);
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

/** Puts orderers and peers on a rung. */
function stand(fabric: FabricSection, { version, tag }: Rung): void {
  fabric.version = version;
  fabric.images = { orderer: `localhost/fabric-orderer:${tag}`, peer: `localhost/fabric-peer:${tag}` };
}

interface FabricSection {
  version: string;
  images: { orderer: string; peer: string };
  channels: { capability?: string }[];
}

interface NetworkSection {
  name?: string;
  fabric: FabricSection;
}
