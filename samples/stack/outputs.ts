import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { z } from "zod";

/** Root of the repository, with Pulumi.yaml. A copy of the samples elsewhere must read a file instead. */
const projectFolder = join(__dirname, "..", "..");

/**
 * Source of a stack's outputs: the name of the stack, for the Pulumi CLI, or a file with the output of
 * `pulumi stack output --json --show-secrets`.
 */
export type OutputsSource = string | { file: string };

/** Name of a source in messages. */
export function nameOf(source: OutputsSource): string {
  return typeof source === "string" ? source : source.file;
}

/**
 * Options of a command that reads outputs, for parseArgs of node:util.
 *
 * @param stack default name of the stack
 */
export function sourceOptions(stack: string) {
  return { stack: { type: "string", default: stack }, outputs: { type: "string" } } as const;
}

export function sourceOf({ stack, outputs }: { stack: string; outputs?: string }): OutputsSource {
  return outputs === undefined ? stack : { file: outputs };
}

/**
 * Reads a stack's outputs, secrets in plain text.
 *
 * @param kind expected kind of network, with its article: `a running Fabric network`
 * @throws when the outputs cannot be read or do not fit `schema`.
 */
export async function readStackOutputs<T>(source: OutputsSource, schema: z.ZodType<T>, kind: string): Promise<T> {
  const parsed = schema.safeParse(await (typeof source === "string" ? askPulumi(source) : readOutputs(source.file)));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(
    `the outputs of stack ${nameOf(source)} are not those of ${kind}; run pulumi up first (${problems.join("; ")})`,
  );
}

async function readOutputs(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    // The message must not contain JSON.parse's, which quotes the text, and the text has keys.
    const reason = error instanceof SyntaxError ? "it is not JSON" : (error as Error).message;
    throw new Error(`the outputs in ${file} cannot be read: ${reason}`);
  }
}

async function askPulumi(stack: string): Promise<unknown> {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd: projectFolder, maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(stdout);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`the outputs of stack ${stack} cannot be read: ${stderr?.trim() || message}`);
  }
}
