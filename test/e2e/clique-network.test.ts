/**
 * The classic Ethereum network on the local cluster: geth with Clique, a bootnode, signers, transaction nodes and the
 * dashboard. ethereum-network.test.ts tests the changes of validators and RPC nodes, with GoQuorum.
 */
import assert from "node:assert/strict";
import { eventually } from "../../samples/client-ethereum/patience";
import { verify } from "../../samples/client-ethereum/verify";
import { asClientOf, blocksFollow, halt, type NetworkSection } from "./support/ethereum";
import type { Cluster } from "./support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "./support/pulumi";
import { beginStory, endStory, inSteps } from "./support/steps";

const stackName = "e2e-clique";
const network = "clique-e2e";
/** Part of the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 904;
/** More than any pause of a chain with one-second blocks that lacks one signer of three. */
const haltSeconds = 8;
const nodes = ["rpc-0", "rpc-1", "signer0", "signer1", "signer2"];

interface Outputs {
  dashboardUrl: string;
  bootnodes: string[];
  validators: { address: string }[];
}

/** The dashboard's answer to programs. */
interface NodeReport {
  name: string;
  isConnected: boolean;
  isSealing: boolean;
  block?: { number: number };
}

describe("the classic Ethereum network from one stack file", function () {
  // Limit for a test that hangs: each wait inside has its own condition and limit.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  let cluster: Cluster;

  inSteps(this, network, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, network, storageGeneration);
  });

  after(() => cluster.removeLeftovers(network, `-${storageGeneration}`));

  async function outputs(): Promise<Outputs> {
    return (await stack.outputs()).ethereum as Outputs;
  }

  async function reports(): Promise<NodeReport[]> {
    const { dashboardUrl } = await outputs();
    return (await (await fetch(`${dashboardUrl}/nodes`)).json()) as NodeReport[];
  }

  it("mines a transaction that every transaction node and signer has after `up`", async () => {
    await stack.up();
    const { readings } = await asClientOf(stackName, (client) => verify(client));
    assert.deepEqual(
      readings.map(({ node }) => node),
      nodes,
    );
  });

  it("has one key for each signer, and no others seal", async () => {
    const { validators } = await outputs();
    await asClientOf(stackName, async (client) => {
      const signer = await client.node({ name: "signer0", pod: "signer0-0" });
      const live = (await signer.send("clique_getSigners", ["latest"])) as string[];
      const own = validators.map(({ address }) => address.toLowerCase());
      assert.deepEqual(live.map((address) => address.toLowerCase()).sort(), own.sort());
      assert.equal(new Set(own).size, 3);
    });
  });

  it("lets transaction nodes find each other by the bootnode, whose identity is its key", async () => {
    const { bootnodes } = await outputs();
    assert.match(
      bootnodes.join(),
      /^enode:\/\/[0-9a-f]{128}@bootnode0\.clique-e2e\.svc\.cluster\.local:0\?discport=30301$/,
    );
    const [pod] = await cluster.pods(network, "ethereum.component=bootnode");
    assert.ok(pod);
    await cluster.replacePod(pod, "ethereum.component=bootnode");
    // The configuration names three signers; only the bootnode can have announced a fourth peer.
    await asClientOf(stackName, async (client) => {
      const node = await client.node({ name: "rpc-0", pod: "rpc-0" });
      await eventually("a peer beside the signers", async () => {
        return Number(await node.send("net_peerCount", [])) > 3 ? true : undefined;
      });
    });
    assert.deepEqual((await outputs()).bootnodes, bootnodes);
  });

  it("shows every node on the dashboard, with the newest block", async () => {
    const all = await eventually("every node's report", async () => {
      const list = await reports();
      const isWhole = list.length === nodes.length && list.every(({ isConnected, block }) => isConnected && block);
      return isWhole ? list : undefined;
    });
    const name = (pod: string): string => (pod.startsWith("signer") ? `${pod}-0` : pod);
    assert.deepEqual(
      all.map((report) => report.name),
      nodes.map(name),
    );
    await asClientOf(stackName, async (client) => {
      const start = await (await client.rpc()).getBlockNumber();
      await eventually("the dashboard to follow", async () => {
        return (await reports()).every(({ block }) => (block?.number ?? 0) > start) ? true : undefined;
      });
    });
    const { dashboardUrl } = await outputs();
    assert.match(await (await fetch(dashboardUrl)).text(), /<title>Ethereum network<\/title>/);
  });

  it("goes on without one signer of three, shows it as away, halts without two, and resumes", async () => {
    await cluster.stop(network, "signer0");
    await asClientOf(stackName, async (client) => {
      const provider = await client.rpc();
      await blocksFollow(provider, haltSeconds);
      await eventually("the dashboard to miss signer0", async () => {
        return (await reports()).find(({ name }) => name === "signer0-0")?.isConnected === false ? true : undefined;
      });
      await cluster.stop(network, "signer1");
      const halted = await halt(provider, haltSeconds);
      await Promise.all(["signer0", "signer1"].map((name) => cluster.scale(network, name, 1)));
      await blocksFollow(provider, 3);
      assert.ok((await provider.getBlockNumber()) > halted);
      await verify(client);
    });
  });

  it("changes nothing by a second `up`, and leaves nothing after `destroy`", async () => {
    await stack.up("--expect-no-changes");
    await endStory(stack);
    const { items: namespaces } = await cluster.core.listNamespace();
    assert.ok(!namespaces.some(({ metadata }) => metadata?.name === network));
  });
});

/** The local stack of geth under other names, so that both can run at the same time. */
function stackFile(): StackFile {
  const file = readStackFile("local-clique");
  (file.config["blockchain-clusters:network"] as NetworkSection).name = network;
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}
