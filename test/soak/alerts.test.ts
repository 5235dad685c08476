/**
 * Alerts by their faults: each is raised in a network on the local cluster, reaches Alertmanager, and clears when the
 * fault is gone. test/soak/alert-rules.test.ts shows the rules themselves to Prometheus, at their own pace.
 *
 * Not raised here, with the reason:
 *
 * - LedgerVolumeNearlyFull, LedgerVolumeFull: volumes of the local cluster are folders of the machine's disk, which a
 *   test must not fill.
 * - Those of backups: test/soak/ethereum-backup.test.ts raises them, in a network with backups.
 * - FabricCertificateDue: an `up` renews what is due, so a certificate becomes due only as days pass.
 */
import assert from "node:assert/strict";
import { chaincodeOf, type Chaincode } from "../../samples/client/chaincode";
import { submitOnce } from "../../samples/client/transaction";
import { Alerts, type Pace } from "../e2e/support/alerts";
import { Assets } from "../e2e/support/assets";
import type { NetworkSection } from "../e2e/support/ethereum";
import { restricted, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, inSteps } from "../e2e/support/steps";
import { fabricAlerts, nodeAlerts, ethereumAlerts } from "../../ledger/monitoring";
import { stopMonitoring } from "../../local-cluster/monitoring/monitoring";
import { defaultCluster } from "../../local-cluster/settings";

const pace: Pace = { factor: 10, longestFor: 20, interval: "2s" };

const notHere = ["LedgerVolumeNearlyFull", "LedgerVolumeFull", "FabricCertificateDue"];
const raised = new Set<string>();

/** A stack of its own on the local cluster, its alerts, and the steps that both networks have. */
function watched(name: string, network: string, storageGeneration: number, file: StackFile) {
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  const stack = new TestStack(name, file);
  const context = { stack } as { stack: TestStack; cluster: Cluster; alerts: Alerts };

  before(async () => {
    context.cluster = await beginStory(stack, `${network}-`, storageGeneration);
    await stack.up();
    context.alerts = await Alerts.watch(context.cluster, name, await stack.outputs(), pace);
  });

  after(async () => {
    await context.alerts?.close();
    await stopMonitoring(defaultCluster, name);
    await stack.destroy();
    await stack.remove();
  });

  return context;
}

describe("alerts of a Fabric network", function () {
  this.timeout(15 * 60_000);

  const context = watched("e2e-alerts", "alerts", 905, fabricFile());
  const assets = new Assets("e2e-alerts", "asset-transfer");
  const [orderers, org1, org2] = ["alerts-orderer", "alerts-org1", "alerts-org2"];

  inSteps(this, "alerts-", () => context.cluster);

  async function raise(...names: string[]): Promise<void> {
    await context.alerts.fire(...names);
    names.forEach((name) => raised.add(name));
  }

  /** Calls the chaincode again and again, whatever comes of it, while `work` runs. */
  async function withCalls(call: (chaincode: Chaincode, round: number) => Promise<unknown>, work: () => Promise<void>) {
    await assets.asClient(async (client) => {
      const { name } = client.channelWith("asset-transfer");
      const { gateway } = await client.connectGateway("org1");
      const chaincode = chaincodeOf(gateway, name, "asset-transfer");
      const done = new AbortController();
      const calls = (async () => {
        for (let round = 0; !done.signal.aborted; round += 1) await call(chaincode, round).catch(() => undefined);
      })();
      try {
        await work();
      } finally {
        done.abort();
        await calls;
      }
    });
  }

  const create = (chaincode: Chaincode, id: string) =>
    submitOnce(chaincode, { name: "CreateAsset", arguments: [id, "blue", "5", "Ana", "300"] });

  it("are none but that of its certificates, which end within seven days, and all its nodes are read", async () => {
    // Three orderers, three peers, and three kubelets twice.
    assert.equal(await context.alerts.allUp(), 12);
    await raise("FabricCertificateEnds");
    await assets.write("org1", 50);
    assert.deepEqual(await context.alerts.firing(), ["FabricCertificateEnds"]);
  });

  it("clear when an edit and an `up` renew the certificates", async () => {
    context.stack.edit((config) => {
      const { fabric } = config["blockchain-clusters:network"] as { fabric: Record<string, unknown> };
      fabric.certificates = { validityDays: 365, renewBeforeDays: 30 };
    });
    await context.stack.up();
    await context.alerts.close();
    context.alerts = await Alerts.watch(context.cluster, "e2e-alerts", await context.stack.outputs(), pace);
    await context.alerts.allUp();
    await context.alerts.clear();
  });

  it("name a channel that lost two of three orderers, and clear when they are back", async () => {
    await Promise.all(["orderer1", "orderer2"].map((node) => context.cluster.stop(orderers, node)));
    await withCalls(
      (chaincode, round) => create(chaincode, `stalled-${round}`),
      () => raise("LedgerNodeDown", "FabricChannelWithoutLeader", "FabricChannelWithoutQuorum", "FabricChannelStalled"),
    );
    await Promise.all(["orderer1", "orderer2"].map((node) => context.cluster.scale(orderers, node, 1)));
    await assets.write("org1");
    await context.alerts.clear();
  });

  it("name a chaincode whose pods are gone, and clear when calls succeed again", async () => {
    const chaincode = "trade-asset-transfer-1-0";
    await context.cluster.scaleDeployment(org1, chaincode, 0);
    const read = ({ contract }: Chaincode) => contract.evaluate("ReadAsset", { arguments: ["e2e-0"] });
    await withCalls(read, () => raise("FabricEndorsementFailures"));
    await context.cluster.scaleDeployment(org1, chaincode, 1);
    await withCalls(read, () => context.alerts.clear());
  });

  it("name clients that write the same asset at once, and clear when each writes its own", async () => {
    const owners = Array.from({ length: 8 }, (_, index) => `owner${index}`);
    await withCalls(
      (chaincode) =>
        Promise.allSettled(
          owners.map((owner) => submitOnce(chaincode, { name: "TransferAsset", arguments: ["e2e-0", owner] })),
        ),
      () => raise("FabricTransactionsInvalid"),
    );
    await withCalls(
      (chaincode, round) => create(chaincode, `valid-${round}`),
      () => context.alerts.clear(),
    );
  });

  it("name a peer that is cut off from the others, and clear when it has caught up", async () => {
    await context.cluster.cutOff(org2, "peer", "peer0-0", () =>
      withCalls(
        // Endorsed by one organisation of two: invalid, and in a block nevertheless.
        ({ contract }, round) => {
          const values = [`behind-${round}`, "blue", "5", "Ana", "300"];
          return contract.submit("CreateAsset", { arguments: values, endorsingOrganizations: ["Org1MSP"] });
        },
        () => raise("FabricNodeBehind"),
      ),
    );
    await context.alerts.clear();
  });

  it("name a container that ends again and again, and clear when its pod is gone", async () => {
    const pod = {
      metadata: { name: "restless" },
      spec: {
        containers: [
          {
            name: "restless",
            image: "localhost/busybox:1",
            command: ["sh", "-c", "sleep 12; exit 1"],
            securityContext: restricted,
          },
        ],
      },
    };
    await context.cluster.core.createNamespacedPod({ namespace: org1, body: pod });
    await raise("LedgerPodRestarting");
    await context.cluster.core.deleteNamespacedPod({ name: "restless", namespace: org1, gracePeriodSeconds: 0 });
    await context.alerts.clear();
  });
});

