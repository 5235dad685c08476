/** Orderers know every key that a stack file may set: an orderer does not start with an unknown key. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildOrdererConfig } from "../../../components/fabric/specs/orderer-config";
import { settableKeys } from "../../../config/fabric/settings";
import { paths } from "../../../tools/paths";

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
