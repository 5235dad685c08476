/**
 * Backups of an Ethereum network on the local cluster: taken by their schedule, missed by alerts where they fail or do not
 * come, and gone on from by validators. It proves nothing about Besu, see test/e2e/ethereum-network.test.ts.
 */
import assert from "node:assert/strict";
import type { JsonRpcProvider } from "ethers";
import { poll } from "../../lib/wait";
import { stopMonitoring } from "../../local-cluster/monitoring/monitoring";
import { readRecord } from "../../local-cluster/record";
import { defaultCluster } from "../../local-cluster/settings";
import { startSnapshots } from "../../local-cluster/snapshots/snapshots";
import { read } from "../../samples/client-ethereum/value-store";
import { verify, type Verification } from "../../samples/client-ethereum/verify";
import { Alerts } from "../e2e/support/alerts";
import { backUp as backUpNetwork, kubectl } from "../e2e/support/backup";
import { asClientOf, blocksFollow, type NetworkSection } from "../e2e/support/ethereum";
import type { Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const name = "e2e-ethereum-backup";
const [network, storageGeneration] = ["ethbackup", 915];
/** Four validators, and the first RPC node. */
const volumes = 5;
const everyMinute = "* * * * *";

type Restored = { moment: string; validators?: string[] };
type Ethereum = NetworkSection["ethereum"] & { backup: Record<string, unknown>; restore?: Restored[] };

function stackFile(): StackFile {
  const file = readStackFile("local-ethereum");
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = network;
  (section.ethereum as Ethereum).backup = {
    schedule: everyMinute,
    keep: 2,
    rpcNodes: true,
    apiServerCidrs: ["10.240.0.10/32"],
    image: "localhost/node:24.21.0",
  };
  (file.config["blockchain-clusters:cluster"] as Record<string, unknown>).snapshots = true;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

describe("backups of an Ethereum network", function () {
  this.timeout(10 * 60_000);

  const stack = new TestStack(name, stackFile());
  const written: Verification[] = [];
  let cluster: Cluster;
  let alerts: Alerts | undefined;
  let first: string;

  inSteps(this, network, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, network, storageGeneration);
    const record = readRecord(defaultCluster);
    assert.ok(record !== undefined);
    await startSnapshots(defaultCluster, record);
    await stack.up();
    alerts = await Alerts.watch(cluster, name, await stack.outputs(), { factor: 10, longestFor: 20, interval: "2s" });
  });

  after(async () => {
    await alerts?.close();
    await stopMonitoring(defaultCluster, name);
    await endStory(stack);
  });

  const inBackups = ["--namespace", `${network}-backup`];
  const backUp = (job: string): Promise<string> => backUpNetwork(network, job, volumes);

  function edit(change: (ethereum: Ethereum) => void): void {
    stack.edit((config) => change((config["blockchain-clusters:network"] as NetworkSection).ethereum as Ethereum));
  }

  /** Deploys and calls the sample contract. */
  async function transact(): Promise<void> {
    written.push(await asClientOf(name, (client) => verify(client)));
  }

  /** Reads every value ever written from the RPC nodes, and from each validator. */
  async function readAll(): Promise<void> {
    await asClientOf(name, async (client) => {
      const nodes: JsonRpcProvider[] = [await client.rpc()];
      for (const node of client.outputs.ethereum.validators) nodes.push(await client.node(node));
      for (const node of nodes) {
        for (const { contract, value } of written) assert.equal(await read(node, contract), value);
      }
      await blocksFollow(nodes[0]!, 5);
    });
  }

  /** Claims that the validators use, by pod. */
  async function claimsInUse(): Promise<Record<string, string>> {
    const pods = await cluster.pods(network, "ethereum.component=validator");
    const claims = pods.map(({ metadata, spec }) => {
      const claim = spec?.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
      return [metadata?.name ?? "", claim?.persistentVolumeClaim?.claimName ?? ""] as const;
    });
    return Object.fromEntries(claims.sort());
  }

  /** Claims in use where validator0 runs on the first backup, and these others on their own volumes. */
  const besideRestored = (...others: number[]): Record<string, string> => ({
    "validator0-0": `validator0-chain-${first}`,
    ...Object.fromEntries(others.map((index) => [`validator${index}-0`, `validator${index}-chain`] as const)),
  });

  const restore = (...entries: Restored[]): void => edit((ethereum) => (ethereum.restore = entries));

  /** Puts validator0 on the first backup, and every other one on its own volume. The chain has everything, and goes on. */
  async function restoreFirst(): Promise<void> {
    restore({ moment: first, validators: ["validator0"] });
    await stack.up();
    assert.deepEqual(await claimsInUse(), besideRestored(1, 2, 3));
    await transact();
    await readAll();
  }

  it("are taken by their schedule, of all validators and of an RPC node, while the chain goes on", async () => {
    await transact();
    const { length } = await poll(
      async () => {
        const found = await alerts!.query(`ledger_backup_complete{namespace="${network}-backup"} > 0`);
        return found.length > 0 ? found : undefined;
      },
      { what: "a complete backup by the schedule", timeoutSeconds: 180, intervalMs: 1000 },
    );
    assert.equal(length, 1);
    const names = await kubectl("get", "volumesnapshots", "--namespace", network, "--output", "name");
    const copied = [...names.matchAll(/volumesnapshot\.snapshot\.storage\.k8s\.io\/(.+)-\d{8}t\d{6}z$/gm)];
    assert.deepEqual([...new Set(copied.map(([, volume]) => volume))].sort(), [
      "rpc-chain",
      ...[0, 1, 2, 3].map((index) => `validator${index}-chain`),
    ]);
    // Four validators, two RPC nodes, the metrics of backups, and three kubelets twice.
    assert.equal(await alerts!.allUp(), 13);
    await readAll();
    await alerts!.clear();
  });

  it("are missed by an alert when none is taken within the period, until the next one is complete", async () => {
    const suspend = (isSuspended: boolean) =>
      kubectl(
        "patch",
        "cronjob",
        "backup",
        ...inBackups,
        "--patch",
        JSON.stringify({ spec: { suspend: isSuspended } }),
      );
    await suspend(true);
    await alerts!.fire("LedgerBackupTooOld");
    assert.deepEqual(await alerts!.firing(), ["LedgerBackupTooOld"]);
    await suspend(false);
    await alerts!.clear();
  });

  it("raise an alert when one fails, until one succeeds", async () => {
    const allow = (verbs: string[]) => {
      const rule = { apiGroups: ["snapshot.storage.k8s.io"], resources: ["volumesnapshots"], verbs };
      return kubectl("patch", "role", "backup", "--namespace", network, "--patch", JSON.stringify({ rules: [rule] }));
    };
    await allow(["list"]);
    await alerts!.fire("LedgerBackupFailed");
    await allow(["create", "list", "delete"]);
    await alerts!.clear();
  });

  it("are taken by hand as well, also under another schedule", async () => {
    edit(({ backup }) => Object.assign(backup, { schedule: "0 3 * * *", keep: 7 }));
    await stack.up();
    [first] = await Promise.all([backUp("first"), transact()]);
    await transact();
  });

  it("bring back a validator whose volume is lost, which then has what came after", async () => {
    await cluster.wipe(network, "validator0-chain", "validator0-0");
    await restoreFirst();
    await stack.up("--expect-no-changes");
  });

  it("are refused where they lack a snapshot, before a validator restarts, in words that name those which have it", async () => {
    const before = await claimsInUse();
    restore({ moment: "20200102t030405z", validators: ["validator0"] });
    assert.match(
      await stack.failingUp(),
      new RegExp(
        `network\\.ethereum\\.restore\\[0\\]\\.moment: given "20200102t030405z".*there is no VolumeSnapshot ` +
          `validator0-chain-20200102t030405z\\. Backups that have all of it: .*${first}`,
      ),
    );
    assert.deepEqual(await claimsInUse(), before);
  });

  it("bring back all validators, one at a time, from a backup of the restored one, too; nothing is lost", async () => {
    const second = await backUp("second");
    await transact();
    restore({ moment: second });
    await stack.up();
    assert.deepEqual(
      await claimsInUse(),
      Object.fromEntries([0, 1, 2, 3].map((index) => [`validator${index}-0`, `validator${index}-chain-${second}`])),
    );
    await readAll();
  });

  it("are left by the same edit backwards", () => restoreFirst());

  it("bring back no further validator of a chain that became too small; the restored one stays where it is", async () => {
    edit((ethereum) => (ethereum.validators = ethereum.validators?.filter(({ name: node }) => node !== "validator3")));
    await stack.up();
    assert.deepEqual(await claimsInUse(), besideRestored(1, 2));
    await transact();
    await readAll();
    const kept = { moment: first, validators: ["validator0"] };
    restore(kept, { moment: first, validators: ["validator1"] });
    assert.match(
      await stack.failingUp(),
      /network\.ethereum\.restore\[1\]\.moment: given "\w+"; must be left out with its entry, because the chain has 3 validators/,
    );
    restore(kept);
    await stack.up("--expect-no-changes");
  });
});
