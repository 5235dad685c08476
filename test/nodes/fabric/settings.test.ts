/** Nodes know the keys that a stack file may set, and take the values of its preset. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildOrdererConfig } from "../../../components/fabric/specs/orderer-config";
import { settableKeys } from "../../../config/fabric/settings";
import { poll } from "../../../lib/wait";
import { paths } from "../../../tools/paths";
import { LoopbackFabric } from "../../support/loopback-fabric";
import { fabricMetrics } from "../../support/node-metrics";

const examples = { duration: "10s", number: 7, flag: true, size: "5 MB" } as const;

/** Output of an orderer with these settings until its end, at the latest for lack of an identity. */
function startOrderer(settings: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), "orderer-settings-"));
  try {
    writeFileSync(join(folder, "orderer.yaml"), buildOrdererConfig("OrdererMSP", settings));
    const env = { ...process.env, FABRIC_CFG_PATH: folder };
    const { stdout, stderr } = spawnSync(join(paths.bin, "orderer"), { env, encoding: "utf8", timeout: 20_000 });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("settings of an orderer", function () {
  this.timeout(60_000);

  it("are keys that it knows, each of them", () => {
    const all = Object.entries(settableKeys.orderer).map(([key, kind]) => [key, examples[kind]] as const);
    assert.ok(all.length > 10);
    const output = startOrderer(Object.fromEntries(all));
    assert.doesNotMatch(output, /failed to parse config/);
    assert.match(output, /MSP|msp|\/etc\/hyperledger/, "it got as far as its identity");
  });

  it("would keep it from starting with another key, which is why there is a list", () => {
    assert.match(startOrderer({ "General.Cluster.Unheard": 1 }), /invalid keys: Unheard/);
  });
});

describe("the preset for throughput", function () {
  this.timeout(60_000);

  it("is taken by a peer and an orderer, which tell the collection of memory and the processors that they have by it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "preset-"));
    const organizations = [{ name: "org1", mspId: "Org1MSP", peers: 1 }];
    const options = { directory, binaries: paths.bin, orderers: 1, organizations, preset: "throughput" as const };
    const fabric = await LoopbackFabric.create(options);
    fabric.start();
    try {
      const [peer] = fabric.organization("org1").peers;
      const [orderer] = fabric.orderers;
      assert.ok(peer && orderer);
      for (const node of [peer, orderer]) {
        const metrics = await poll(() => fabricMetrics(node).catch(() => undefined), {
          what: `metrics of ${node.address.name}`,
          timeoutSeconds: 30,
        });
        assert.match(metrics, /^go_gc_gogc_percent 400$/m);
        assert.match(metrics, /^go_sched_gomaxprocs_threads 2$/m);
      }
    } finally {
      await fabric.stop();
      rmSync(directory, { recursive: true });
    }
  });
});
