/** The clients' own binaries, run once or as nodes on loopback, as a reference for the domain code. */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { paths } from "../../tools/paths";
import { ManagedProcess } from "./processes";

const pollMilliseconds = 50;

export type ReferenceClient = "geth" | "goquorum";

/** Path of a client. @throws Error with the remedy when the client was not built. */
export function clientPath(client: ReferenceClient): string {
  const path = join(paths.bin, client);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "make tools"`);
  return path;
}

/** GoQuorum refuses to start without a setting of private transactions. */
export const clientVariables: Record<ReferenceClient, Record<string, string>> = {
  geth: {},
  goquorum: { PRIVATE_CONFIG: "ignore" },
};

/** Runs a client to its end and returns its standard output. @throws Error with all of its output when it fails. */
export function runClient(client: ReferenceClient, args: string[]): string {
  const result = spawnSync(clientPath(client), args, {
    env: { ...process.env, ...clientVariables[client] },
    maxBuffer: 256 * 1024 * 1024,
    timeout: 120_000,
  });
  if (result.status !== 0) {
    const output = `${result.stdout.toString()}${result.stderr.toString()}${result.error?.message ?? ""}`;
    throw new Error(`${client} ${args.join(" ")} ended with ${result.status}:\n${output}`);
  }
  return result.stdout.toString();
}

/** A client that runs until `stop`. */
export class RunningNode {
  private constructor(
    readonly name: string,
    private readonly process: ManagedProcess,
    private readonly url: string,
  ) {}

  /** Starts a client that serves JSON-RPC over HTTP on `rpcPort` of loopback. */
  static start(
    client: ReferenceClient,
    { name, directory, args, rpcPort }: { name: string; directory: string; args: string[]; rpcPort: number },
  ): RunningNode {
    const logFile = join(directory, `${name}.log`);
    rmSync(logFile, { force: true });
    const process = new ManagedProcess({
      name,
      command: clientPath(client),
      args,
      env: { HOME: directory, ...clientVariables[client] },
      logFile,
    });
    process.start();
    return new RunningNode(name, process, `http://127.0.0.1:${rpcPort}`);
  }

  /** Result of one JSON-RPC call. @throws the node's error, or an error without an answer. */
  async call<T>(method: string, ...params: unknown[]): Promise<T> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as { result?: T; error?: { message: string } };
    if (answer.error) throw new Error(`${this.name} ${method}: ${answer.error.message}`);
    return answer.result as T;
  }

  /** Asks until the answer satisfies `isDone`. @throws with the end of the log when the node ends or `seconds` have passed. */
  async until<T>(ask: (node: this) => Promise<T>, isDone: (answer: T) => boolean, seconds: number): Promise<T> {
    const deadline = Date.now() + seconds * 1_000;
    let last: unknown;
    while (Date.now() < deadline && this.process.pid !== undefined) {
      try {
        const answer = await ask(this);
        if (isDone(answer)) return answer;
        last = answer;
      } catch (error) {
        last = error;
      }
      await pause(pollMilliseconds);
    }
    throw new Error(
      `${this.name} did not get there in ${seconds} s; last answer ${String(last)}; its log ends\n${this.logTail()}`,
    );
  }

  /** The log since the last start. */
  log(): string {
    return this.process.log();
  }

  logTail(): string {
    return this.log().split("\n").slice(-25).join("\n");
  }

  /** Ends the process, by force if necessary, and waits for the end. */
  stop(): Promise<void> {
    return this.process.stop();
  }
}
