/**
 * A private Ethereum network on the local cluster, from its creation to its removal, with GoQuorum and QBFT. Everything is
 * real, from the engine to the blocks. The tests build on each other, in this order. They prove nothing about Besu, whose
 * program cannot be built from pinned modules.
 */
import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { Wallet, type JsonRpcProvider } from "ethers";
import { defaultCluster, nodeHosts } from "../../local-cluster/settings";
import { eventually } from "../../samples/client-ethereum/patience";
import type { Stack } from "../../samples/client-ethereum/stack";
import { read } from "../../samples/client-ethereum/value-store";
import { verify, type Verification } from "../../samples/client-ethereum/verify";
import { asClientOf, blocksFollow, componentLabel, halt, longestPause, type NetworkSection } from "./support/ethereum";
import { isReady, startCluster, type Cluster } from "./support/kubernetes";
import { listen, tryAll, type Party } from "./support/policy-matrix";
import { endOrphans, readStackFile, TestStack, useTestState, type StackFile } from "./support/pulumi";
import { endStory, inSteps } from "./support/steps";

const stackName = "e2e-ethereum";
const network = "eth-e2e";
/** Part of the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 902;
/** A second stack, which joins the network of the first. */
const joined = { stackName: "e2e-joined", network: "joined-e2e", storageGeneration: 903 };
const blockPeriodSeconds = 1;
/** More than any pause of a chain that lacks one validator: two rounds without a proposer take three periods. */
const haltSeconds = 8 * blockPeriodSeconds;

/** Namespaces outside the network: of applications, of pods that the stack file does not name, and of monitoring. */
const guests = { clients: "eth-e2e-clients", strangers: "eth-e2e-strangers", metrics: "eth-e2e-metrics" };

/** The section of the first stack, which has a chain and validators. */
type Ethereum = NetworkSection["ethereum"] &
  Required<Pick<NetworkSection["ethereum"], "genesis" | "validators" | "resources">>;

