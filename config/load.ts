/** Reads the configuration of the running stack. */
import * as pulumi from "@pulumi/pulumi";
import { problem, secretValue, type Problem } from "../lib/problem";

import { formatProblems } from "./kit/problem";
import { readFile } from "./kit/read-file";
import { parseStackConfig, type Config } from "./parse";
import { warnPlainSecrets } from "./plain-secrets";

/** Configuration of a stack, and its secret sections. */
export interface StackConfig extends Config {
  /** Sections that were set with `--secret`: their text must be secret in every resource. */
  secretSections: readonly string[];
}

/**
 * Complete configuration of this stack.
 *
 * @throws {pulumi.RunError} with every problem, before any resource exists.
 */
export function loadConfig(): StackConfig {
  const project = pulumi.getProject();
  const secrets = secretKeys(project);
  const result = parseStackConfig(stackValues(), project, readFile);
  if (result.config === undefined) {
    const shown = result.problems.map((found) => withoutSecrets(found, secrets));
    throw new pulumi.RunError(formatProblems(`Stack ${pulumi.getStack()}`, shown));
  }
  for (const warning of [...result.warnings, ...warnPlainSecrets(result.config, secrets)]) {
    const { path, message } = withoutSecrets({ should: "be another value", ...warning }, secrets);
    void pulumi.log.warn(`${path}: ${message}`);
  }
  return { ...result.config, secretSections: secrets };
}

/** Values of the stack; structured ones are parsed. */
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

/** Keys of this project that were set with `--secret`. The language host lists them in this variable. */
function secretKeys(project: string): string[] {
  const keys = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[];
  return keys.filter((key) => key.startsWith(`${project}:`)).map((key) => key.slice(project.length + 1));
}

/** A problem without values of a secret section, both the given value and the reasons. */
function withoutSecrets(found: Problem, secrets: readonly string[]): Problem {
  const section = found.path.split(/[.[]/)[0] ?? "";
  if (!secrets.includes(section)) return found;
  const { path, must, should } = found;
  const right = should === undefined ? { must: must ?? "be another value" } : { should };
  return problem({ path, given: secretValue, ...right });
}
