import { readFileSync } from "node:fs";
import { logFile } from "./service";

/** A service whose failure explains why a wait ended in vain. */
export interface Suspect {
  host: string;
  service: string;
}

const lines = 8;

/** Runs `wait`; its failure names the services that stand behind it, their logs and what those say last. */
export async function blame<T>(suspects: readonly Suspect[], wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error([message, ...suspects.map(describe)].join("\n"), { cause: error });
  }
}

function describe({ host, service }: Suspect): string {
  const file = logFile(host, service);
  return `${service} on ${host}, log ${file}:\n${tail(file)}`;
}

function tail(file: string): string {
  try {
    const text = readFileSync(file, "utf8").trimEnd();
    if (text === "") return "  (empty)";
    return text
      .split("\n")
      .slice(-lines)
      .map((line) => `  ${line}`)
      .join("\n");
  } catch {
    return "  (it never started)";
  }
}
