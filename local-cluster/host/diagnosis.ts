import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { logFile } from "./service";
import { messageOf } from "../../lib/errors";

/** A service whose failure explains why a wait ended in vain. */
export interface Suspect {
  host: string;
  service: string;
}

/** How much of a log a message shows: its last lines, and of each the beginning. */
const lines = 5;
const columns = 240;
/** Some services end once or twice before what they need is there. */
const maxEnds = 15;

/**
 * Runs `wait`. Its failure names the services that stand behind it, their logs and what those say last. A service
 * that ends again and again is a failure at once.
 */
export async function blame<T>(suspects: readonly Suspect[], wait: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  try {
    return await Promise.race([wait(), watch(suspects, done.signal)]);
  } catch (error) {
    const culprits = suspects.filter(keepsEnding);
    const message = messageOf(error);
    const described = (culprits.length > 0 ? culprits : suspects).map(describe);
    throw new Error([message, ...described].join("\n"), { cause: error });
  } finally {
    done.abort();
  }
}

async function watch(suspects: readonly Suspect[], signal: AbortSignal): Promise<never> {
  for (;;) {
    await pause(500, undefined, { signal });
    const culprit = suspects.find(keepsEnding);
    if (culprit) throw new Error(`${culprit.service} on ${culprit.host} keeps ending`);
  }
}

/** How process 1 of a host notes the end of a service in its log. */
function endMark(service: string): string {
  return `-- ${service} ended`;
}

function keepsEnding({ host, service }: Suspect): boolean {
  const ends = readLog(logFile(host, service))
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

function describe({ host, service }: Suspect): string {
  const file = logFile(host, service);
  const all = readLog(file).trimEnd().split("\n");
  const last = all.filter((line) => !line.startsWith(endMark(service))).slice(-lines);
  return [`${service} on ${host}, log ${file}:`, ...last.map((line) => `  ${line.slice(0, columns)}`)].join("\n");
}