describe("an Ethereum network from one stack file", function () {
  // Limit for a test that hangs: each wait inside has its own condition and limit.
  this.timeout(15 * 60_000);

  const stack = new TestStack(stackName, stackFile());
  const joinedStack = new TestStack(joined.stackName, joinedStackFile());
  const written: Verification[] = [];
  let cluster: Cluster;

  inSteps(this, network, () => cluster);

  before(async () => {
    useTestState();
    cluster = await startCluster();
    await removeLeftovers();
    await stack.select();
  });

  async function removeLeftovers(): Promise<void> {
    await cluster.removeLeftovers(joined.network, `-${joined.storageGeneration}`);
    await cluster.removeLeftovers(network, `-${storageGeneration}`);
  }

  const asClient = <T>(work: (client: Stack) => Promise<T>): Promise<T> => asClientOf(stackName, work);

  /** Deploys and calls the sample contract, and reads its value from every node of the stack. */
  async function transact(): Promise<Verification> {
    const done = await asClient((client) => verify(client));
    written.push(done);
    return done;
  }

  /** Checks every value ever written, through `provider`. */
  async function readAll(provider: JsonRpcProvider): Promise<void> {
    for (const { contract, value } of written) assert.equal(await read(provider, contract), value);
  }

  function edit(change: (config: Ethereum) => void): void {
    stack.edit((config) => change((config["blockchain-clusters:network"] as NetworkSection).ethereum as Ethereum));
  }

  /** Identities of the runs of one kind's pods: a new pod has another id, a restart another number. */
  async function runsOf(component: string): Promise<Map<string, string>> {
    const pods = await cluster.pods(network, `${componentLabel}=${component}`);
    return new Map(pods.map((pod) => [pod.metadata?.name ?? "", `${pod.metadata?.uid} ${restarts(pod)}`]));
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
    const secrets = await cluster.secrets(network);
    assert.equal(secrets.length, 4, "one Secret a validator");
    for (const { data } of secrets) {
      const key = Buffer.from(data?.nodekey ?? "", "base64").toString("utf8");
      assert.match(key, /^[0-9a-f]{64}$/);
      assert.ok(!state.includes(key), "a validator's key is in the state as plain text");
    }
  });

  it("refuses a change that its chain could not follow, before anything is touched", async () => {
    edit(({ genesis }) => (genesis.chainId += 1));
    const { exit, text } = await stack.preview();
    edit(({ genesis }) => (genesis.chainId -= 1));
    assert.notEqual(exit, 0);
    assert.match(text, /given \d+; must stay \d+, because the chain was started with it/);
  });

  it("goes on while a validator's pod is killed and replaced", async () => {
    const [pod] = await cluster.pods(network, "app.kubernetes.io/instance=validator0");
    assert.ok(pod);
    await asClient(async (client) => {
      const provider = await client.rpc();
      await Promise.all([
        cluster.replacePod(pod, "app.kubernetes.io/instance=validator0"),
        blocksFollow(provider, haltSeconds),
      ]);
      await readAll(provider);
    });
  });

  it("goes on without as many validators as the quorum allows, halts without one more, and loses nothing", async () => {
    await cluster.stop(network, "validator0");
    await asClient(async (client) => {
      const provider = await client.rpc();
      await blocksFollow(provider, haltSeconds);
      await cluster.stop(network, "validator1");
      const halted = await halt(provider, haltSeconds);

      // A transaction that is submitted while the chain cannot seal.
      const sender = new Wallet(Wallet.createRandom().privateKey, provider);
      const waiting = await sender.sendTransaction({ to: sender.address, type: 0, gasPrice: 0n, gasLimit: 21_000n });
      assert.equal(await provider.getBlockNumber(), halted);

      await Promise.all(["validator0", "validator1"].map((name) => cluster.scale(network, name, 1)));
      const receipt = await eventually("the waiting transaction to be mined", async () => {
        return (await provider.getTransactionReceipt(waiting.hash)) ?? undefined;
      });
      assert.ok(receipt.blockNumber > halted);
      await readAll(provider);
    });
    await transact();
  });

  it("restarts validators one at a time when their settings change, and blocks go on", async () => {
    const before = await runsOf("validator");
    edit(({ resources }) => (resources.validator.limits.memory = "1100Mi"));
    await asClient(async (client) => {
      const provider = await client.rpc();
      const start = await provider.getBlockNumber();
      const selector = `${componentLabel}=validator,app.kubernetes.io/part-of=${network}`;
      const pods = await cluster.pods(network, selector);
      const mostAway = await cluster.mostAway(
        pods,
        selector,
        () => "validator",
        () => stack.up(),
      );
      await blocksFollow(provider, 1);
      assert.deepEqual(mostAway, { validator: 1 });
      const pause = await longestPause(provider, start);
      assert.ok(pause <= haltSeconds, `the chain paused for ${pause} s`);
    });
    const after = await runsOf("validator");
    assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
    assert.deepEqual(
      [...after].filter(([name, run]) => before.get(name) === run),
      [],
    );
  });

  it("adds a validator by a vote when the stack file has one more, and restarts no node", async () => {
    const [before, genesis] = [await runsOf("validator"), await genesisOf()];
    const rpc = await runsOf("rpc");
    edit((ethereum) => {
      ethereum.validators.push({ name: "validator4" });
      ethereum.rpc.replicas = 4;
    });
    await stack.up();
    const after = await runsOf("validator");
    assert.equal(after.size, 5);
    assert.deepEqual(among(after, before), before);
    assert.deepEqual(among(await runsOf("rpc"), rpc), rpc);
    assert.deepEqual(await genesisOf(), genesis);
    await eventually("four RPC nodes", async () => ((await runsOf("rpc")).size === 4 ? true : undefined));
    const { readings } = await transact();
    assert.deepEqual(
      readings.map(({ node }) => node).filter((node) => /rpc-3|validator4/.test(node)),
      ["rpc-3", "validator4"],
    );
  });

  it("removes one by a vote, then its pod, and restarts no node, though the engine is killed meanwhile", async () => {
    const before = await runsOf("validator");
    edit((ethereum) => {
      ethereum.validators.splice(1, 1);
      ethereum.rpc.replicas = 2;
    });
    const killed = stack.startUp();
    await killed.line(/removing validator 0x/);
    killed.process.kill("SIGKILL");
    endOrphans(killed);
    assert.equal((await killed.outcome).exit, "SIGKILL");
    await stack.cancel();
    await stack.up();
    const after = await runsOf("validator");
    assert.deepEqual([...after.keys()].sort(), ["validator0-0", "validator2-0", "validator3-0", "validator4-0"]);
    assert.deepEqual(among(before, after), after);
    await stack.refresh("--expect-no-changes");
    const { readings } = await transact();
    assert.equal(readings.length, 6);
  });

  it("lets a validator whose volume is gone catch up, once `up` has made it another", async () => {
    await cluster.wipe(network, "validator2-chain", "validator2-0");
    // The program's state still has the lost claim; a refresh removes it.
    await stack.up("--refresh");
    await cluster.untilPods(network, "app.kubernetes.io/instance=validator2", "validator2", (pods) => {
      return pods.length === 1 && pods.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp);
    });
    await asClient(async (client) => {
      const provider = await client.node({ name: "validator2", pod: "validator2-0" });
      const [newest] = written.slice(-1);
      await eventually("validator2 to have the newest transaction", async () => {
        return (await provider.getTransactionReceipt(newest?.stored.hash ?? "")) ?? undefined;
      });
      await readAll(provider);
    });
    await transact();
  });

  it("lets through the listed connections and no others", async () => {
    const own = (await cluster.pods(network, componentLabel)).map((pod) => {
      return { kind: pod.metadata?.labels?.[componentLabel] ?? "", pod };
    });
    const hosts = nodeHosts(defaultCluster, 3).map(({ name }) => name);
    const clients = await listen(cluster, "client", guests.clients, hosts, {});
    // The creator of a pod chooses its labels, so this label must open nothing.
    const strangers = await listen(cluster, "stranger", guests.strangers, hosts, { "ethereum.client": network });
    const metrics = await listen(cluster, "metrics", guests.metrics, hosts, {});
    const targets = [...own, ...strangers];
    const sources = ["rpc", "validator", "client", "stranger", "metrics"].map(
      (kind) => [...own, ...clients, ...strangers, ...metrics].find((party) => party.kind === kind) as Party,
    );
    const attempts = await tryAll(cluster, sources, targets, everyPort);
    const opened = attempts.filter(({ connected }) => connected).map(({ from, to, port }) => `${from} > ${to}:${port}`);
    assert.equal(attempts.length, sources.length * 3 * everyPort.length);
    assert.deepEqual(opened.sort(), allowed.sort());
  });

  it("is joined by a second stack, whose nodes get the chain by the first one's outputs", async () => {
    const before = await runsOf("validator");
    await joinedStack.select();
    await joinedStack.up();
    const host = (await genesisOf()) as [string, string];
    const { ethereum } = (await joinedStack.outputs()) as { ethereum: { genesisHash: string; validators: unknown[] } };
    assert.deepEqual([ethereum.genesisHash, ethereum.validators], [host[1], []]);
    const accounts = (await joinedStack.state()).deployment.resources?.filter(({ type }) => /:Account$/.test(type));
    assert.deepEqual(accounts, [], "keys stay where they are");

    await asClientOf(joined.stackName, async (client) => {
      const provider = await client.rpc();
      const [newest] = written.slice(-1);
      await eventually("the joined node to have the newest transaction", async () => {
        return (await provider.getTransactionReceipt(newest?.stored.hash ?? "")) ?? undefined;
      });
      await readAll(provider);
      // The opposite direction: submitted in the joined network, sealed and read in the first.
      const done = await verify(client);
      await asClient(async (first) => {
        const home = await first.rpc();
        await eventually("the first network to have the other's transaction", async () => {
          return (await home.getTransactionReceipt(done.stored.hash)) ?? undefined;
        });
        assert.equal(await read(home, done.contract), done.value);
      });
    });
    await joinedStack.up("--expect-no-changes");
    assert.deepEqual(await runsOf("validator"), before);
  });

  it("leaves no namespace, volume or state after `destroy`", async () => {
    for (const each of [joinedStack, stack]) {
      await endStory(each);
    }
    const { items: namespaces } = await cluster.core.listNamespace();
    const own = [network, joined.network];
    assert.ok(!namespaces.some(({ metadata }) => own.includes(metadata?.name ?? "")));
    const { items: volumes } = await cluster.core.listPersistentVolume();
    assert.ok(!volumes.some(({ spec }) => own.includes(spec?.claimRef?.namespace ?? "")));
  });

  /** First block of the chain in the stack's outputs. */
  async function genesisOf(): Promise<unknown> {
    const { ethereum } = (await stack.outputs()) as { ethereum: { genesis: string; genesisHash: string } };
    return [ethereum.genesis, ethereum.genesisHash];
  }

  after(removeLeftovers);
});

