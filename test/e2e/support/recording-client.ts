/** Load of an independent client, whose record says what the networks acknowledged. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../local-cluster/settings";
import { eventually } from "../../../samples/client-ethereum/patience";

/** A transaction whose commit the client was told. */
export interface Acknowledgement {
  organization: string;
  /** ID of the asset. */
  id: string;
  transactionId: string;
  block: number;
}

/** What became of one asset. */
export type RecordedOutcome = Acknowledgement | { organization: string; id: string; fault: string };

export class RecordingClient {
  private readonly record: string;
  private client: ChildProcess | undefined;

  /** @param folder gets the record, and outputs of the stacks with the keys of their clients */
  constructor(
    private readonly folder: string,
    private readonly target: { channel: string; chaincode: string },
  ) {
    this.record = join(folder, "record.jsonl");
  }

  /** Starts the load. @param outputs outputs of the stack of each organisation */
  start(outputs: Record<string, unknown>): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const authors = Object.entries(outputs).map(([organization, content]) => {
      const file = join(this.folder, `${organization}.json`);
      writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
      return `${organization}=${file}`;
    });
    const loader = join(projectRoot, "tools", "runtime", "typescript-cache.cjs");
    const { channel, chaincode } = this.target;
    const words = ["-r", loader, join(__dirname, "recording-program.ts"), this.record, channel, chaincode, ...authors];
    this.client = spawn(process.execPath, words, { cwd: projectRoot, stdio: ["ignore", "inherit", "inherit"] });
  }

  /** Ends the load. Of what was on its way nobody knows whether it was acknowledged. */
  async stop(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    if (client === undefined || hasEnded(client)) return;
    const ended = once(client, "exit");
    client.kill("SIGTERM");
    await ended;
  }

  /** Everything that was acknowledged so far. */
  acknowledged(): Acknowledgement[] {
    return this.outcomes().flatMap((outcome) => ("fault" in outcome ? [] : [outcome]));
  }

  /** Number of transactions that were acknowledged to an organisation so far. */
  acknowledgedTo(organization: string): number {
    return this.acknowledged().filter((acknowledged) => acknowledged.organization === organization).length;
  }

  /** Numbers of what was not acknowledged, by reason. */
  faults(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const outcome of this.outcomes()) {
      if (!("fault" in outcome)) continue;
      const reason = outcome.fault.replaceAll(/[0-9a-f]{64}/g, "...").slice(0, 160);
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
    return counts;
  }

  /** Waits until each of these organisations got more acknowledged than it had. */
  async goesOn(...organizations: string[]): Promise<void> {
    const before = organizations.map((organization) => this.acknowledgedTo(organization));
    await eventually(`further transactions of ${organizations.join(" and ")}`, () => {
      assert.ok(this.client !== undefined && !hasEnded(this.client), "the client ended");
      const waiting = organizations.filter(
        (organization, index) => this.acknowledgedTo(organization) < before[index]! + further,
      );
      if (waiting.length > 0) throw new Error(`none yet of ${waiting.join(", ")}: ${this.lastFault()}`);
      return Promise.resolve(true);
    });
  }

  private lastFault(): string {
    const faults = this.outcomes().flatMap((outcome) => ("fault" in outcome ? [outcome.fault] : []));
    return faults.at(-1) ?? "no fault";
  }

  private outcomes(): RecordedOutcome[] {
    if (!existsSync(this.record)) return [];
    const lines = readFileSync(this.record, "utf8").split("\n");
    // A last line without its end is being written.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as RecordedOutcome);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** The first one may have been on its way before. */
const further = 3;
