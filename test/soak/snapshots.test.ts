/**
 * Backups of a Fabric network on the local cluster, and nodes that go on from them: a peer whose volume is lost, then all of
 * an organisation, for which the orderers have what was written later; then the whole network, which loses it.
 */
import assert from "node:assert/strict";
import { run } from "../../lib/process";
import { projectRoot } from "../../tools/paths";
import { readRecord } from "../../local-cluster/record";
import { defaultCluster } from "../../local-cluster/settings";
import { startSnapshots } from "../../local-cluster/snapshots/snapshots";
import { Assets } from "../e2e/support/assets";
import { backUp as backUpNetwork, kubectl } from "../e2e/support/backup";
import type { Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const name = "e2e-snapshots";
const [network, storageGeneration] = ["snapshots", 907];
const org1 = `${network}-org1`;

type Organization = Record<string, unknown>;

function stackFile() {
  const file = readStackFile("local-backup");
  const section = file.config["blockchain-clusters:network"] as Record<string, unknown>;
  section.name = network;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

describe("backups of a Fabric network", function () {
  this.timeout(10 * 60_000);

  const stack = new TestStack(name, stackFile());
  const assets = new Assets(name, "asset-transfer");
  let cluster: Cluster;
  let first: string;
  let third: string;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
    const record = readRecord(defaultCluster);
    assert.ok(record !== undefined);
    await startSnapshots(defaultCluster, record);
    await stack.up();
  });

  after(() => endStory(stack));

  const backUp = (job: string): Promise<string> => backUpNetwork(network, job, 6);

  /** Claims that the pods of an organisation use, by pod. */
  async function claimsInUse(namespace = org1): Promise<Record<string, string>> {
    const pods = await cluster.pods(namespace, "fabric.component in (orderer,peer)");
    const claims = pods.map(({ metadata, spec }) => {
      const claim = spec?.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
      return [metadata?.name ?? "", claim?.persistentVolumeClaim?.claimName ?? ""];
    });
    return Object.fromEntries(claims) as Record<string, string>;
  }

  function restore(entries: Organization[]): void {
    stack.edit((config) => {
      const { fabric } = config["blockchain-clusters:network"] as { fabric: { peerOrganizations: Organization[] } };
      fabric.peerOrganizations[0]!.restore = entries;
    });
  }

  it("are taken while transactions go on, of every volume", async () => {
    await assets.write("org1", 10);
    [first] = await Promise.all([backUp("first"), assets.write("org1", 10)]);
    await assets.write("org1", 10);
    await assets.readAll();
  });

  it("come back in a drill beside the network, with its blocks and its state, of which nothing is left", async () => {
    const program = ["-r", "./tools/runtime/typescript-cache.cjs", "restore-drill/main.ts", name];
    const text = await run(process.execPath, program, { cwd: projectRoot });
    assert.match(text, /^Channel trade: \d+ blocks are those of org1\/peer0, and so is the state/m, text);
    assert.match(text, /^Channel trade: restored orderer\/orderer0 has \d+ blocks$/m, text);
    assert.match(text, /^RPO of channel trade: .*; since then [1-9]\d* blocks, /m, text);
    assert.match(text, /^RTO: /m, text);
    await assets.verify();
    const left = await kubectl("get", "namespaces,persistentvolumes,volumesnapshotcontents", "--output", "name");
    assert.doesNotMatch(left, /restore-drill/);
    const volumes = await kubectl(
      "get",
      "persistentvolumes",
      "--output",
      "jsonpath={.items[*].spec.claimRef.namespace}",
    );
    assert.doesNotMatch(volumes, /restore-drill/);
  });

  it("bring back a peer whose volume is lost, which then has what came after", async () => {
    await cluster.wipe(org1, "peer0-ledger", "peer0-0");
    restore([{ moment: first, peers: [0] }]);
    await stack.up();
    assert.deepEqual(await claimsInUse(), { "peer0-0": `peer0-ledger-${first}`, "peer1-0": "peer1-ledger" });
    await assets.readAll();
    await assets.verify();
  });

  it("are refused where they lack a snapshot, before a node restarts, in words that name those which have it", async () => {
    const before = await claimsInUse();
    restore([{ moment: "20200102t030405z", peers: [0] }]);
    await assert.rejects(
      stack.up(),
      new RegExp(
        `restore\\[0\\]\\.moment: given "20200102t030405z".*there is no VolumeSnapshot peer0-ledger-20200102t030405z\\. Backups that ` +
          `have all of it: ${first}`,
      ),
    );
    assert.deepEqual(await claimsInUse(), before);
    restore([{ moment: first, peers: [0] }]);
    await stack.up();
  });

  it("bring back a whole organisation, from a backup of the restored peer, too; nothing is deleted", async () => {
    const second = await backUp("second");
    await assets.write("org2", 10);
    restore([{ moment: second }]);
    await stack.up();
    assert.deepEqual(await claimsInUse(), {
      "peer0-0": `peer0-ledger-${second}`,
      "peer1-0": `peer1-ledger-${second}`,
    });
    const { items } = await cluster.core.listNamespacedPersistentVolumeClaim({ namespace: org1 });
    const claims = items.map(({ metadata }) => metadata?.name);
    for (const kept of [`peer0-ledger-${first}`, "peer1-ledger"]) assert.ok(claims.includes(kept), claims.join(", "));
    await assets.readAll();
    await assets.verify();
  });

  it("are left by the same edit backwards", async () => {
    restore([{ moment: first, peers: [0] }]);
    await stack.up();
    assert.equal((await claimsInUse())["peer1-0"], "peer1-ledger");
    await assets.readAll();
    await assets.verify();
  });

  function restoreNetwork(entry: Organization | undefined, org1Entries: Organization[] = []): void {
    restore(org1Entries);
    stack.edit((config) => {
      const { fabric } = config["blockchain-clusters:network"] as { fabric: Organization };
      fabric.restore = entry;
    });
  }

  // The own volume of peer0 is lost.
  const withoutNetwork = (): void => restoreNetwork(undefined, [{ moment: first, peers: [0] }]);
  const later = new Assets(name, "asset-transfer", "later");
  const onward = new Assets(name, "asset-transfer", "onward");

  it("bring back the whole network, orderers as well: what came later is gone, and it goes on", async () => {
    third = await backUp("third");
    await later.write("org1", 10);
    restoreNetwork({ moment: third });
    const { text } = await stack.preview();
    assert.ok(
      text.includes(`network ${network}: all of its 6 nodes stop, and go on from backup ${third}-of-orderer0`),
      text,
    );
    await stack.up();
    const suffix = `${third}-of-orderer0`;
    assert.deepEqual(await claimsInUse(`${network}-orderer`), {
      "orderer0-0": `orderer0-ledger-${suffix}`,
      "orderer1-0": `orderer1-ledger-${suffix}`,
      "orderer2-0": `orderer2-ledger-${suffix}`,
    });
    assert.deepEqual(await claimsInUse(), { "peer0-0": `peer0-ledger-${suffix}`, "peer1-0": `peer1-ledger-${suffix}` });
    await assets.readAll();
    await assert.rejects(later.readAll(), /does not exist/);
    await onward.write("org2", 10);
    await onward.readAll();
    await assets.verify();
    await stack.up("--expect-no-changes");
  });

  it("are left by the whole network with the same stop, and everything is as it was before", async () => {
    withoutNetwork();
    await stack.up();
    assert.deepEqual(await claimsInUse(), { "peer0-0": `peer0-ledger-${first}`, "peer1-0": "peer1-ledger" });
    await assets.readAll();
    await later.readAll();
    await assert.rejects(onward.readAll(), /does not exist/);
    await assets.verify();
  });

  it("do not go together where peers are from a later one than the orderers, which is told", async () => {
    restoreNetwork({ moment: first }, [{ moment: third, peers: [0] }]);
    const text = await stack.failingUp();
    assert.match(
      text,
      /org1\/peer0 has \d+ blocks of channel trade, and the orderers \d+: it is from a later copy than they are/,
    );
    withoutNetwork();
    await stack.up();
    await later.readAll();
    await assets.verify();
  });
});
