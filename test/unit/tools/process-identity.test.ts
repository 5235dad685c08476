import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fateOf, identify, isAlive } from "../../../lib/process-identity";
import { isHeld, noteEngine, stackLocks } from "../../../tools/cli/stack-lock";
import { folderBackend } from "../../../tools/cli/environment";
import { withFolderLock } from "../../../tools/installer/folder-lock";
import { temporaryFolder, writeScript } from "./temporary";

describe("tools: processes that were killed", () => {
  const folder = temporaryFolder();
  /** Process 1 of a container that reads no exit codes: it starts a pulumi, and sleeps. */
  let careless: ChildProcess;
  let pulumi: number;

  beforeEach(async () => {
    const program = join(folder.path, "pulumi");
    writeScript(program, "read -r line");
    careless = spawn("sh", ["-c", `exec 3<&0; "${program}" <&3 & echo $!; exec sleep 600 3<&-`], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [first] = (await once(careless.stdout!, "data")) as [Buffer];
    pulumi = Number(first.toString());
    await until(() => comm() === "pulumi");
  });

  afterEach(async () => {
    careless.kill("SIGKILL");
    await once(careless, "close");
  });

  const comm = (): string => readFileSync(`/proc/${pulumi}/comm`, "utf8").trim();
  const lockOf = (pid: number) => ({ pid, username: "ana", hostname: hostname(), timestamp: new Date().toISOString() });

  async function until(condition: () => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; !condition(); await new Promise(setImmediate)) {
      assert.ok(Date.now() < end, "within 10 s");
    }
  }

  async function killPulumi(): Promise<void> {
    process.kill(pulumi, "SIGKILL");
    await until(() => readFileSync(`/proc/${pulumi}/stat`, "utf8").includes(") Z "));
  }

  it("are dead although no process has read their exit code, and signals still reach them", async () => {
    const known = identify(pulumi);
    assert.deepEqual([isAlive(pulumi), fateOf(known)], [true, "runs"]);
    await killPulumi();
    assert.equal(process.kill(pulumi, 0), true);
    assert.deepEqual([isAlive(pulumi), fateOf(known)], [false, "ended"]);
  });

  it("hold no lock of a stack any more", async () => {
    assert.equal(isHeld(lockOf(pulumi)), true);
    await killPulumi();
    assert.equal(isHeld(lockOf(pulumi)), false);
  });

  it("hold no lock because another pulumi has their process id now", () => {
    const known = identify(pulumi);
    assert.equal(isHeld({ ...lockOf(pulumi), engine: known }), true);
    assert.equal(isHeld({ ...lockOf(pulumi), engine: { ...known, started: known.started! - 1 } }), false);
  });

  it("are distinguished from those of another container with this one's name, which are invisible here", () => {
    const elsewhere = { ...identify(pulumi), pid: 2 ** 30, namespace: "pid:[1]" };
    assert.equal(isHeld({ ...lockOf(elsewhere.pid), engine: elsewhere }), true);
    assert.equal(isHeld({ ...lockOf(elsewhere.pid), engine: { ...elsewhere, namespace: undefined } }), false);
  });

  it("are distinguished from those of another machine with this one's name by the time of the lock", () => {
    const engine = { ...identify(pulumi), boot: "another" };
    assert.equal(isHeld({ ...lockOf(pulumi), engine, timestamp: "2020-01-01T00:00:00Z" }), false);
    assert.equal(isHeld({ ...lockOf(pulumi), engine }), true);
  });

  it("are known by the note beside the state, which goes when they end in order", () => {
    const backend = folderBackend(folder.path);
    const locks = join(folder.path, ".pulumi", "locks", "organization", "project", "stack");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "a.json"), JSON.stringify(lockOf(pulumi)));
    const forget = noteEngine(backend, "project", "stack", pulumi);
    assert.deepEqual(stackLocks(backend, "project", "stack")[0]?.engine, identify(pulumi));
    forget();
    assert.equal(stackLocks(backend, "project", "stack")[0]?.engine, undefined);
  });

  it("do not prevent the installation of tools", async () => {
    const file = join(folder.path, "install.lock");
    for (const content of [JSON.stringify(identify(pulumi)), String(pulumi)]) {
      writeFileSync(file, content);
      const installed = withFolderLock(file, async () => "installed");
      if (isAlive(pulumi)) await killPulumi();
      assert.equal(await installed, "installed");
    }
  });
});
