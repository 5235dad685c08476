/**
 * A private Ethereum network on the local cluster, through its whole life, with GoQuorum and QBFT: everything is real,
 * from the engine to the blocks. The tests build on each other, in this order. They prove nothing about Besu, whose
 * program cannot be built from pinned modules.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { paths } from "../../local/settings";
import { eventually } from "../../samples/client-ethereum/patience";
import { openStack, type Stack } from "../../samples/client-ethereum/stack";
import { verify, type Verification } from "../../samples/client-ethereum/verify";
import { read } from "../../samples/client-ethereum/value-store";
import { Cluster, isReady } from "./support/kubernetes";
import { tryAll, type Party } from "./support/policy-matrix";
import { readStackFile, TestStack, useTestState, type StackFile } from "./support/pulumi";

const stackName = "e2e-ethereum";
const network = "e2e-eth";
const componentLabel = "ethereum.component";
const blockPeriodSeconds = 1;

interface NetworkConfig {
  name?: string;
  ethereum: {
    genesis: { blockPeriodSeconds: number; chainId: number };
    validators: { name: string }[];
    rpc: { replicas: number };
  };
}

describe("an Ethereum network from one stack file", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const written: Verification[] = [];
  let cluster: Cluster;

  before(async () => {
    useTestState();
    cluster = new Cluster(readFileSync(paths.kubeconfig, "utf8"));
    await stack.select();
  });

  /** Runs `work` as a client of the network, with connections that do not outlive it. */
  async function asClient<T>(work: (client: Stack) => Promise<T>): Promise<T> {
    const client = await openStack(stackName);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Deploys and calls the sample contract, and reads it back from every node of the stack. */
  async function transact(): Promise<Verification> {
    const done = await asClient((client) => verify(client));
    written.push(done);
    return done;
  }

  /** Reads everything ever written back through the RPC Service. */
  async function readAll(): Promise<void> {
    await asClient(async (client) => {
      const provider = await client.rpc();
      for (const { contract, value } of written) assert.equal(await read(provider, contract), value);
    });
  }

  async function height(): Promise<number> {
    return asClient(async (client) => (await client.rpc()).getBlockNumber());
  }

  /** Resolves once the chain has `count` blocks more than now. */
  async function blocksFollow(count: number): Promise<void> {
    const start = await height();
    await eventually(`${count} blocks after ${start}`, async () =>
      (await height()) >= start + count ? true : undefined,
    );
  }

  function edit(change: (config: NetworkConfig["ethereum"]) => void): void {
    stack.edit((config) => change((config["blockchain-clusters:network"] as NetworkConfig).ethereum));
  }

  /** Names and unique ids of the validators' pods: a restarted one has another id. */
  async function validatorPods(): Promise<Map<string, string>> {
    const pods = await cluster.pods(network, `${componentLabel}=validator`);
    return new Map(pods.map(({ metadata }) => [metadata?.name ?? "", metadata?.uid ?? ""]));
  }

  it("mines a transaction that every RPC node and validator has after `up`", async () => {
    await stack.up();
    const { readings } = await transact();
    assert.deepEqual(
      readings.map(({ node }) => node),
      ["rpc-0", "rpc-1", "validator0", "validator1", "validator2", "validator3"],
    );
  });

  it("changes nothing by a second `up`", async () => {
    await stack.up("--expect-no-changes");
  });

  it("finds no drift by a refresh", async () => {
    await stack.refresh("--expect-no-changes");
  });

  it("keeps private keys out of the plain text of its state", async () => {
    const state = JSON.stringify(await stack.state());
    assert.ok(state.includes("enodeId"), "public keys are in the state, so private ones would show as well");
    assert.doesNotMatch(state, /"privateKey":"0x/);
  });

  it("refuses a change that its chain could not follow, before anything is touched", async () => {
    edit(({ genesis }) => (genesis.chainId += 1));
    const { exit, text } = await stack.preview();
    edit(({ genesis }) => (genesis.chainId -= 1));
    assert.notEqual(exit, 0);
    assert.match(text, /the chain was started with \d+, given \d+; restore it/);
  });

  it("goes on while as many validators are down as the quorum allows, halts with one more, and resumes", async () => {
    await cluster.scale(network, "validator0", 0);
    await blocksFollow(3);
    await cluster.scale(network, "validator1", 0);
    // A block that was agreed on may still arrive; then there is silence, which only time can show.
    await pause(2 * blockPeriodSeconds * 1000);
    const halted = await height();
    await pause(6 * blockPeriodSeconds * 1000);
    assert.equal(await height(), halted);
    await cluster.scale(network, "validator0", 1);
    await cluster.scale(network, "validator1", 1);
    await blocksFollow(3);
    await readAll();
    await transact();
  });

  it("adds a validator by a vote when the stack file names one more, and restarts no other", async () => {
    const before = await validatorPods();
    edit(({ validators }) => validators.push({ name: "validator4" }));
    await stack.up();
    const after = await validatorPods();
    assert.deepEqual(
      [...before].map(([name]) => [name, after.get(name)]),
      [...before],
    );
    assert.equal(after.size, 5);
    const { readings } = await transact();
    assert.ok(readings.some(({ node }) => node === "validator4"));
  });

  it("removes one by a vote, then its pod", async () => {
    edit(({ validators }) => validators.splice(1, 1));
    await stack.up();
    assert.deepEqual([...(await validatorPods()).keys()].sort(), [
      "validator0-0",
      "validator2-0",
      "validator3-0",
      "validator4-0",
    ]);
    await stack.refresh("--expect-no-changes");
    await transact();
  });

  it("scales RPC nodes up and down without touching a validator", async () => {
    const before = await validatorPods();
    for (const replicas of [4, 2]) {
      edit(({ rpc }) => (rpc.replicas = replicas));
      await stack.up();
      await cluster.untilPods(network, `${componentLabel}=rpc`, `${replicas} RPC nodes`, (pods) => {
        return pods.length === replicas && pods.every(isReady);
      });
      await transact();
    }
    assert.deepEqual(await validatorPods(), before);
  });

  it("lets a node whose volume is gone catch up", async () => {
    await cluster.wipe(network, "chain-rpc-1", "rpc-1");
    await cluster.untilPods(network, `${componentLabel}=rpc`, "both RPC nodes", (pods) => {
      return pods.length === 2 && pods.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp);
    });
    const [first] = written;
    assert.ok(first);
    await asClient(async (client) => {
      const provider = await client.node({ name: "rpc-1", pod: "rpc-1" });
      const value = await eventually("rpc-1 to have the first contract", () => read(provider, first.contract));
      assert.equal(value, first.value);
    });
  });

  it("lets through the listed connections between its pods and no others", async () => {
    const parties = (await cluster.pods(network, componentLabel)).map(partyOf);
    const kinds = ["rpc", "validator"];
    const sources = kinds.map((kind) => parties.find((party) => party.kind === kind) as Party);
    const attempts = await tryAll(cluster, sources, parties, everyPort);
    const opened = attempts.filter(({ connected }) => connected).map(({ from, to, port }) => `${from} > ${to}:${port}`);
    assert.equal(attempts.length, kinds.length * kinds.length * everyPort.length);
    assert.deepEqual(opened.sort(), ["rpc > validator:30303", "validator > validator:30303"]);
  });

  it("leaves no namespace, volume or state after `destroy`", async () => {
    await stack.destroy();
    assert.deepEqual((await stack.state()).deployment.resources ?? [], []);
    await stack.remove();
    const { items: namespaces } = await cluster.core.listNamespace();
    assert.ok(!namespaces.some(({ metadata }) => metadata?.name === network));
    const { items: volumes } = await cluster.core.listPersistentVolume();
    assert.ok(!volumes.some(({ spec }) => spec?.claimRef?.namespace === network));
  });
});

/** The local Ethereum stack under names of its own, so that both can run at the same time. */
function stackFile(): StackFile {
  const file = readStackFile("local-ethereum");
  const networkConfig = file.config["blockchain-clusters:network"] as NetworkConfig;
  networkConfig.name = network;
  networkConfig.ethereum.genesis.blockPeriodSeconds = blockPeriodSeconds;
  file.config["blockchain-clusters:storage"] = { generation: 902 };
  return file;
}

/** P2P, JSON-RPC over HTTP and WebSocket, metrics. */
const everyPort = [30303, 8545, 8546, 6060];

function partyOf(pod: V1Pod): Party {
  return { kind: pod.metadata?.labels?.[componentLabel] ?? "", pod };
}
