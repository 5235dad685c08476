import { UserError } from "../../lib/user-error";
import { isRecord } from "../../lib/values";

/** What a preview says of one resource that it would touch. */
export interface Change {
  operation: string;
  /** Type token, for example `kubernetes:apps/v1:StatefulSet`. */
  type: string;
  /** Last part of the type: `StatefulSet`. */
  kind: string;
  /** Name in the program: `trade-org1-peer0`. */
  name: string;
  /** Paths of the properties that make the engine replace the resource, or that change. Never values: those may be secret. */
  reasons: string[];
  /** Of a Service as it is: `LoadBalancer`. */
  serviceType?: string;
}

/** What `pulumi preview --json` found. */
export interface Preview {
  /** Number of resources by operation. */
  counts: ReadonlyMap<string, number>;
  /** All resources but the unchanged. */
  changes: Change[];
  /** Why the preview failed. The engine has taken secrets out of these. */
  errors: string[];
  /** The engine stopped while it was writing the preview, so changes may be missing. */
  isIncomplete: boolean;
  /** Entries of `allowReplacement` in the stack's configuration. */
  allowed: string[];
}

/** The part of the engine's JSON that is read here (pkg/display/json.go upstream). */
interface EnginePreview {
  config?: Record<string, string>;
  steps?: EngineStep[];
  diagnostics?: { urn?: string; message?: string; severity?: string }[];
  changeSummary?: Record<string, number>;
  maybeCorrupt?: boolean;
}

interface EngineStep {
  op: string;
  urn: string;
  diffReasons?: string[];
  replaceReasons?: string[];
  detailedDiff?: Record<string, unknown> | null;
  oldState?: { inputs?: { spec?: { type?: unknown } } };
}

/**
 * Reads what `pulumi preview --json` printed.
 *
 * @param source where the text is from, for the error
 * @throws UserError when it is no such output
 */
export function parsePreview(text: string, source: string): Preview {
  const preview = parseJson(text, source);
  const steps = preview.steps ?? [];
  return {
    counts: new Map(Object.entries(preview.changeSummary ?? countSteps(steps))),
    changes: mergeReplacements(steps).filter(({ operation }) => operation !== "same"),
    errors: errorsOf(preview),
    isIncomplete: preview.maybeCorrupt === true,
    allowed: allowedReplacements(preview.config ?? {}),
  };
}

function parseJson(text: string, source: string): EnginePreview {
  const value = readJson(text);
  // A preview in which nothing changes still counts its resources; one that failed at once has an error to tell.
  if (isRecord(value) && ("changeSummary" in value || "diagnostics" in value)) return value;
  const start = text.trim() === "" ? "it is empty" : `it begins with ${JSON.stringify(text.trim().slice(0, 60))}`;
  throw new UserError(`${source} does not hold what "pulumi preview --json" prints: ${start}.`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function countSteps(steps: readonly EngineStep[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op } of steps) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

/** With `--show-replacement-steps` the engine lists the two halves of a replacement as well. One line is enough. */
function mergeReplacements(steps: readonly EngineStep[]): Change[] {
  const created = new Set(steps.filter(({ op }) => replacing.has(op)).map(({ urn }) => urn));
  const seen = new Set<string>();
  return steps.flatMap((step) => {
    const isReplacement = replacing.has(step.op) || (step.op === "delete-replaced" && created.has(step.urn));
    if (!isReplacement) return [readChange(step, operationOf(step.op))];
    if (seen.has(step.urn)) return [];
    seen.add(step.urn);
    return [readChange(step, "replace")];
  });
}

const replacing = new Set(["replace", "create-replacement", "import-replacement", "read-replacement"]);

/** What an earlier, interrupted run left to delete is a deletion like any other. */
function operationOf(op: string): string {
  return op === "delete-replaced" ? "delete" : op;
}

function readChange(step: EngineStep, operation: string): Change {
  const { type, kind, name } = readUrn(step.urn);
  const serviceType = step.oldState?.inputs?.spec?.type;
  return {
    ...{ operation, type, kind, name, reasons: reasonsOf(step, operation) },
    ...(kind === "Service" && typeof serviceType === "string" ? { serviceType } : {}),
  };
}

function reasonsOf({ replaceReasons, diffReasons, detailedDiff }: EngineStep, operation: string): string[] {
  if (operation === "replace" && replaceReasons?.length) return replaceReasons;
  const paths = Object.keys(detailedDiff ?? {});
  return paths.length > 0 ? paths : (diffReasons ?? []);
}

/** The parts of `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`; a name may hold colons, too. */
export function readUrn(urn: string): { type: string; kind: string; name: string; resource: string } {
  const [, , types = "", ...names] = urn.split("::");
  const type = types.split("$").pop() ?? "";
  // The last part of `pulumi:providers:kubernetes` says which provider, not what it is.
  const kind = type.startsWith("pulumi:providers:") ? "Provider" : (type.split(":").pop() ?? type);
  const name = names.join("::");
  return { type, kind, name, resource: `${kind}/${name}` };
}

function errorsOf({ diagnostics = [] }: EnginePreview): string[] {
  const errors = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ urn, message = "" }) => (urn ? `${readUrn(urn).resource}: ` : "") + trimMessage(message));
  // The last word of a failed preview, worth saying only when it is the only one.
  const reasons = errors.filter((error) => error !== "preview failed");
  return reasons.length > 0 ? reasons : errors;
}

/** The engine's prefixes and line ends, which say nothing. */
function trimMessage(message: string): string {
  return message
    .trim()
    .replace(/^error: /, "")
    .replace(/^Preview failed: /, "");
}

/** The program has checked the list by the time a preview succeeds; anything else in its place allows nothing. */
function allowedReplacements(config: Record<string, string>): string[] {
  const text = Object.entries(config).find(([key]) => key.endsWith(":allowReplacement"))?.[1];
  if (text === undefined) return [];
  const value = readJson(text);
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
