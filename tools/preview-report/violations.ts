import { existsSync, readFileSync } from "node:fs";
import type { Violation } from "./report";

/** Part of a line of the engine's event log that the report uses (sdk/go/common/apitype/events.go upstream). */
interface EngineEvent {
  policyEvent?: { message: string; policyName: string; enforcementLevel: string };
}

/**
 * Violations of the policy pack, from the engine's event log: the JSON of a preview has only its failure.
 *
 * @param file Missing when the engine ended before it wrote one.
 */
export function readViolations(file: string): Violation[] {
  if (!existsSync(file)) return [];
  const events = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  return events.flatMap(({ policyEvent }) => {
    if (policyEvent === undefined || policyEvent.enforcementLevel !== "mandatory") return [];
    return [{ policy: policyEvent.policyName, message: withoutDescription(policyEvent.message) }];
  });
}

/** The engine writes the policy's description first, then the finding on a line of its own. */
function withoutDescription(message: string): string {
  return message.trim().split("\n").slice(1).join("\n").trim() || message.trim();
}
