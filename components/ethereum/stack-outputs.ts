/** Outputs of other stacks' Ethereum networks: read from the stacks, or from files with them. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { messageOf } from "../../lib/errors";

/** Place of the outputs, as the stack file names it. */
export interface OutputSource {
  /** Full name of a stack. */
  stack?: string | undefined;
  /** Path of a file, relative to the project. */
  file?: string | undefined;
}

/**
 * Output `ethereum` of another stack.
 *
 * @param path Path of the source in the stack file.
 * @throws {pulumi.RunError} when it is no output of an Ethereum network
 */
export function stackOutputs<T>(
  schema: z.ZodType<T>,
  { file, stack: name = "" }: OutputSource,
  path: string,
  parent: pulumi.Resource,
): pulumi.Output<T> {
  if (file !== undefined) {
    const known = parse(schema, readJson(file, `${path}.file`), `${path}.file`, file);
    return pulumi.output(file).apply(() => known);
  }
  const stack = new pulumi.StackReference(name, { name }, { parent });
  // One secret output makes all outputs secret. The values taken here are known to every node, so they need no secrecy.
  return pulumi
    .unsecret(stack.getOutput("ethereum"))
    .apply((outputs: unknown) => parse(schema, outputs, `${path}.stack`, name));
}

function parse<T>(schema: z.ZodType<T>, outputs: unknown, key: string, given: string): T {
  const parsed = schema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": "));
  throw new pulumi.RunError(
    `${key}: given ${JSON.stringify(given)}, which holds no Ethereum network (${problems.join("; ")}); must be ` +
      'a stack with one that has run, or what "pulumi stack output ethereum --json" printed there',
  );
}

function readJson(file: string, key: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = messageOf(error);
    throw new pulumi.RunError(
      `${key}: given ${JSON.stringify(file)}, which cannot be read (${reason}); must be a JSON file, relative to the project`,
    );
  }
}
