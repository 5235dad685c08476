import { existsSync, readFileSync } from "node:fs";
import { readUrn, type Change } from "./preview";

/** Part of a line of the engine's event log that the report uses (sdk/go/common/apitype/events.go upstream). */
interface EngineEvent {
  resourcePreEvent?: {
    metadata: { urn: string; old?: { protect?: boolean } | null; new?: { protect?: boolean } | null };
  };
}

/** Whether the resource stays. A deleted resource has no new state, and a row of its own. */
function isKept(state: object | null | undefined): boolean {
  return state !== null && state !== undefined;
}

/**
 * Resources that lose Pulumi's protection. The JSON of a preview lacks resources without other changes.
 *
 * @param file The engine's event log; missing when the engine ended before it wrote one.
 */
export function readUnprotected(file: string): Change[] {
  if (!existsSync(file)) return [];
  const urns = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const metadata = (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata;
      const isLifted = metadata?.old?.protect === true && metadata.new?.protect !== true && isKept(metadata.new);
      return isLifted ? [metadata.urn] : [];
    });
  return [...new Set(urns)].map((urn) => {
    const { type, kind, name } = readUrn(urn);
    return { operation: "unprotect", type, kind, name, reasons: ["protect"] };
  });
}
