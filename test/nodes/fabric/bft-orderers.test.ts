/**
 * Four real orderers, as processes, of a channel that tolerates a lying orderer: the condition that a rollout waits for
 * between their restarts. Orderers of BFT channels call themselves active with and without a leader.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askMetrics } from "../../../provider/fabric/clients/orderer-metrics";
import { channel } from "../../../provider/fabric/resources/channel";
import { fabricRollout } from "../../../provider/fabric/resources/rollout";
import { untilInOneView } from "../../../provider/fabric/work/bft-view";
import { NotYet, waitUntil } from "../../../provider/framework/wait";
import { createNodeAccess } from "../../../provider/kubernetes/create-node-access";
import type { Restarter } from "../../../provider/kubernetes/restarter";
import { paths } from "../../../tools/paths";
import {
  LoopbackFabric,
  ordererOperationsPort,
  rolloutNodes,
  type LoopbackOrderer,
} from "../../support/loopback-fabric";
import { isOfBft, missingIn, namedByFabric } from "../../support/named-metrics";
import { fabricMetrics } from "../../support/node-metrics";
import { testOperation } from "../../support/operation";

const channelId = "trade";

describe("orderers of a BFT channel", function () {
  this.timeout(180_000);
  this.bail(true);

  let directory: string;
  let fabric: LoopbackFabric;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "bft-orderers-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 4,
      organizations: [{ name: "org1", mspId: "Org1MSP", peers: 0 }],
    });
    fabric.start();
    await channel.create(
      {
        config: fabric.channelConfig(channelId, { consensus: "BFT" }),
        orderers: fabric.orderers.map(({ address }) => address),
        administrators: fabric.administrators,
        allowDelete: false,
        peers: [],
        restart: false,
      },
      testOperation().context,
    );
  });

  after(async () => {
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  /** Leading orderer, according to the last block. */
  async function leader(): Promise<LoopbackOrderer> {
    const { context } = testOperation({ dialer: fabric.operationsDialer });
    for (const orderer of fabric.orderers) {
      const metrics = await askMetrics(orderer.address, ordererOperationsPort, context);
      if (metrics?.channelsLed.includes(channelId)) return orderer;
    }
    return assert.fail("nobody leads");
  }

  async function viewOf(orderer: LoopbackOrderer | undefined): Promise<number | undefined> {
    assert.ok(orderer);
    const metrics = await askMetrics(
      orderer.address,
      ordererOperationsPort,
      testOperation({ dialer: fabric.operationsDialer }).context,
    );
    return metrics?.value(channelId, "view_number");
  }

  interface ViewOptions {
    orderers?: LoopbackOrderer[];
    hungMs?: number;
    restart?: (name: string) => Promise<void>;
  }

  function inOneView({ orderers = fabric.orderers, ...options }: ViewOptions = {}): Promise<void> {
    return untilInOneView(
      {
        channelId: channelId,
        orderers: orderers.map(({ address }) => address),
        operationsPort: ordererOperationsPort,
        restart: async ({ name }) => options.restart?.(name),
        hungMs: options.hungMs,
      },
      testOperation({ dialer: fabric.operationsDialer }).context,
    );
  }

  it("export every metric of theirs that alerts and dashboards name", async () => {
    for (const orderer of fabric.orderers) {
      assert.deepEqual(missingIn([await fabricMetrics(orderer)], namedByFabric().filter(isOfBft)), []);
    }
  });

  it("restart one at a time, the leader last, each only when all follow one leader again", async () => {
    await inOneView();
    const last = await leader();
    const restarted: string[] = [];
    const nodes = rolloutNodes(fabric.orderers.map(({ address }) => address));
    const restarter: Restarter = {
      ...createNodeAccess(undefined).restarter,
      condition: async ({ name }) => ({ isCurrent: restarted.includes(name), isReady: true }),
      untilAvailable: async () => undefined,
      restart: async ({ name }) => {
        const { process } = fabric.orderers.find(({ address }) => address.name === name) as LoopbackOrderer;
        await process.stop();
        process.start();
        restarted.push(name);
      },
    };
    const { context, messages } = testOperation({ dialer: fabric.operationsDialer, restarter });
    await fabricRollout.create(
      {
        nodes,
        channels: [channelId],
        orderers: fabric.orderers.map(({ address }) => address),
        operationsPort: ordererOperationsPort,
        peers: [],
        administrators: fabric.administrators,
      },
      context,
    );
    assert.equal(restarted.length, 4);
    assert.equal(restarted.at(-1), last.address.name);
    assert.deepEqual(messages.warn, []);
    await inOneView();
  });

  it("go to the next view when their leader dies, and it follows them when it is back", async () => {
    const dead = await leader();
    const views = async () => Promise.all(fabric.orderers.map(viewOf));
    assert.deepEqual(await views(), [0, 0, 0, 0]);
    await dead.process.kill();
    const others = fabric.orderers.filter((orderer) => orderer !== dead);
    await waitUntil(async () => ((await viewOf(others[0])) === 1 ? true : new NotYet("the first view")), {
      signal: AbortSignal.timeout(60_000),
      waitingFor: "the next view",
      status: () => undefined,
    });
    await inOneView({ orderers: others });
    dead.process.start();
    await inOneView();
    assert.deepEqual(await views(), [1, 1, 1, 1]);
  });

  it("are restarted when they hang, and said so", async () => {
    const [frozen] = fabric.orderers as [LoopbackOrderer];
    assert.ok(frozen.process.pid);
    process.kill(frozen.process.pid, "SIGSTOP");
    const restarted: string[] = [];
    await inOneView({
      hungMs: 1_000,
      restart: async (name) => {
        restarted.push(name);
        await frozen.process.kill();
        frozen.process.start();
      },
    });
    assert.deepEqual(restarted, [frozen.address.name]);
  });
});
