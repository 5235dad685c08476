/**
 * Load on a network: a number of clients that each send one transaction after the other through a gateway.
 *
 * As a module: `runLoad`. As a command:
 *
 *     node -r ts-node/register samples/client/load.ts --stack local-fabric --clients 32 --seconds 30
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chaincodeOf, type Chaincode } from "./chaincode";
import { describeError, errorKind } from "./errors";
import { sourceOf, sourceOptions } from "../stack/outputs";
import { openStack } from "./stack";
import { submit, submitOnce, type Call } from "./transaction";

export interface LoadOptions {
  /** The sample chaincode, through one gateway connection. */
  chaincode: Chaincode;
  /** Number of clients, and so of transactions in progress at any time. This or `rate`. */
  clients?: number;
  /** Transactions that begin in a second, whether earlier ones have ended or not. This or `clients`. */
  rate?: number;
  seconds: number;
  /**
   * `create`: each transaction creates an asset and counts when it is committed. `read`: queries of one asset.
   * Default `create`.
   */
  operation?: "create" | "read";
  /** Whether to send a transaction with an unknown outcome again until it is committed. Default false: counts as an error. */
  resubmit?: boolean;
  /** Monotonic clock in milliseconds. Default `performance.now`. */
  clock?: () => number;
}

export interface LoadResult {
  /** Transactions that succeeded. */
  completed: number;
  /** From the first start to the last end, in seconds. */
  seconds: number;
  transactionsPerSecond: number;
  /** Latency of successful transactions, in milliseconds. */
  latency: { p50: number; p95: number; p99: number; max: number };
  /** Longest time without a success, in seconds. */
  longestGapSeconds: number;
  errors: number;
  /** Number and one example for each kind of error. */
  errorKinds: Record<string, { count: number; example: string }>;
  /** IDs of the assets whose creation was reported as committed. */
  created: string[];
}

/** Runs the load and measures it. Errors are counted, not thrown. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const run = new LoadRun(options);
  await run.prepare();
  const start = run.now();
  const end = start + options.seconds * 1000;
  const { clients = 0, rate } = options;
  if (rate) await run.arrivals(rate, start, end);
  else await Promise.all(Array.from({ length: clients }, (_, client) => run.client(client, end)));
  return run.result(start, run.now());
}

class LoadRun {
  readonly now: () => number;
  /** Part of asset IDs that distinguishes this run from others. */
  private readonly runId = randomUUID().slice(0, 8);
  private readonly latencies: number[] = [];
  private readonly completedAt: number[] = [];
  private readonly created: string[] = [];
  private readonly errorKinds: LoadResult["errorKinds"] = {};

  constructor(private readonly options: LoadOptions) {
    this.now = options.clock ?? (() => performance.now());
  }

  /** Creates the asset that queries read. */
  async prepare(): Promise<void> {
    if (this.options.operation === "read") await submit(this.options.chaincode, createCall(this.assetToRead()));
  }

  /** Runs one client: one transaction after another until `end`. */
  async client(client: number, end: number): Promise<void> {
    for (let n = 0; this.now() < end; n++) await this.transaction(`load-${this.runId}-${client}-${n}`);
  }

  /** Starts `rate` transactions in a second, evenly, until `end`; resolves when all have ended. */
  async arrivals(rate: number, start: number, end: number): Promise<void> {
    const started: Promise<void>[] = [];
    const between = 1000 / rate;
    for (let n = 0, due = start; due < end; n++, due = start + n * between) {
      await delay(Math.max(0, due - this.now()));
      started.push(this.transaction(`load-${this.runId}-${n}`));
    }
    await Promise.all(started);
  }

  result(start: number, end: number): LoadResult {
    const sorted = this.latencies.toSorted((a, b) => a - b);
    const times = [start, ...this.completedAt.toSorted((a, b) => a - b), end];
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    const seconds = (end - start) / 1000;
    return {
      completed: sorted.length,
      seconds,
      transactionsPerSecond: sorted.length / seconds,
      latency: {
        p50: percentile(sorted, 50),
        p95: percentile(sorted, 95),
        p99: percentile(sorted, 99),
        max: percentile(sorted, 100),
      },
      longestGapSeconds: Math.max(...gaps) / 1000,
      errors: Object.values(this.errorKinds).reduce((sum, { count }) => sum + count, 0),
      errorKinds: this.errorKinds,
      created: this.created,
    };
  }

  private async transaction(id: string): Promise<void> {
    const start = this.now();
    try {
      await this.send(id);
      const end = this.now();
      this.latencies.push(end - start);
      this.completedAt.push(end);
    } catch (error) {
      const kind = (this.errorKinds[errorKind(error)] ??= { count: 0, example: describeError(error) });
      kind.count += 1;
    }
  }

  private async send(id: string): Promise<void> {
    const { chaincode, operation, resubmit } = this.options;
    if (operation === "read") {
      await chaincode.contract.evaluateTransaction("ReadAsset", this.assetToRead());
      return;
    }
    await (resubmit ? submit(chaincode, createCall(id)) : submitOnce(chaincode, createCall(id)));
    this.created.push(id);
  }

  private assetToRead(): string {
    return `load-${this.runId}`;
  }
}

function createCall(id: string): Call {
  return { name: "CreateAsset", arguments: [id, "blue", "1", "load", "1"] };
}

/** Nearest-rank percentile of sorted values; 0 without values. */
export function percentile(sorted: number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

/** The result as lines of text. */
export function describeLoad(result: LoadResult): string {
  const { p50, p95, p99, max } = result.latency;
  const kinds = Object.entries(result.errorKinds).map(
    ([kind, { count, example }]) => `  ${count} x ${kind}: ${example}`,
  );
  return [
    `${result.completed} transactions in ${result.seconds.toFixed(1)} s: ${result.transactionsPerSecond.toFixed(1)} a second`,
    `latency ms: p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, p99 ${p99.toFixed(0)}, max ${max.toFixed(0)}`,
    `longest time without a success: ${result.longestGapSeconds.toFixed(1)} s`,
    `errors: ${result.errors}`,
    ...kinds,
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...sourceOptions("local-fabric"),
      chaincode: { type: "string", default: "asset-transfer" },
      organization: { type: "string" },
      clients: { type: "string", default: "32" },
      seconds: { type: "string", default: "30" },
      read: { type: "boolean", default: false },
      resubmit: { type: "boolean", default: false },
    },
  });
  const stack = await openStack(sourceOf(values));
  try {
    const channel = stack.channelWith(values.chaincode);
    const connection = await stack.connectGateway(values.organization ?? channel.organizations[0]!);
    const result = await runLoad({
      chaincode: chaincodeOf(connection.gateway, channel.name, values.chaincode),
      clients: positive("--clients", values.clients),
      seconds: positive("--seconds", values.seconds),
      operation: values.read ? "read" : "create",
      resubmit: values.resubmit,
    });
    console.log(describeLoad(result));
  } finally {
    await stack.close();
  }
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${flag} is "${text}"; give a number above 0`);
  return value;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(describeError(error));
    process.exitCode = 1;
  });
}
