/** Starts that a signal ends. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removedIfInterrupted } from "../../../local-cluster/interruption";
import { withMachineLock } from "../../../local-cluster/machine-lock";
import { isAlive } from "../../../lib/process-identity";
import { projectRoot } from "../../../tools/paths";

describe("a start that a signal ends", () => {
  let directory: string;

  before(() => (directory = mkdtempSync(join(tmpdir(), "interruption-"))));
  after(() => rmSync(directory, { recursive: true }));

  it("ends with the programs that it started, and after another process has removed what it made", async () => {
    const lock = `blockchain-clusters-interrupted-${process.pid}`;
    const removed = join(directory, "removed");
    // The removal needs the lock, and sees none of the start's programs.
    const removal = `
      const { writeFileSync } = require("node:fs");
      const { isAlive } = require("./lib/process-identity.ts");
      const { withMachineLock } = require("./local-cluster/machine-lock.ts");
      withMachineLock(async () => isAlive(Number(process.argv[1])) || writeFileSync(${JSON.stringify(removed)}, ""), { name: "${lock}", patienceMinutes: 0 });`;
    const start = `
      const { spawn } = require("node:child_process");
      const { removedIfInterrupted } = require("./local-cluster/interruption.ts");
      const { withMachineLock } = require("./local-cluster/machine-lock.ts");
      const { pid } = spawn("sleep", ["600"]);
      const words = [...process.execArgv.slice(0, 2), "-e", ${JSON.stringify(removal)}, String(pid)];
      const never = () => new Promise(() => console.log(pid));
      withMachineLock((release) => removedIfInterrupted(words, release, never), { name: "${lock}" });
      setInterval(() => undefined, 1000);`;
    const loader = join(projectRoot, "tools", "runtime", "typescript-cache.cjs");
    const starting = spawn(process.execPath, ["-r", loader, "-e", start], {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(starting.stdout, "data")) as [Buffer];
    starting.kill("SIGTERM");
    assert.deepEqual(await once(starting, "exit"), [143, null]);
    assert.ok(!isAlive(Number(line.toString())));
    assert.ok(existsSync(removed));
  });

  it("is nobody's affair any more once it is done, or has failed", async () => {
    const listeners = () => ["SIGINT", "SIGTERM"].map((signal) => process.listenerCount(signal));
    const before = listeners();
    const release = () => assert.fail("nobody interrupts it");
    assert.equal(await removedIfInterrupted([], release, async () => "up"), "up");
    await assert.rejects(
      removedIfInterrupted([], release, () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.deepEqual(listeners(), before);
  });

  it("can give the machine's lock back before it ends", async () => {
    const name = `blockchain-clusters-released-${process.pid}`;
    await withMachineLock(
      async (release) => {
        release();
        assert.equal(await withMachineLock(async () => "mine", { name, patienceMinutes: 0 }), "mine");
      },
      { name },
    );
  });
});
