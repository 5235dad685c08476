import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { StdioOptions } from "node:child_process";
import { say } from "../../lib/progress";
import { LineReader, UpdateReport, type EngineEvent } from "./update-report";

/** Options with which the engine must run, so that its events can be followed. */
export interface UpdateOptions {
  /** Environment. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** Standard streams. Default: those of this process. */
  stdio?: StdioOptions;
}

/** Interval at which the engine's events are read, in milliseconds. */
const readEvery = 500;

/**
 * Follows an engine by its own log of events, and keeps its output in a file beside the log. The engine leaves secrets
 * out of both files, which stay until the stack's next update.
 */
export class UpdateLog {
  private readonly events: string;
  private readonly output: string;

  /** @param path without the ending */
  constructor(path: string) {
    this.events = `${path}.events.jsonl`;
    this.output = `${path}.log`;
  }

  /** Arguments for the engine. */
  get arguments(): string[] {
    return ["--event-log", this.events];
  }

  /**
   * Reports an update while it runs.
   *
   * @param run runs the engine with {@link arguments} and resolves to its exit code
   * @returns the exit code. When the engine fails without an event that gives the reason, its whole output is shown.
   */
  async follow(run: (options: UpdateOptions) => Promise<number>): Promise<number> {
    mkdirSync(dirname(this.events), { recursive: true, mode: 0o700 });
    for (const old of [this.events, this.output]) rmSync(old, { force: true });
    // Creates the file to which the engine appends its events, so that only the owner may read it.
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
        // The engine accepts its option --event-log only when this is set.
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

/** A line that is no event counts as an empty event: a damaged log must not end the engine's update. */
function parseEvent(line: string): EngineEvent {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return {};
  }
}
