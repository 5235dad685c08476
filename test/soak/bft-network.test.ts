/**
 * A Fabric network with four BFT orderers on the local cluster: they lose leaders, an orderer, a machine and volumes, hang,
 * restart in turn, get new certificates under load, and become more and fewer. The tests build on each other, in this order.
 * Tests of Fabric itself cover lying orderers.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Assets } from "../e2e/support/assets";
import { freezeHost, startHost, stopHost, thawHost } from "../../local-cluster/host/host";
import { defaultCluster } from "../../local-cluster/settings";
import { isReady, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const stackName = "e2e-bft";
const network = "bft";
/** Number in the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 903;
const namespace = `${network}-orderer`;
const millisecondsPerDay = 24 * 60 * 60 * 1000;
/** Validity of the first certificates: they are due when the stack file renews earlier than that. */
const firstDays = 60;
/** Time that an orderer is away: hundreds of blocks at a time of 200 ms for each. */
const absenceSeconds = 180;

/** A change of a host. */
type Change = typeof stopHost | typeof freezeHost;

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

  /** A machine with one orderer. Two of the four share one of the three machines, and without both nothing is ordered. */
  async function machineOfOne(): Promise<string> {
    const machines = (await cluster.pods(namespace, "fabric.component=orderer")).map(({ spec }) => spec?.nodeName);
    const machine = machines.find((name) => machines.filter((other) => other === name).length === 1);
    assert.ok(machine, `no machine has one orderer: ${machines.join(", ")}`);
    return machine;
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

  it("orders under load while an orderer is away for minutes, which then catches up", async () => {
    await cluster.stop(namespace, "orderer3");
    await assets.wholeUnderLoad(() => pause(absenceSeconds * 1000));
    await cluster.scale(namespace, "orderer3", 1);
    await cluster.stop(namespace, "orderer0");
    // A quorum of three of four needs the orderer that caught up.
    await assets.write("org1");
    await cluster.scale(namespace, "orderer0", 1);
    await assets.readAll();
  });

  const faults: { words: string; begin: Change; end: Change }[] = [
    { words: "is without power", begin: stopHost, end: startHost },
    { words: "hangs", begin: freezeHost, end: thawHost },
  ];
  for (const { words, begin, end } of faults) {
    it(`orders while a machine ${words}, and after it`, async () => {
      const machine = await machineOfOne();
      await begin(defaultCluster, machine);
      try {
        await assets.write("org2");
      } finally {
        await end(defaultCluster, machine);
      }
      await cluster.untilPods(namespace, "fabric.component=orderer", "four ready orderers", (pods) => {
        return pods.length === 4 && pods.every(isReady);
      });
      await stack.up();
      await assets.verify();
      await stack.up("--expect-no-changes");
    });
  }

  // An orderer that was frozen may be up and take no part any more (docs/operations.md): the rollout has to find it.
  it("renews all its certificates under load, and loses no transaction", async () => {
    edit((fabric) => (fabric.certificates = { validityDays: 365, renewBeforeDays: 2 * firstDays }));
    await assets.wholeUnderLoad(() => stack.up());
    const ends = await stack.certificateEnds();
    assert.ok(ends.length > 0 && ends.every((end) => end > Date.now() + 2 * firstDays * millisecondsPerDay));
    await assets.write("org2");
    await assets.readAll();
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
  section.fabric.certificates = { validityDays: firstDays, renewBeforeDays: 1 };
  for (const organization of section.fabric.peerOrganizations) organization.peers = 2;
  for (const entry of section.fabric.channels.flatMap(({ chaincodes }) => chaincodes)) entry.replicas = 2;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

interface NetworkConfig {
  name?: string;
  fabric: {
    logging?: string;
    certificates?: { validityDays: number; renewBeforeDays: number };
    ordererOrganizations: { orderers: number }[];
    peerOrganizations: { peers: number }[];
    channels: { chaincodes: { replicas: number }[] }[];
  };
}
