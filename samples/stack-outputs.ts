import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { z } from "zod";

/** Root of the repository: where Pulumi.yaml is. */
const PROJECT = join(__dirname, "..");

/**
 * Reads a stack's outputs, secrets in plain text, with the Pulumi CLI.
 *
 * @param kind what the outputs shall be those of, with its article: `a running Fabric network`
 * @throws when the stack cannot be read or its outputs do not fit `schema`.
 */
export async function readStackOutputs<T>(stack: string, schema: z.ZodType<T>, kind: string): Promise<T> {
  const parsed = schema.safeParse(await askPulumi(stack));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(
    `the outputs of stack ${stack} are not those of ${kind}; run pulumi up first (${problems.join("; ")})`,
  );
}

async function askPulumi(stack: string): Promise<unknown> {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd: PROJECT, maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(stdout);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`the outputs of stack ${stack} cannot be read: ${stderr?.trim() || message}`);
  }
}
