/**
 * A Fabric network on the local cluster, from its creation to its removal. Everything is real, from the engine to the
 * kubelet. The tests build on each other, in this order. They prove nothing about a cloud's disks, load balancers and
 * identities.
 */
import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { startHost, stopHost } from "../../local-cluster/host/host";
import { defaultCluster } from "../../local-cluster/settings";
import { Assets } from "./support/assets";
import { isReady, type Cluster } from "./support/kubernetes";
import { tryAll, type Party } from "./support/policy-matrix";
import { endOrphans, readStackFile, TestStack, type StackFile } from "./support/pulumi";
import { beginStory, endStory, inSteps } from "./support/steps";

const stackName = "e2e-fabric";
const network = "e2e";
/** Part of the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 901;
const chaincode = "asset-transfer";
const componentLabel = "fabric.component";

describe("a Fabric network from one stack file", function () {
  // Limit for a test that hangs: each wait inside has its own condition and limit.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const assets = new Assets(stackName, chaincode);
  let cluster: Cluster;

  inSteps(this, `${network}-`, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, `${network}-`, storageGeneration);
  });

  function fabricSection(): NetworkConfig["fabric"] {
    let section: NetworkConfig["fabric"] | undefined;
    edit((fabric) => (section = fabric));
    return section as NetworkConfig["fabric"];
  }

  function edit(change: (fabric: NetworkConfig["fabric"]) => unknown): void {
    stack.edit((config) => void change((config["blockchain-clusters:network"] as NetworkConfig).fabric));
  }

  it("comes up by the next `up` after an engine was killed half-way", async () => {
    const killed = stack.startUp();
    await killed.line(/kubernetes:apps\/v1:StatefulSet.*creat/);
    killed.process.kill("SIGKILL");
    endOrphans(killed);
    assert.equal((await killed.outcome).exit, "SIGKILL");
    await stack.cancel();
    await stack.up();
  });

  it("commits a transaction and gives the value back through every peer of every organisation", async () => {
    const readers = await assets.verify();
    assert.deepEqual([...new Set(readers.map(({ organization }) => organization))], ["org1", "org2"]);
    assert.equal(readers.filter(({ node }) => node !== "gateway").length, 4);
    await assets.write("org1");
    await assets.write("org2");
    await assets.readAll();
  });

  it("changes nothing by a second `up`", async () => {
    await stack.up("--expect-no-changes");
  });

  it("finds no drift by a refresh", async () => {
    await stack.refresh("--expect-no-changes");
  });

  it("keeps private keys out of the plain text of its state", async () => {
    const state = JSON.stringify(await stack.state());
    assert.ok(state.includes("BEGIN CERTIFICATE"), "certificates are in the state, so keys would show as well");
    assert.doesNotMatch(state, /PRIVATE KEY/);
  });

  for (const component of ["orderer", "peer", "chaincode"]) {
    it(`transacts and has lost nothing after a pod of kind ${component} was deleted`, async () => {
      const selector = `${componentLabel}=${component}`;
      const [pod] = await cluster.pods(`${network}-`, selector);
      assert.ok(pod, `no pod of kind ${component}`);
      const own = pod.metadata?.labels?.["app.kubernetes.io/instance"];
      await cluster.replacePod(pod, `${selector},app.kubernetes.io/instance=${own}`);
      await assets.write("org1");
      await assets.write("org2");
      await assets.readAll();
    });
  }

  it("says which image cannot be pulled while the other orderers go on, and mends it by the right one", async () => {
    const { images } = fabricSection();
    const right = images.orderer;
    edit((fabric) => (fabric.images.orderer = `${right}-misspelt`));
    const text = await stack.failingUp();
    assert.match(text, /pod e2e-orderer\/orderer\d-0 of orderer\/orderer\d does not get Ready: for 2\d s now/);
    assert.match(text, /-misspelt.*correct the image's name or tag/);
    await assets.write("org1");
    edit((fabric) => (fabric.images.orderer = right));
    await stack.up();
    await assets.write("org2");
    await assets.readAll();
  });

  it("gives back what a change broke half-way when the stack file takes it back", async () => {
    const former = structuredClone(fabricSection());
    edit(({ images, channels }) => {
      // This image has no `peer`.
      images.peer = "localhost/busybox:1";
      for (const entry of channels.flatMap(({ chaincodes }) => chaincodes)) entry.image += "-misspelt";
    });
    const text = await stack.failingUp();
    assert.match(text, /pod e2e-org1\/peer\d-0 of org1\/peer\d does not get Ready.*"peer": executable file not found/);
    assert.match(text, /pod e2e-org2\/peer\d-0 of org2\/peer\d does not get Ready/);
    assert.match(text, /pod e2e-org1\/trade-asset-transfer-1-0-\S+ of \S+ does not get Ready.*-misspelt/);
    edit((fabric) => Object.assign(fabric, former));
    await stack.up();
    await allReady();
    await assets.write("org1");
    await assets.readAll();
  });

  it("restarts one orderer, and one peer of an organisation, at a time when the settings of all change", async () => {
    const nodes = `${componentLabel} in (orderer, peer)`;
    const before = await cluster.pods(`${network}-`, nodes);
    edit((fabric) => (fabric.logging = "warn"));
    const mostAway = await cluster.mostAway(before, nodes, groupOf, () => stack.up());
    assert.deepEqual(mostAway, {
      [`${network}-orderer/orderer`]: 1,
      [`${network}-org1/peer`]: 1,
      [`${network}-org2/peer`]: 1,
    });
    const uids = new Set(before.map(({ metadata }) => metadata?.uid));
    const after = await cluster.pods(`${network}-`, nodes);
    assert.equal(after.length, before.length);
    assert.deepEqual(
      after.filter(({ metadata }) => uids.has(metadata?.uid)),
      [],
    );
    await assets.write("org1");
    await assets.readAll();
  });

  it("transacts while a node is without power, and every peer catches up after it is back", async () => {
    const [orderer] = await cluster.pods(`${network}-`, `${componentLabel}=orderer`);
    const node = orderer?.spec?.nodeName;
    assert.ok(node, "no orderer is scheduled");
    await stopHost(defaultCluster, node);
    try {
      await assets.write("org1");
    } finally {
      await startHost(defaultCluster, node);
    }
    await allReady();
    await assets.verify();
    await assets.readAll();
  });

  /** Resolves when every pod of the network is ready. */
  async function allReady(): Promise<void> {
    const namespaces = new Set((await cluster.pods(`${network}-`)).map((pod) => pod.metadata?.namespace ?? ""));
    for (const namespace of namespaces) {
      await cluster.untilPods(namespace, "fabric.component", `all pods of ${namespace}`, (pods) =>
        pods.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp),
      );
    }
  }

  it("lets through the listed connections between its pods and no others", async () => {
    await allReady();
    const parties = (await cluster.pods(`${network}-`, componentLabel)).map(partyOf);
    const kinds = [...new Set(parties.map(({ kind }) => kind))].sort();
    assert.deepEqual(kinds, ["orderer/orderer", "org1/chaincode", "org1/peer", "org2/chaincode", "org2/peer"]);
    // One pod of each kind connects to all pods.
    const sources = kinds.map((kind) => parties.find((party) => party.kind === kind) as Party);
    const attempts = await tryAll(cluster, sources, parties, everyPort);
    const opened = attempts.filter(({ connected }) => connected).map(({ from, to, port }) => `${from} > ${to}:${port}`);
    assert.equal(attempts.length, kinds.length * kinds.length * everyPort.length);
    assert.deepEqual(opened.sort(), allowed.sort());
  });

  it("leaves no namespace, volume or state after `destroy`", async () => {
    await endStory(stack);
    const { items: namespaces } = await cluster.core.listNamespace();
    const left = namespaces.map(({ metadata }) => metadata?.name).filter((name) => name?.startsWith(`${network}-`));
    assert.deepEqual(left, []);
    const { items: volumes } = await cluster.core.listPersistentVolume();
    const claims = volumes.map(({ spec }) => spec?.claimRef?.namespace);
    assert.deepEqual(
      claims.filter((namespace) => namespace?.startsWith(`${network}-`)),
      [],
    );
  });
});

