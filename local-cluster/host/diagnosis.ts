import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { logFile } from "./service";
import { messageOf } from "../../lib/errors";
import type { LocalCluster } from "../settings";

/** A service whose failure may explain a wait that failed. */
export interface Suspect {
  host: string;
  service: string;
}

/** Size of a log's excerpt in a message: number of last lines, and of characters of each. */
const lines = 5;
const columns = 240;
/** Some services end a few times before their prerequisites exist. */
const maxEnds = 15;

/**
 * Runs `wait`. Its failure names the suspected services, their logs and the last lines of each. A service that ends
 * again and again is a failure at once.
 */
export async function blame<T>(
  cluster: LocalCluster,
  suspects: readonly Suspect[],
  wait: () => Promise<T>,
): Promise<T> {
  const keepsEnding = (suspect: Suspect): boolean => hasEndedOften(logOf(cluster, suspect), suspect.service);
  const done = new AbortController();
  try {
    return await Promise.race([wait(), watch(suspects, keepsEnding, done.signal)]);
  } catch (error) {
    const culprits = suspects.filter(keepsEnding);
    const message = messageOf(error);
    const described = (culprits.length > 0 ? culprits : suspects).map((suspect) =>
      describe(logOf(cluster, suspect), suspect),
    );
    throw new Error([message, ...described].join("\n"), { cause: error });
  } finally {
    done.abort();
  }
}

async function watch(
  suspects: readonly Suspect[],
  keepsEnding: (suspect: Suspect) => boolean,
  signal: AbortSignal,
): Promise<never> {
  for (;;) {
    await pause(500, undefined, { signal });
    const culprit = suspects.find(keepsEnding);
    if (culprit) throw new Error(`${culprit.service} on ${culprit.host} keeps ending`);
  }
}

/** Line with which process 1 of a host logs the end of a service. */
function endMark(service: string): string {
  return `-- ${service} ended`;
}

function logOf(cluster: LocalCluster, { host, service }: Suspect): string {
  return logFile(cluster, host, service);
}

function hasEndedOften(log: string, service: string): boolean {
  const ends = readLog(log)
    .split("\n")
    .filter((line) => line.startsWith(endMark(service)));
  return ends.length >= maxEnds;
}

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function describe(file: string, { host, service }: Suspect): string {
  const all = readLog(file).trimEnd().split("\n");
  const last = all.filter((line) => !line.startsWith(endMark(service))).slice(-lines);
  return [`${service} on ${host}, log ${file}:`, ...last.map((line) => `  ${line.slice(0, columns)}`)].join("\n");
}
