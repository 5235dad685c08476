import { problem, type Problem } from "../../lib/problem";
import type { Capabilities } from "./channel-config";

/** Whether a release `x.y.z` precedes another; false for an invalid release. */
export function isBefore(release: string | undefined, other: string): boolean {
  const [one, two] = [release ?? "", other].map((text) => text.split(".").map(Number));
  const at = (one ?? []).findIndex((part, index) => part !== two?.[index]);
  return at >= 0 && (one?.[at] ?? NaN) < (two?.[at] ?? NaN);
}

/** First release that knows a level of capabilities. Every supported release knows the levels that are not here. */
const firstReleases: Readonly<Record<string, string>> = { V2_0: "2.0.0", V2_5: "2.5.0", V3_0: "3.0.0" };

/** Problems of nodes of a release in a channel with these capabilities. A level that nobody knows here has none. */
export function validateRelease(release: string, channelId: string, capabilities: Capabilities): Problem[] {
  return Object.entries(capabilities).flatMap(([group, level]: [string, string]) => {
    const first = firstReleases[level];
    if (first === undefined || !isBefore(release, first)) return [];
    const because = `channel ${channelId} has the ${group} capability ${level}, on which nodes of earlier releases end for good`;
    return [problem({ path: "release", given: release, must: `be ${first} or later`, because })];
  });
}
