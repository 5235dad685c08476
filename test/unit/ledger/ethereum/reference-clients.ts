/** The clients' own binaries, run once or as nodes on loopback: the reference that the domain code is compared with. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const TOOLS = resolve(__dirname, "../../../../.tools/bin");
const POLL_MILLISECONDS = 50;
const STOP_MILLISECONDS = 10_000;

export type ReferenceClient = "geth" | "goquorum";

/** Path of a client. Throws, with the remedy, when it was not built. */
export function clientPath(client: ReferenceClient): string {
  const path = join(TOOLS, client);
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: run "make tools"`);
  }
  return path;
}

/** GoQuorum refuses to start without a word on private transactions. */
function environment(client: ReferenceClient): NodeJS.ProcessEnv {
  return client === "goquorum" ? { ...process.env, PRIVATE_CONFIG: "ignore" } : process.env;
}

/** Runs a client to its end and returns standard output. Throws with everything it wrote when it fails. */
export function runClient(client: ReferenceClient, args: string[]): string {
  const result = spawnSync(clientPath(client), args, {
    env: environment(client),
    maxBuffer: 256 * 1024 * 1024,
    timeout: 120_000,
  });
  if (result.status !== 0) {
    const output = `${result.stdout.toString()}${result.stderr.toString()}${result.error?.message ?? ""}`;
    throw new Error(`${client} ${args.join(" ")} ended with ${result.status}:\n${output}`);
  }
  return result.stdout.toString();
}

/** Gives `use` an empty directory and removes it afterwards. */
export async function withDirectory<T>(use: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "ledger-ethereum-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, maxRetries: 3 });
  }
}

/** As many TCP ports on loopback as asked for, free at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** A client that runs until `stop`. */
export class RunningNode {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly logFile: string,
  ) {}

  /** Starts a client that serves JSON-RPC over HTTP on `rpcPort` of loopback. */
  static start(
    client: ReferenceClient,
    { name, directory, args, rpcPort }: { name: string; directory: string; args: string[]; rpcPort: number },
  ): RunningNode {
    const logFile = join(directory, `${name}.log`);
    const log = openSync(logFile, "w");
    const child = spawn(clientPath(client), args, { env: environment(client), stdio: ["ignore", log, log] });
    closeSync(log);
    return new RunningNode(name, child, `http://127.0.0.1:${rpcPort}`, logFile);
  }

  /** Result of one JSON-RPC call. Throws the node's error, or that it does not answer. */
  async call<T>(method: string, ...params: unknown[]): Promise<T> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as { result?: T; error?: { message: string } };
    if (answer.error) {
      throw new Error(`${this.name} ${method}: ${answer.error.message}`);
    }
    return answer.result as T;
  }

  /** Asks until the answer satisfies `isDone`; throws with the end of the node's log when it ends or `seconds` have passed. */
  async until<T>(ask: (node: this) => Promise<T>, isDone: (answer: T) => boolean, seconds: number): Promise<T> {
    const deadline = Date.now() + seconds * 1_000;
    let last: unknown;
    while (Date.now() < deadline && this.child.exitCode === null) {
      try {
        const answer = await ask(this);
        if (isDone(answer)) {
          return answer;
        }
        last = answer;
      } catch (error) {
        last = error;
      }
      await pause(POLL_MILLISECONDS);
    }
    throw new Error(
      `${this.name} did not get there in ${seconds} s; last answer ${String(last)}; its log ends\n${this.logTail()}`,
    );
  }

  /** What it has printed since this start. */
  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  logTail(): string {
    return this.log().split("\n").slice(-25).join("\n");
  }

  /** Ends the process and waits for that: by request, and by force when it has not obeyed after 10 s. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      return;
    }
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const force = setTimeout(() => this.child.kill("SIGKILL"), STOP_MILLISECONDS);
    await ended;
    clearTimeout(force);
  }
}
