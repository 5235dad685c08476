import { UserError } from "../../lib/user-error";
import { isRecord } from "../../lib/values";

/** A resource that a preview would change. */
export interface Change {
  operation: string;
  /** Type token, for example `kubernetes:apps/v1:StatefulSet`. */
  type: string;
  /** Last part of the type, for example `StatefulSet`. */
  kind: string;
  /** Name in the program, for example `trade-org1-peer0`. */
  name: string;
  /** Paths of the properties that cause a replacement, or that change. Never values, which may be secret. */
  reasons: string[];
  /** Type of an existing Service, for example `LoadBalancer`. */
  serviceType?: string;
}

/** Result of `pulumi preview --json`. */
export interface Preview {
  /** Number of resources by operation. */
  counts: ReadonlyMap<string, number>;
  /** All resources that change. */
  changes: Change[];
  /** Reasons of a failed preview. The engine has removed secrets. */
  errors: string[];
  /** Whether the engine stopped while it wrote the preview, so that changes may be missing. */
  isIncomplete: boolean;
  /** Entries of `allowReplacement` in the stack's configuration. */
  allowed: string[];
}

/** Part of the engine's JSON that the report uses (pkg/display/json.go upstream). */
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
 * Reads the output of `pulumi preview --json`.
 *
 * @param source Origin of the text, for the error.
 * @throws UserError when the text is no such output
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
  // A preview without changes still counts its resources; one that failed at once has an error.
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

/** Drops the two halves of a replacement, which the engine lists as well with `--show-replacement-steps`. */
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

/** Operation of a step. A resource left by an interrupted run is deleted like any other. */
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

/** Parts of `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`; a name may contain colons, too. */
export function readUrn(urn: string): { type: string; kind: string; name: string; resource: string } {
  const [, , types = "", ...names] = urn.split("::");
  const type = types.split("$").pop() ?? "";
  // The last part of `pulumi:providers:kubernetes` is the kind of provider.
  const kind = type.startsWith("pulumi:providers:") ? "Provider" : (type.split(":").pop() ?? type);
  const name = names.join("::");
  return { type, kind, name, resource: `${kind}/${name}` };
}

function errorsOf({ diagnostics = [] }: EnginePreview): string[] {
  const errors = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ urn, message = "" }) => (urn ? `${readUrn(urn).resource}: ` : "") + trimMessage(message));
  // The last message of a failed preview matters only when it is the only one.
  const reasons = errors.filter((error) => error !== "preview failed");
  return reasons.length > 0 ? reasons : errors;
}

/** Message without the engine's prefixes and line ends. */
function trimMessage(message: string): string {
  return message
    .trim()
    .replace(/^error: /, "")
    .replace(/^Preview failed: /, "");
}

/** A successful preview implies that the program has checked the list. A list in another form allows nothing. */
function allowedReplacements(config: Record<string, string>): string[] {
  const text = Object.entries(config).find(([key]) => key.endsWith(":allowReplacement"))?.[1];
  if (text === undefined) return [];
  const value = readJson(text);
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
