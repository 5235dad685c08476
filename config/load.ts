/** Reads the configuration of the running stack. */
import * as pulumi from "@pulumi/pulumi";
import { problem, SECRET, type Problem } from "../lib/problem";

import { formatProblems } from "./kit/problem";
import { readFile } from "./kit/read-file";
import { parseStackConfig, type Config } from "./parse";

/** The configuration of a stack, and what of it was set with `--secret`. */
export interface StackConfig extends Config {
  /** Sections whose text is nobody's to read: it must be secret in every resource. */
  secretSections: readonly string[];
}

/**
 * The configuration of this stack, whole.
 *
 * @throws {pulumi.RunError} listing every problem, before any resource exists.
 */
export function loadConfig(): StackConfig {
  const project = pulumi.getProject();
  const secrets = secretKeys(project);
  const result = parseStackConfig(stackValues(), project, readFile);
  if (result.config === undefined) {
    const shown = result.problems.map((found) => withoutSecrets(found, secrets));
    throw new pulumi.RunError(formatProblems(`Stack ${pulumi.getStack()}`, shown));
  }
  for (const warning of result.warnings) {
    const { path, message } = withoutSecrets({ should: "be another value", ...warning }, secrets);
    void pulumi.log.warn(`${path}: ${message}`);
  }
  return { ...result.config, secretSections: secrets };
}

/** The stack's values, parsed where they are structured. */
function stackValues(): Record<string, unknown> {
  return Object.fromEntries(Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => [key, structured(value)]));
}

function structured(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Keys of this project that were set with `--secret`. The language host names them in this variable. */
function secretKeys(project: string): string[] {
  const keys = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[];
  return keys.filter((key) => key.startsWith(`${project}:`)).map((key) => key.slice(project.length + 1));
}

/** A section that was set with `--secret` must not show its values in a message, be it as given or among the reasons. */
function withoutSecrets(found: Problem, secrets: readonly string[]): Problem {
  const section = found.path.split(/[.[]/)[0] ?? "";
  if (!secrets.includes(section)) return found;
  const { path, must, should } = found;
  const right = should === undefined ? { must: must ?? "be another value" } : { should };
  return problem({ path, given: SECRET, ...right });
}
