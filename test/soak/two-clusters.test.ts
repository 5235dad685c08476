/**
 * A Fabric network and an Ethereum network on two local clusters of this machine: side by side, linked, and one without
 * the other. The tests build on each other, in this order.
 */
import assert from "node:assert/strict";
import type * as k8s from "@kubernetes/client-node";
import { recordedCluster } from "../../local-cluster/clusters";
import { allHosts, stopHost } from "../../local-cluster/host/host";
import { link, unlink } from "../../local-cluster/network/links";
import type { LocalCluster } from "../../local-cluster/settings";
import { runLocalCluster } from "../../tools/cli/local-cluster";
import { Assets } from "../e2e/support/assets";
import { startCluster, type Cluster } from "../e2e/support/kubernetes";
import { connects, listen, type Party } from "../e2e/support/policy-matrix";
import { readStackFile, TestStack, useTestState, type StackFile } from "../e2e/support/pulumi";
import { inSteps } from "../e2e/support/steps";

describe("two local clusters on one machine", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(20 * 60_000);

  const fabric = new TestStack("e2e-east", stackFile("local-fabric", "east"));
  const ethereum = new TestStack("e2e-west", stackFile("local-ethereum", "west"));
  let east: Cluster;
  let west: Cluster;

  inSteps(this, "fabric-", () => east);

  before(async () => {
    useTestState();
    east = await startCluster("east");
    west = await startCluster("west");
    await fabric.select();
    await ethereum.select();
  });

  after(async () => {
    await runLocalCluster("east", "down");
    await runLocalCluster("west", "down");
  });

  it("take a network each, of which a second `up` changes nothing", async () => {
    await fabric.up();
    await ethereum.up();
    await new Assets("e2e-east", "asset-transfer").verify();
    await fabric.up("--expect-no-changes");
    await ethereum.up("--expect-no-changes");
  });

  it("reach nothing of each other, and over a link each other's LoadBalancer addresses alone", async () => {
    const clusters = [settingsOf("east"), settingsOf("west")] as const;
    const [source] = await listen(west, "stranger", "stranger", ["node-1"], {});
    const targets = await targetsIn(east, clusters[0]);
    const nothing = { loadBalancer: false, apiServer: false, pod: false };
    assert.deepEqual(await reached(source!, targets), nothing);
    await link(...clusters);
    assert.deepEqual(await reached(source!, targets), { ...nothing, loadBalancer: true });
    // A link outlives a power cut of one of its ends.
    const { controlPlane } = clusters[0];
    await stopHost(clusters[0], controlPlane.name);
    await runLocalCluster("east", "up");
    assert.deepEqual(await reached(source!, targets), { ...nothing, loadBalancer: true });
    await unlink(...clusters);
    assert.deepEqual(await reached(source!, targets), nothing);
  });

  it("leave the other as it is when one loses its power and is removed, even while they are linked", async () => {
    const [survivor, lost] = [settingsOf("east"), settingsOf("west")];
    await link(survivor, lost);
    const before = await podsOf(east);
    for (const { name } of allHosts(lost)) await stopHost(lost, name);
    await runLocalCluster("west", "down");
    assert.deepEqual(await podsOf(east), before);
    await new Assets("e2e-east", "asset-transfer").verify();
    await runLocalCluster("east", "up");
    await fabric.up("--expect-no-changes");
  });

  async function reached({ pod }: Party, targets: Record<string, [string, number]>): Promise<Record<string, boolean>> {
    const answers = await connects(west, pod, Object.values(targets));
    return Object.fromEntries(Object.keys(targets).map((name, index) => [name, answers[index] ?? false]));
  }
});

/** One address and port for each way by which another cluster might be reached. */
async function targetsIn(cluster: Cluster, { controlPlane }: LocalCluster): Promise<Record<string, [string, number]>> {
  const services = (await cluster.core.listServiceForAllNamespaces()).items;
  const balancer = services.find(({ spec }) => spec?.type === "LoadBalancer");
  const address = balancer?.status?.loadBalancer?.ingress?.[0]?.ip ?? "";
  const [peer] = await cluster.pods("fabric-org1", "fabric.component=peer");
  return {
    loadBalancer: [address, balancer?.spec?.ports?.[0]?.port ?? 0],
    apiServer: [controlPlane.address, 6443],
    pod: [peer?.status?.podIP ?? "", 7051],
  };
}

/** What a restart or a move of a pod changes. */
async function podsOf(cluster: Cluster): Promise<unknown[]> {
  const describePod = ({ metadata, spec, status }: k8s.V1Pod): unknown => [
    `${metadata?.namespace}/${metadata?.name}`,
    metadata?.uid,
    spec?.nodeName,
    status?.containerStatuses?.map(({ restartCount }) => restartCount),
  ];
  return (await cluster.pods("")).map(describePod);
}

function settingsOf(name: string): LocalCluster {
  const cluster = recordedCluster(name);
  assert.ok(cluster, `there is no local cluster ${name}`);
  return cluster;
}

/** A stack file of this project, for a cluster of its own whose ways in admit every local cluster. */
function stackFile(name: string, cluster: string): StackFile {
  const file = readStackFile(name);
  const text = JSON.stringify(file).replaceAll('"10.240.0.0/16"', '"10.240.0.0/13"');
  const { config } = JSON.parse(text) as StackFile;
  return { config: { ...config, "blockchain-clusters:cluster": { vendor: "local", name: cluster } } };
}
