/**
 * The script with which a validator of Besu fetches its chain, run by bash before a stand-in for Besu's JSON-RPC, with answers in
 * Besu's form. That Besu itself runs so no test here can show.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { besuCatchUpScript, besuProgram } from "../../../../components/ethereum/clients/besu-catch-up";
import { poll } from "../../../../lib/wait";

interface Answers {
  peers: number;
  height: number;
  /** Age of the newest block in seconds. */
  age: number;
  /** Target of a synchronisation that runs. */
  target?: number;
}

const hex = (number: number): string => `0x${number.toString(16)}`;

describe("catching up of Besu", function () {
  this.timeout(30_000);

  let answers: Answers;
  let server: Server;
  let folder: string;
  let running: ChildProcess[];
  let output: string;

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { method } = JSON.parse(body) as { method: string };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: resultOf(method) }));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "besu-catch-up-"));
    mkdirSync(join(folder, "data"));
    // A program that runs until it is told to end.
    const program = join(folder, "besu");
    writeFileSync(program, "#!/bin/bash\ntrap 'exit 0' TERM\nwhile :; do sleep 0.05; done\n");
    chmodSync(program, 0o755);
    answers = { peers: 0, height: 0, age: 1_000_000_000 };
    output = "";
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map(stop));
    rmSync(folder, { recursive: true });
  });

  function resultOf(method: string): unknown {
    if (method === "net_peerCount") return hex(answers.peers);
    if (method === "eth_syncing") {
      const { target, height } = answers;
      return target === undefined
        ? false
        : { startingBlock: "0x0", currentBlock: hex(height), highestBlock: hex(target) };
    }
    const timestamp = hex(Math.floor(Date.now() / 1000) - answers.age);
    return { number: hex(answers.height), hash: `0x${"ab".repeat(32)}`, timestamp };
  }

  function run(variables: Record<string, string>): ChildProcess {
    const { port } = server.address() as AddressInfo;
    const script = besuCatchUpScript(port)
      .replaceAll(besuProgram, join(folder, "besu"))
      .replaceAll("/data/", `${join(folder, "data")}/`);
    const child = spawn("bash", ["-c", script], {
      env: { PATH: process.env.PATH, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    }
    return child;
  }

  async function stop(child: ChildProcess): Promise<void> {
    child.kill("SIGTERM");
    await exitOf(child);
  }

  async function exitOf(child: ChildProcess): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return child.exitCode;
  }

  const says = (pattern: RegExp): Promise<true> =>
    poll(async () => (pattern.test(output) ? true : undefined), {
      what: `${pattern} in ${output}`,
      timeoutSeconds: 20,
      intervalMs: 50,
    });

  const begun = { CHAIN_GENERATION: "1", CHAIN_BEGUN_ELSEWHERE: "0", CHAIN_BEGUN_HERE: "1" };
  const marks = () => readdirSync(join(folder, "data")).sort();

  it("ends at once where the chain has not begun", async () => {
    for (const variables of [
      { CHAIN_GENERATION: "1", CHAIN_BEGUN_ELSEWHERE: "0" },
      { ...begun, CHAIN_BEGUN_HERE: "0" },
      { ...begun, CHAIN_GENERATION: "2" },
      { ...begun, CHAIN_GENERATION: "any" },
    ]) {
      assert.equal(await exitOf(run(variables)), 0);
    }
    assert.deepEqual(marks(), []);
    assert.equal(output, "");
  });

  it("ends at once on a volume that has the chain, but not on one that was fetched in part", async () => {
    writeFileSync(join(folder, "data", "DATABASE_METADATA.json"), "{}");
    assert.equal(await exitOf(run(begun)), 0);
    writeFileSync(join(folder, "data", "fetching-chain-1"), "");
    const child = run(begun);
    await says(/^stuck: .* no peer is connected; make a node reachable/m);
    assert.equal(child.exitCode, null);
    await stop(child);
    writeFileSync(join(folder, "data", "fetched-chain-1"), "");
    assert.equal(await exitOf(run(begun)), 0);
  });

  it("waits for a peer that has it, tells how far it is, and ends with Besu when the newest block is new", async () => {
    const child = run({ ...begun, CHAIN_BEGUN_HERE: "0", CHAIN_BEGUN_ELSEWHERE: "1" });
    await says(/no peer is connected/);
    answers = { ...answers, peers: 2, height: 120, target: 4000 };
    await says(/^busy: fetches the chain, block 120 of 4000$/m);
    assert.deepEqual(marks(), ["fetching-chain-1"]);
    // The end of a synchronisation without what it was for, as when the peer went away.
    answers = { peers: 1, height: 130, age: 1 };
    await says(/^busy: fetches the chain, block 130 of 4000$/m);
    assert.equal(child.exitCode, null, output);
    answers = { peers: 1, height: 4001, age: 1 };
    assert.equal(await exitOf(child), 0);
    assert.match(output, /^busy: has the chain up to block 4001$/m);
    assert.deepEqual(marks(), ["fetched-chain-1", "fetching-chain-1"]);
  });

  it("ends with Besu when the pod goes, and fails when Besu does", async () => {
    const child = run(begun);
    await says(/no peer is connected/);
    child.kill("SIGTERM");
    assert.equal(await exitOf(child), 143);
    writeFileSync(join(folder, "besu"), "#!/bin/bash\nexit 3\n");
    assert.equal(await exitOf(run(begun)), 1);
    assert.match(output, /Besu ended/);
    assert.ok(!existsSync(join(folder, "data", "fetched-chain-1")));
  });
});