function restarts(pod: V1Pod): number {
  return (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Entries of `all` whose keys are in `some`. */
function among(all: Map<string, string>, some: Map<string, string>): Map<string, string> {
  return new Map([...all].filter(([key]) => some.has(key)));
}

/** The local Ethereum stack under other names, so that both can run at the same time. */
function stackFile(): StackFile {
  const file = readStackFile("local-ethereum");
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = network;
  (section.ethereum as Ethereum).genesis.blockPeriodSeconds = blockPeriodSeconds;
  section.ethereum.monitoring = { namespace: guests.metrics };
  section.ethereum.rpc = { ...section.ethereum.rpc, clientNamespaces: [guests.clients] };
  section.ethereum.p2p = { namespaces: [joined.network] };
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  return file;
}

/** The same client without its own chain, validators and keys: they come from the outputs of the other stack. */
function joinedStackFile(): StackFile {
  const file = readStackFile("local-ethereum");
  const section = file.config["blockchain-clusters:network"] as NetworkSection;
  section.name = joined.network;
  const { genesis: _, validators: __, ...rest } = section.ethereum;
  section.ethereum = {
    ...rest,
    join: { stack: `organization/blockchain-clusters/${stackName}` },
    p2p: { namespaces: [network] },
    rpc: { ...rest.rpc, replicas: 1 },
  };
  file.config["blockchain-clusters:storage"] = { generation: joined.storageGeneration };
  return file;
}

/** P2P, JSON-RPC over HTTP and WebSocket, metrics; and the port on which strangers listen. */
const everyPort = [30303, 8545, 8546, 6060, 8080];

/** Connections that the network needs (docs/ethereum.md), stated independently of the program. */
const allowed = [
  "client > rpc:8545",
  "client > rpc:8546",
  "metrics > rpc:6060",
  "metrics > validator:6060",
  "rpc > validator:30303",
  "validator > validator:30303",
  // Pods without a policy on their outgoing connections can reach strangers.
  "client > stranger:8080",
  "metrics > stranger:8080",
  "stranger > stranger:8080",
];
