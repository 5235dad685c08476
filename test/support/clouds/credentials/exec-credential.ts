/** Common parts of programs that give credentials to Kubernetes clients (client.authentication.k8s.io). */
import { CloudError } from "../cloud-style";
import type { Token } from "../kubernetes";

/** The client's KUBERNETES_EXEC_INFO. It has the cluster when the kubeconfig sets provideClusterInfo. */
export interface ExecInfo {
  apiVersion: string;
  spec: { cluster?: { server: string; "certificate-authority-data"?: string }; interactive?: boolean };
}

export function execInfo(): ExecInfo | undefined {
  const text = process.env.KUBERNETES_EXEC_INFO;
  return text ? (JSON.parse(text) as ExecInfo) : undefined;
}

export function printCredential(apiVersion: string, status: Token): void {
  process.stdout.write(`${JSON.stringify({ kind: "ExecCredential", apiVersion, spec: {}, status })}\n`);
}

/** Runs a helper's main function. A refusal ends the helper with its exit code and message. */
export function runHelper(exitCode: number, main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const isOurs = error instanceof CloudError;
    process.stderr.write(`${isOurs ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exitCode = exitCode;
  });
}

/**
 * Long options with their values, in any order; `--option=value` is `--option value`.
 *
 * @param known options with a value
 * @param flags options of Go programs that are true by their name alone: `--flag`, or `--flag=true`, never `--flag true`
 * @throws CloudError
 */
export function parseOptions(
  words: readonly string[],
  known: readonly string[],
  flags: readonly string[] = [],
): { options: Record<string, string>; rest: string[] } {
  const options: Record<string, string> = {};
  const rest: string[] = [];
  const queue = words.flatMap((word) => {
    if (flags.includes(word)) return [word, "true"];
    return /^--[^=]+=/.test(word) ? splitOnce(word) : [word];
  });
  while (queue.length > 0) {
    const word = queue.shift() ?? "";
    if (!word.startsWith("--")) {
      rest.push(word);
      continue;
    }
    const value = queue.shift();
    if (!known.includes(word) && !flags.includes(word)) throw new CloudError(`Unknown options: ${word}`);
    if (value === undefined) throw new CloudError(`argument ${word}: expected one argument`);
    options[word] = value;
  }
  return { options, rest };
}

function splitOnce(word: string): string[] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}
