/**
 * RPC nodes that follow the load: Kubernetes' own autoscaler and metrics server on the local cluster. More nodes come under
 * load, stay through an edit, and go after the load. The tests build on each other, in this order. The stack file shortens the
 * ten minutes that an autoscaler waits before it takes nodes away.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { poll } from "../../lib/wait";
import { startMetrics } from "../../local-cluster/metrics/metrics";
import { readRecord } from "../../local-cluster/record";
import { defaultCluster } from "../../local-cluster/settings";
import { kubectl } from "../e2e/support/backup";
import { asClientOf, blocksFollow, componentLabel, type NetworkSection } from "../e2e/support/ethereum";
import { isReady, type Cluster } from "../e2e/support/kubernetes";
import { readStackFile, TestStack, type StackFile } from "../e2e/support/pulumi";
import { beginStory, endStory, inSteps } from "../e2e/support/steps";

const name = "e2e-autoscaling";
const [network, storageGeneration] = ["scaled", 916];
const maxReplicas = 2;
/** Longest wait for the autoscaler: it looks every 15 s, and a node fetches the chain before it serves. */
const timeoutSeconds = 300;

/** Calls in progress at any time. */
const callers = 4;
/**
 * A call that keeps a processor of the node busy for about a tenth of a second, and has an empty answer: a program that goes
 * back to its begin while it has more than 65,535 gas.
 *
 *     JUMPDEST GAS PUSH2 0xffff LT PUSH1 0 JUMPI STOP
 */
const costlyCall = { data: "0x5b5a61ffff1060005700", gas: "0x989680" };

/** State of the autoscaler, as Kubernetes gives it. */
interface Autoscaler {
  status?: {
    currentReplicas?: number;
    desiredReplicas?: number;
    lastScaleTime?: string;
    currentMetrics?: { resource?: { current: { averageUtilization?: number } } }[] | null;
    conditions?: { type: string; status: string; message: string }[];
  };
}

function sectionOf(config: StackFile["config"]): NetworkSection {
  return config["blockchain-clusters:network"] as NetworkSection;
}

function stackFile(): StackFile {
  const file = readStackFile("local-ethereum");
  const section = sectionOf(file.config);
  section.name = network;
  section.ethereum.genesis!.blockPeriodSeconds = 2;
  section.ethereum.rpc = { ...section.ethereum.rpc, replicas: 1, autoscaling: { maxReplicas } };
  // A node that only imports blocks has to stay far below 70 % of it, and one under load above.
  section.ethereum.resources!.rpc.requests.cpu = "300m";
  file.config["blockchain-clusters:storage"] = { generation: storageGeneration };
  file.config["blockchain-clusters:transforms"] = [
    {
      kind: "HorizontalPodAutoscaler",
      patch: {
        spec: {
          behavior: {
            scaleDown: { stabilizationWindowSeconds: 15, policies: [{ type: "Pods", value: 1, periodSeconds: 15 }] },
          },
        },
      },
    },
  ];
  return file;
}

describe("RPC nodes that follow the load", function () {
  // Ends only hung tests: each wait inside has a condition and a limit of its own.
  this.timeout(15 * 60_000);

  const stack = new TestStack(name, stackFile());
  let cluster: Cluster;

  inSteps(this, network, () => cluster);

  before(async () => {
    cluster = await beginStory(stack, network, storageGeneration);
    const record = readRecord(defaultCluster);
    assert.ok(record !== undefined);
    await startMetrics(defaultCluster, record);
    await stack.up();
  });

  const nodes = () => cluster.pods(network, `${componentLabel}=rpc`);

  async function get<T>(...what: string[]): Promise<T> {
    return JSON.parse(await kubectl("get", ...what, "--namespace", network, "--output", "json")) as T;
  }

  async function autoscaler(): Promise<NonNullable<Autoscaler["status"]>> {
    return (await get<Autoscaler>("hpa", "rpc")).status ?? {};
  }

  /** Names of the claims of RPC nodes. */
  async function claims(): Promise<string[]> {
    const { items } = await get<{ items: { metadata: { name: string } }[] }>("pvc");
    return items.map(({ metadata }) => metadata.name).filter((claim) => claim.startsWith("chain-rpc-"));
  }

  /** Waits for a state of the network. A wait that fails tells the state of the autoscaler. */
  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const ask = async () => ((await isSo()) ? true : undefined);
    try {
      await poll(ask, { what, timeoutSeconds, intervalMs: 1000 });
    } catch (error) {
      throw new Error(`${String(error)}\n${JSON.stringify(await autoscaler(), undefined, 2)}`, { cause: error });
    }
  }

  /** Waits until so many RPC nodes serve, and there are no others. */
  async function untilServing(count: number): Promise<void> {
    await until(`${count} RPC nodes`, async () => {
      const pods = await nodes();
      return pods.length === count && pods.every(isReady);
    });
  }

  /** Makes costly calls through the Service while `work` runs. Resolves to the number of answers. */
  async function underLoad(work: () => Promise<void>): Promise<number> {
    return asClientOf(name, async (client) => {
      const provider = await client.rpc();
      const done = new AbortController();
      let answers = 0;
      const call = async (): Promise<void> => {
        while (!done.signal.aborted) {
          try {
            await provider.send("eth_call", [costlyCall, "latest"]);
            answers += 1;
          } catch {
            // A node that restarts takes its connections with it.
            await pause(100, undefined, { signal: done.signal }).catch(() => undefined);
          }
        }
      };
      const calls = Array.from({ length: callers }, call);
      try {
        await work();
      } finally {
        done.abort();
        await Promise.all(calls);
      }
      return answers;
    });
  }

  it("are measured, and as few as the stack file says while nobody calls", async () => {
    await until("a measurement by the autoscaler", async () => {
      const { currentMetrics } = await autoscaler();
      return currentMetrics?.[0]?.resource?.current.averageUtilization !== undefined;
    });
    assert.equal((await nodes()).length, 1);
    assert.deepEqual(await claims(), ["chain-rpc-0"]);
    assert.match(await kubectl("top", "pods", "--namespace", network, "--no-headers"), /^rpc-0 +\d+m +\d+Mi/m);
  });

  it("become more under load, and the new one serves", async () => {
    const answers = await underLoad(() => untilServing(maxReplicas));
    assert.ok(answers > 0);
    const { subsets } = await get<{ subsets: { addresses: unknown[] }[] }>("endpoints", "rpc");
    assert.equal(subsets[0]?.addresses.length, maxReplicas);
  });

  it("keep their number while an edit restarts them under load: it is the autoscaler's", async () => {
    const { lastScaleTime } = await autoscaler();
    const before = (await nodes()).map(({ metadata }) => metadata?.uid);
    await underLoad(async () => {
      stack.edit((config) => (sectionOf(config).ethereum.rpc.corsOrigins = ["https://app.example.com"]));
      await stack.up();
      await untilServing(maxReplicas);
      // A number that the edit had set back would have been raised again.
      assert.equal((await autoscaler()).lastScaleTime, lastScaleTime);
    });
    const after = (await nodes()).map(({ metadata }) => metadata?.uid);
    assert.ok(!after.some((uid) => before.includes(uid)));
  });

  it("become fewer after the load with their volumes, and the chain goes on serving", async () => {
    await untilServing(1);
    await until("the end of the second volume", async () => (await claims()).join() === "chain-rpc-0");
    await asClientOf(name, async (client) => blocksFollow(await client.rpc(), 3));
    await stack.up("--expect-no-changes");
  });

  it("leave nothing after `destroy`", () => endStory(stack));
});
