/**
 * A Fabric network with four BFT orderers on the local cluster: they lose leaders, an orderer, a machine and volumes,
 * restart in turn, and become more and fewer. The tests build on each other, in this order. Tests of Fabric itself
 * cover lying orderers.
 */
import assert from "node:assert/strict";
import { Assets } from "../e2e/support/assets";
import { startHost, stopHost } from "../../local-cluster/host/host";
import { defaultCluster } from "../../local-cluster/settings";
import type { Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const stackName = "e2e-bft";
const network = "bft";
/** Number in the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 903;
const namespace = `${network}-orderer`;

describe("a Fabric network with BFT orderers from one stack file", function () {
  // Ends only hung tests: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const assets = new Assets(stackName, "asset-transfer");
  let cluster: Cluster;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
  });

  function edit(change: (fabric: NetworkConfig["fabric"]) => void): void {
    stack.edit((config) => change((config["blockchain-clusters:network"] as NetworkConfig).fabric));
  }

  function setOrderers(count: number): void {
    edit(({ ordererOrganizations }) => {
      for (const organization of ordererOrganizations) organization.orderers = count;
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

  it("restarts its orderers one at a time when their settings change, and orders between", async () => {
    const orderers = "fabric.component=orderer";
    const before = await cluster.pods(namespace, orderers);
    edit((fabric) => (fabric.logging = "warn"));
    const mostAway = await cluster.mostAway(
      before,
      orderers,
      () => namespace,
      () => stack.up(),
    );
    assert.deepEqual(mostAway, { [namespace]: 1 });
    await assets.write("org1");
    await assets.readAll();
  });

  it("orders while an orderer is away for long, which then catches up", async () => {
    await cluster.stop(namespace, "orderer3");
    await assets.write("org1", 200);
    await cluster.scale(namespace, "orderer3", 1);
    await cluster.stop(namespace, "orderer0");
    // A quorum of three of four needs the orderer that caught up.
    await assets.write("org1");
    await cluster.scale(namespace, "orderer0", 1);
    await assets.readAll();
  });

  it("orders while a machine is without power, and with all orderers after it is back", async () => {
    const machines = (await cluster.pods(namespace, "fabric.component=orderer")).map(({ spec }) => spec?.nodeName);
    // Four orderers on three machines: two share one, and without both nothing is ordered.
    const machine = machines.find((name) => machines.filter((other) => other === name).length === 1);
    assert.ok(machine, `no machine has one orderer: ${machines.join(", ")}`);
    await stopHost(defaultCluster, machine);
    try {
      await assets.write("org2");
    } finally {
      await startHost(defaultCluster, machine);
    }
    await stack.up();
    await assets.verify();
    await stack.up("--expect-no-changes");
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
    // The first `up` creates the claim; a node that lacks the channel can answer only after it (docs/operations.md).
    for (let round = 0; round < 2; round++) {
      await stack.refresh();
      await stack.up();
    }
    await assets.write("org1");
    await cluster.stop(namespace, "orderer2");
    // A quorum of three of four needs the orderer that returned.
    await assets.write("org2");
    await cluster.scale(namespace, "orderer2", 1);
    await assets.readAll();
  });

  it("leaves nothing after `destroy`", async () => {
    await endStory(stack);
  });
});

/** The stack file with two peers and two pods of each chaincode, so that no machine has all of an organisation. */
function stackFile(): StackFile {
  const file = readStackFile("local-bft");
  const section = file.config["blockchain-clusters:network"] as NetworkConfig;
  section.name = network;
  for (const organization of section.fabric.peerOrganizations) organization.peers = 2;
  for (const entry of section.fabric.channels.flatMap(({ chaincodes }) => chaincodes)) entry.replicas = 2;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

interface NetworkConfig {
  name?: string;
  fabric: {
    logging?: string;
    ordererOrganizations: { orderers: number }[];
    peerOrganizations: { peers: number }[];
    channels: { chaincodes: { replicas: number }[] }[];
  };
}
