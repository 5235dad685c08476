/**
 * A Fabric network that nobody renewed: all certificates of nodes, chaincode, users and administrators are over. Its keys
 * are made by a provider whose clock is behind, so that their real ends come within minutes. The tests build on each other,
 * in this order.
 */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "../../local-cluster/settings";
import { Assets } from "../e2e/support/assets";
import { isReady, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const stackName = "e2e-expired";
const network = "expired";
/** Part of the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 908;

const millisecondsPerDay = 24 * 60 * 60 * 1000;
const validityDays = 2;
/** Time for the first `up` and a proof that the network works. */
const lifeMs = 4 * 60_000;
const clockFile = join(projectRoot, ".local", "e2e", "expired-clock");

describe("a Fabric network whose certificates are all over", function () {
  // Ends only hung tests: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const slowClock = join(projectRoot, "test", "e2e", "support", "slow-clock.cjs");
  const stack = new TestStack(stackName, stackFile(), {
    NODE_OPTIONS: `--require=${slowClock}`,
    SLOW_CLOCK: clockFile,
  });
  const assets = new Assets(stackName, "asset-transfer");
  let cluster: Cluster;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    mkdirSync(dirname(clockFile), { recursive: true });
    writeFileSync(clockFile, String(validityDays * millisecondsPerDay - lifeMs));
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
  });
  after(() => rmSync(clockFile, { force: true }));

  it("works until the last minute of its certificates", async () => {
    await stack.up();
    await assets.write("org1");
    assert.ok((await stack.certificateEnds()).every((end) => end > Date.now() && end < Date.now() + lifeMs));
  });

  it("neither takes a transaction nor starts a node afterwards", async () => {
    const last = Math.max(...(await stack.certificateEnds()));
    await pause(last - Date.now() + 1000);
    await assert.rejects(assets.write("org1"));
    await cluster.core.deleteNamespacedPod({ namespace: `${network}-org2`, name: "peer0-0" });
    await cluster.untilPods(`${network}-org2`, "fabric.component=peer", "a peer that ended", (pods) =>
      pods.some(({ status }) => (status?.containerStatuses ?? []).some(({ restartCount }) => restartCount > 0)),
    );
  });

  it("is brought back by one `up`, which renews all of them and restarts all nodes", async () => {
    rmSync(clockFile);
    await stack.up();
    assert.ok((await stack.certificateEnds()).every((end) => end > Date.now() + millisecondsPerDay));
    for (const name of ["orderer", "org1", "org2"]) {
      await cluster.untilPods(`${network}-${name}`, "", `ready pods of ${name}`, (pods) => pods.every(isReady));
    }
    await assets.write("org1");
    await assets.write("org2");
    await assets.readAll();
    await stack.up("--expect-no-changes");
  });

  it("leaves nothing after `destroy`", async () => {
    await endStory(stack);
  });
});

/** The sample network with certificates of two days. */
function stackFile(): StackFile {
  const file = readStackFile("local-fabric");
  const section = file.config["blockchain-clusters:network"] as { fabric: object };
  Object.assign(section, { name: network });
  Object.assign(section.fabric, { certificates: { validityDays, renewBeforeDays: 1 } });
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}