describe("alerts of an Ethereum network", function () {
  this.timeout(15 * 60_000);

  const network = "alertseth";
  const context = watched("e2e-alerts-ethereum", network, 906, ethereumFile(network));

  inSteps(this, network, () => context.cluster);

  async function raise(...names: string[]): Promise<void> {
    await context.alerts.fire(...names);
    names.forEach((name) => raised.add(name));
  }

  it("are none, and all its nodes are read", async () => {
    // Four validators, two RPC nodes, and three kubelets twice.
    assert.equal(await context.alerts.allUp(), 12);
    await context.alerts.clear();
  });

  it("name a validator that is away, and clear when it is back", async () => {
    await context.cluster.stop(network, "validator3");
    await raise("EthereumValidatorSilent", "LedgerNodeDown");
    await context.cluster.scale(network, "validator3", 1);
    await context.alerts.clear();
  });

  it("name a chain without a quorum, and clear when it goes on", async () => {
    const away = ["validator2", "validator3"];
    await Promise.all(away.map((node) => context.cluster.stop(network, node)));
    await raise("EthereumChainStalled");
    await Promise.all(away.map((node) => context.cluster.scale(network, node, 1)));
    await context.alerts.clear();
  });

  it("name a node that is cut off from the others, and clear when it has caught up", async () => {
    await context.cluster.cutOff(network, "rpc", "rpc-0", () =>
      raise("EthereumNodeBehind", "EthereumNodeWithoutPeers"),
    );
    await context.alerts.clear();
  });
});

describe("alerts by their faults", () => {
  it("are all but those that cannot be raised here", () => {
    const all = [...nodeAlerts, ...fabricAlerts, ...ethereumAlerts].map(({ name }) => name);
    assert.deepEqual(all.filter((name) => !raised.has(name)).sort(), [...notHere].sort());
  });
});

/** The local Fabric stack, smaller, under another name, with certificates that end soon. */
function fabricFile(): StackFile {
  const file = readStackFile("local-fabric");
  const section = file.config["blockchain-clusters:network"] as {
    name?: string;
    fabric: { peerOrganizations: { peers: number }[]; certificates?: object };
  };
  section.name = "alerts";
  section.fabric.peerOrganizations[1]!.peers = 1;
  section.fabric.certificates = { validityDays: 6, renewBeforeDays: 1 };
  return file;
}

/** The local Ethereum stack under another name. */
function ethereumFile(name: string): StackFile {
  const file = readStackFile("local-ethereum");
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = name;
  return file;
}
