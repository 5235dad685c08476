/** Assumptions of a peer's pod, on a real peer with the settings of the pod. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { buildPeerConfig } from "../../../components/fabric/specs/peer-config";
import { paths } from "../../../tools/paths";
import { LoopbackFabric, type LoopbackPeer } from "../../support/loopback-fabric";

const pollMs = 200;

describe("a peer's process", function () {
  this.timeout(120_000);
  let directory: string;
  let peer: LoopbackPeer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "peer-process-"));
    const fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 0,
      organizations: [{ name: "org1", mspId: "Org1MSP", peers: 1 }],
    });
    const [only] = fabric.organizations[0]?.peers ?? [];
    assert.ok(only);
    peer = only;
  });

  afterEach(async () => {
    await peer.process.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Exit code of the startup probe, run like the kubelet's: in the container, with the container's variables. */
  function probe(): number | null {
    const { command, env } = peer.process.spec;
    return spawnSync(command, ["channel", "list"], { env: { PATH: process.env.PATH, ...env }, timeout: 30_000 }).status;
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      assert.notEqual(peer.process.pid, undefined, `the peer ended:\n${peer.process.log().slice(-2000)}`);
      await delay(pollMs);
    }
  }

  it("passes the startup probe when it serves, and not while its port is open without an answer", async () => {
    assert.notEqual(probe(), 0);
    peer.process.start();
    await until(() => probe() === 0);
    const pid = peer.process.pid ?? assert.fail("it has no process");
    process.kill(pid, "SIGSTOP");
    assert.notEqual(probe(), 0);
    process.kill(pid, "SIGCONT");
    await until(() => probe() === 0);
  });

  it("keeps the database's password out of its log", async () => {
    const file = join(directory, "org1", "peer0", "core.yaml");
    const settings = parse(readFileSync(file, "utf8")) as { ledger: { state: unknown } };
    const withDatabase = parse(
      buildPeerConfig({
        id: "peer0",
        network: "net",
        mspId: "Org1MSP",
        host: "localhost",
        bootstrap: [],
        stateDatabase: "couchdb",
        version: "3.1.5",
      }),
    ) as typeof settings;
    settings.ledger.state = withDatabase.ledger.state;
    writeFileSync(file, stringify(settings));
    const password = "9b1f0c7e5d3a";
    peer.process.spec.env.CORE_LEDGER_STATE_COUCHDBCONFIG_PASSWORD = password;
    peer.process.start();
    // The peer has read the variable when it looks for the database, which does not exist.
    await until(() => peer.process.log().includes("5984"));
    await until(() => /couchdb/i.test(peer.process.log()) && /retry|connection refused/i.test(peer.process.log()));
    assert.equal(peer.process.log().includes(password), false);
  });
});
