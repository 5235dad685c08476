import { closeSync, openSync, readSync } from "node:fs";

/** The reported part of an event of the engine. Source: sdk/go/common/apitype/events.go of Pulumi. */
export interface EngineEvent {
  resourcePreEvent?: { metadata: StepMetadata };
  resOutputsEvent?: { metadata: StepMetadata };
  resOpFailedEvent?: { metadata: StepMetadata };
  diagnosticEvent?: { urn?: string; message: string; severity: string; ephemeral?: boolean };
  policyEvent?: { message: string; resourceUrn?: string; policyName: string };
  summaryEvent?: { durationSeconds: number; resourceChanges: Record<string, number> };
}

interface StepMetadata {
  op: string;
  urn: string;
  type: string;
  old?: StepState | null;
  new?: StepState | null;
}

interface StepState {
  /** Whether a provider manages it. Components have none. */
  custom?: boolean;
}

interface Step {
  urn: string;
  /** Milliseconds since 1970. */
  start: number;
  /** Last status message of its provider. */
  status?: string;
}

/** Operations that change no existing resource. */
const quiet = ["same", "read", "read-replacement", "refresh"];

/** Seconds until waits are reported. Each further report comes after twice the time. */
const firstWait = 15;

/** Number of waits that one line names. */
const namedWaits = 3;

/** Reports an update in lines for a log: one per changed resource, long waits, and every error in full. */
export class UpdateReport {
  /** Whether an error was reported. */
  hasError = false;
  private readonly running = new Map<string, Step>();
  private nextWait = firstWait;

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly say: (line: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  take(event: EngineEvent): void {
    if (event.resourcePreEvent) this.begin(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.end(event.resOutputsEvent.metadata, "");
    if (event.resOpFailedEvent) this.end(event.resOpFailedEvent.metadata, " failed");
    if (event.diagnosticEvent) this.diagnose(event.diagnosticEvent);
    if (event.policyEvent) {
      const { message, resourceUrn = "", policyName } = event.policyEvent;
      this.say(`policy ${policyName}: ${nameOf(resourceUrn)}: ${message.trim()}`);
    }
    if (event.summaryEvent) this.summarize(event.summaryEvent);
  }

  /** Reports waits when a report is due. Must be called about every second. */
  tick(): void {
    const waits = [...this.running.values()]
      .map((step) => ({ ...step, seconds: Math.floor((this.now() - step.start) / 1000) }))
      .filter(({ seconds }) => seconds >= firstWait)
      .sort((a, b) => b.seconds - a.seconds);
    const [longest] = waits;
    if (longest === undefined) {
      this.nextWait = firstWait;
      return;
    }
    if (longest.seconds < this.nextWait) return;
    this.nextWait = longest.seconds * 2;
    const named = waits.slice(0, namedWaits).map(({ urn, status }) => [nameOf(urn), status].filter(Boolean).join(": "));
    const more = waits.length > namedWaits ? `; and ${waits.length - namedWaits} more` : "";
    this.say(`  waiting for ${longest.seconds} s: ${named.join("; ")}${more}`);
  }

  private begin({ urn, op }: StepMetadata): void {
    if (!quiet.includes(op)) this.running.set(keyOf(urn, op), { urn, start: this.now() });
  }

  private end(metadata: StepMetadata, outcome: string): void {
    const { urn, op } = metadata;
    const step = this.running.get(keyOf(urn, op));
    this.running.delete(keyOf(urn, op));
    const isComponent = !metadata.new?.custom && !metadata.old?.custom;
    if (outcome === "" && (quiet.includes(op) || isComponent)) return;
    const seconds = step === undefined ? "" : ` (${((this.now() - step.start) / 1000).toFixed(1)} s)`;
    this.say(`  ${op} ${nameOf(urn)}${outcome}${seconds}`);
  }

  private diagnose({ urn, message, severity, ephemeral }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    const text = message.trim();
    if (severity === "debug" || text === "") return;
    if (ephemeral || (urn !== undefined && severity.startsWith("info") && this.isRunning(urn))) {
      for (const step of this.running.values()) if (step.urn === urn) step.status = text.split("\n")[0];
      return;
    }
    if (severity === "error") this.hasError = true;
    const kind = severity.startsWith("info") ? "" : `${severity}: `;
    this.say(`${kind}${urn === undefined ? "" : `${nameOf(urn)}: `}${text}`);
  }

  private isRunning(urn: string): boolean {
    return [...this.running.values()].some((step) => step.urn === urn);
  }

  private summarize({ durationSeconds, resourceChanges }: NonNullable<EngineEvent["summaryEvent"]>): void {
    const counts = Object.entries(resourceChanges).map(([op, count]) => `${count} ${op === "same" ? "unchanged" : op}`);
    this.say(`resources: ${counts.join(", ") || "none"} (${durationSeconds} s)`);
  }
}

function keyOf(urn: string, op: string): string {
  return `${op} ${urn}`;
}

/** `urn:pulumi:dev::project::parent$kubernetes:apps/v1:StatefulSet::peer0` -> `StatefulSet peer0`. */
function nameOf(urn: string): string {
  const [, , types = "", ...name] = urn.split("::");
  return `${types.split(/[$:]/).at(-1)} ${name.join("::")}`;
}

/** Reads lines that another process appends to a file. */
export class LineReader {
  private readonly file: number;
  private rest = Buffer.alloc(0);

  constructor(path: string) {
    this.file = openSync(path, "r");
  }

  /** The complete lines since the last call. */
  read(): string[] {
    const chunk = Buffer.alloc(64 * 1024);
    const chunks = [this.rest];
    for (let size; (size = readSync(this.file, chunk)) > 0;) chunks.push(Buffer.from(chunk.subarray(0, size)));
    const bytes = Buffer.concat(chunks);
    const end = bytes.lastIndexOf("\n") + 1;
    this.rest = bytes.subarray(end);
    return bytes.subarray(0, end).toString("utf8").split("\n").filter(Boolean);
  }

  close(): void {
    closeSync(this.file);
  }
}
