/**
 * Whether a config update can still be applied to the live config, by the rules of Fabric's `common/configtx`
 * (`verifyReadSet`, `computeDeltaSet`, `verifyDeltaSet`): what it reads must be as it was, and what it writes must be the
 * next version.
 */
import type { Config, ConfigGroup, ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { configElements, elementName, type ConfigElement } from "./config-elements";

export type UpdateStanding =
  | { kind: "applicable" }
  /** The live config has what the update makes. */
  | { kind: "inForce" }
  /** Others changed what it builds on; one phrase for each element. */
  | { kind: "stale"; because: string[] };

export function updateStanding(live: Config, update: ConfigUpdate): UpdateStanding {
  const present = elementsOf(live.getChannelGroup());
  const read = elementsOf(update.getReadSet());
  const written = [...elementsOf(update.getWriteSet())].filter(
    ([key, element]) => read.get(key)?.version !== element.version,
  );
  if (written.length > 0 && written.every(([key, element]) => isInForce(present.get(key), element))) {
    return { kind: "inForce" };
  }
  const because = [
    ...(written.length === 0 ? ["it changes nothing"] : []),
    ...[...read].flatMap(([key, { version }]) => difference(key, version, present.get(key)?.version)),
    ...written.flatMap(([key, { version }]) =>
      version === 0 && !present.has(key) ? [] : difference(key, version - 1, present.get(key)?.version),
    ),
  ];
  return because.length === 0 ? { kind: "applicable" } : { kind: "stale", because: [...new Set(because)] };
}

function elementsOf(group: ConfigGroup | undefined): Map<string, ConfigElement> {
  return group === undefined ? new Map<string, ConfigElement>() : configElements(group);
}

function isInForce(live: ConfigElement | undefined, written: ConfigElement): boolean {
  return (
    live !== undefined &&
    live.version >= written.version &&
    live.modPolicy === written.modPolicy &&
    live.content === written.content
  );
}

function difference(key: string, expected: number, found: number | undefined): string[] {
  if (found === expected) return [];
  const name = elementName(key);
  if (found === undefined) return [`${name} does not exist any more`];
  return expected < 0 ? [`${name} exists already`] : [`${name} has version ${found}, and the update needs ${expected}`];
}