/**
 * The local Fabric stack under other names, so that both can run at the same time. Each chaincode has two pods, so that
 * each kind has a pod on another node than any given pod.
 */
function stackFile(): StackFile {
  const file = readStackFile("local-fabric");
  const networkConfig = file.config["blockchain-clusters:network"] as NetworkConfig;
  networkConfig.name = network;
  for (const channel of networkConfig.fabric.channels) {
    for (const entry of channel.chaincodes) entry.replicas = 2;
  }
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

interface NetworkConfig {
  name?: string;
  fabric: {
    logging?: string;
    images: { orderer: string; peer: string };
    channels: { chaincodes: { image: string; replicas: number }[] }[];
  };
}

/** Orderer gRPC, admin and operations; peer gRPC, chaincode and operations; CouchDB; chaincode. */
const everyPort = [7050, 7053, 8443, 7051, 7052, 9443, 5984, 9999];

/** Connections that the network needs (docs/architecture.md), stated independently of the program. */
const allowed = [
  "orderer/orderer > orderer/orderer:7050",
  "org1/peer > orderer/orderer:7050",
  "org1/peer > org1/chaincode:9999",
  "org1/peer > org1/peer:7051",
  "org1/peer > org2/peer:7051",
  "org2/peer > orderer/orderer:7050",
  "org2/peer > org1/peer:7051",
  "org2/peer > org2/chaincode:9999",
  "org2/peer > org2/peer:7051",
];

/** Group of nodes of which one may be down at a time: `e2e-org1/peer`. */
function groupOf({ metadata }: V1Pod): string {
  return `${metadata?.namespace}/${metadata?.labels?.[componentLabel]}`;
}

function partyOf(pod: V1Pod): Party {
  const organization = pod.metadata?.namespace?.slice(`${network}-`.length);
  return { kind: `${organization}/${pod.metadata?.labels?.[componentLabel]}`, pod };
}
