/** The Pulumi engine's events of a running update, with the time of each event's arrival. */
import { closeSync, openSync, readSync, rmSync, watch, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** One event about a resource. */
export interface ResourceEvent {
  /** `started`: the engine begins the operation; `done`: the operation has succeeded. */
  kind: "started" | "done";
  /** `kubernetes:apps/v1:StatefulSet` */
  type: string;
  urn: string;
  /** Milliseconds of `performance.now`; the engine's own stamps are whole seconds. */
  at: number;
}

/** The needed events of `pulumi up --event-log FILE`. */
interface EngineEvent {
  resourcePreEvent?: { metadata: { urn: string; type: string } };
  resOutputsEvent?: { metadata: { urn: string; type: string } };
}

const chunkBytes = 1 << 16;

/** Reads an event log while the engine writes it. */
export class EventLog {
  readonly events: ResourceEvent[] = [];
  private readonly chunk = Buffer.alloc(chunkBytes);
  private readonly descriptor: number;
  private readonly watcher: ReturnType<typeof watch>;
  private unfinished = "";

  /** @param file is created here, and removed by {@link close}. */
  constructor(readonly file: string) {
    writeFileSync(file, "");
    this.descriptor = openSync(file, "r");
    this.watcher = watch(file, () => this.readOn());
  }

  /** Reads the remaining events and stops. */
  async close(): Promise<void> {
    // Lets the last notifications arrive while the file is open.
    await pause(0);
    this.readOn();
    this.watcher.close();
    closeSync(this.descriptor);
    rmSync(this.file, { force: true });
  }

  private readOn(): void {
    const at = performance.now();
    for (;;) {
      const bytes = readSync(this.descriptor, this.chunk);
      if (bytes === 0) return;
      this.unfinished += this.chunk.toString("utf8", 0, bytes);
      const lines = this.unfinished.split("\n");
      this.unfinished = lines.pop() ?? "";
      for (const line of lines) this.take(JSON.parse(line) as EngineEvent, at);
    }
  }

  private take({ resourcePreEvent, resOutputsEvent }: EngineEvent, at: number): void {
    if (resourcePreEvent) this.events.push({ kind: "started", ...fieldsOf(resourcePreEvent.metadata), at });
    if (resOutputsEvent) this.events.push({ kind: "done", ...fieldsOf(resOutputsEvent.metadata), at });
  }
}

function fieldsOf({ urn, type }: { urn: string; type: string }): { urn: string; type: string } {
  return { urn, type };
}
