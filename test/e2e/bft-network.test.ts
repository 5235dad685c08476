/**
 * A Fabric network with four BFT orderers on the local cluster: they lose leaders, one of them and volumes, and become
 * more and fewer. The tests build on each other, in this order. That a lying orderer does no harm is Fabric's own to show.
 */
import assert from "node:assert/strict";
import { Assets } from "./support/assets";
import { startCluster, type Cluster } from "./support/kubernetes";
import { readStackFile, TestStack, useTestState, type StackFile } from "./support/pulumi";
import { inSteps } from "./support/steps";

const stackName = "e2e-bft";
const network = "bft";
/** In the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 903;
const namespace = `${network}-orderer`;

describe("a Fabric network with BFT orderers from one stack file", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const assets = new Assets(stackName, "asset-transfer");
  let cluster: Cluster;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    useTestState();
    cluster = await startCluster();
    await cluster.removeLeftovers(`${network}-`, `-${storageGeneration}`);
    await stack.select();
  });

  function setOrderers(count: number): void {
    stack.edit((config) => {
      const { fabric } = config["blockchain-clusters:network"] as NetworkConfig;
      for (const organization of fabric.ordererOrganizations) organization.orderers = count;
    });
  }

  it("comes up, transacts, and changes nothing by a second `up`", async () => {
    await stack.up();
    await assets.verify();
    await stack.up("--expect-no-changes");
  });

  it("goes on without any one of its orderers, the leader among them, and has lost nothing", async () => {
    for (const index of [0, 1, 2, 3]) {
      const node = `orderer${index}`;
      await cluster.stop(namespace, node);
      await assets.write("org1");
      await cluster.scale(namespace, node, 1);
      await assets.write("org2");
    }
    await assets.readAll();
  });

  it("takes one more orderer by an edit, and goes back to four", async () => {
    setOrderers(5);
    await stack.up();
    await assets.write("org1");
    setOrderers(4);
    await stack.up();
    await assets.write("org2");
    await assets.readAll();
    const pods = await cluster.pods(namespace, "fabric.component=orderer");
    assert.equal(pods.length, 4);
  });

  it("takes an orderer that lost its volume back as a new consenter", async () => {
    await cluster.wipe(namespace, "orderer1-ledger", "orderer1-0");
    await stack.refresh();
    await stack.up();
    await assets.write("org1");
    await cluster.stop(namespace, "orderer2");
    // A quorum of three of four needs the one that came back.
    await assets.write("org2");
    await cluster.scale(namespace, "orderer2", 1);
    await assets.readAll();
  });

  it("leaves nothing after `destroy`", async () => {
    await stack.destroy();
    assert.deepEqual((await stack.state()).deployment.resources ?? [], []);
    await stack.remove();
  });
});

function stackFile(): StackFile {
  const file = readStackFile("local-bft");
  (file.config["blockchain-clusters:network"] as NetworkConfig).name = network;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

interface NetworkConfig {
  name?: string;
  fabric: { ordererOrganizations: { orderers: number }[] };
}
