import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { StdioOptions } from "node:child_process";
import { say } from "../../lib/progress";
import { LineReader, UpdateReport, type EngineEvent } from "./update-report";

/** What an engine whose events are told in few lines runs with. */
export interface UpdateOptions {
  env?: NodeJS.ProcessEnv;
  stdio?: StdioOptions;
}

/** How often the engine's events are read, in milliseconds. */
const readEvery = 500;

/**
 * Follows an engine by its own log of events, and keeps what it prints beside it. The engine leaves secrets out of both. They
 * stay until the stack's next update.
 */
export class UpdateLog {
  private readonly events: string;
  private readonly output: string;

  /** @param path without the ending */
  constructor(path: string) {
    this.events = `${path}.events.jsonl`;
    this.output = `${path}.log`;
  }

  /** For the engine. */
  get arguments(): string[] {
    return ["--event-log", this.events];
  }

  /**
   * Tells an update while it runs.
   *
   * @param run runs the engine with {@link arguments} and resolves to its exit code
   * @returns the exit code. An engine that fails without an event that says why has all its output shown.
   */
  async follow(run: (options: UpdateOptions) => Promise<number>): Promise<number> {
    mkdirSync(dirname(this.events), { recursive: true, mode: 0o700 });
    for (const old of [this.events, this.output]) rmSync(old, { force: true });
    // The engine appends to the file of events, and this makes it, so that only its owner may read it.
    closeSync(openSync(this.events, "a", 0o600));
    const output = openSync(this.output, "w", 0o600);
    const reader = new LineReader(this.events);
    const report = new UpdateReport(say);
    const read = (): void => {
      for (const line of reader.read()) report.take(parseEvent(line));
      report.tick();
    };
    const timer = setInterval(read, readEvery);
    try {
      const code = await run({
        // The engine has its option --event-log only where this is set.
        env: { PULUMI_DEBUG_COMMANDS: "true" },
        stdio: ["ignore", output, "inherit"],
      });
      read();
      if (code !== 0 && !report.hasError) say(readFileSync(this.output, "utf8").trim());
      return code;
    } finally {
      clearInterval(timer);
      reader.close();
      closeSync(output);
    }
  }
}

/** A line that is no event tells nothing; a log is no reason to leave an engine alone. */
function parseEvent(line: string): EngineEvent {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return {};
  }
}
