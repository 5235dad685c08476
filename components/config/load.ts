/** Reads the configuration of the running stack. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { ReadFile } from "./check";
import { parseConfig, sections, type Config, type RawConfig } from "./parse";
import type { Problem } from "../../ledger/problem";
import { formatProblems } from "./problem";
import { isMap } from "./schema-tree";
import { unknownKey } from "./shape";

/**
 * The configuration of this stack, whole.
 *
 * @throws {pulumi.RunError} listing every problem, before any resource exists.
 */
export function loadConfig(): Config {
  const project = pulumi.getProject();
  const values = ownValues(project);
  const secrets = secretKeys(project);
  const raw: RawConfig = Object.fromEntries(Object.keys(sections).map((key) => [key, values[key]]));
  const result = parseConfig(raw, readFile);
  const problems = [...strayKeys(values), ...result.problems];
  if (result.config === undefined || problems.length > 0) {
    const shown = problems.map((problem) => withoutSecrets(problem, secrets));
    throw new pulumi.RunError(formatProblems(`Stack ${pulumi.getStack()}`, shown));
  }
  for (const warning of result.warnings) {
    void pulumi.log.warn(`${warning.path}: ${warning.message}`);
  }
  return result.config;
}

const readFile: ReadFile = (path) => {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
};

/** The stack's values of this project, parsed where they are structured. */
function ownValues(project: string): Record<string, unknown> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), structured(value)]),
  );
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

/** Keys that are neither a section nor the kubeconfig that the section `cluster` names: most likely misspelt. */
function strayKeys(values: Record<string, unknown>): Problem[] {
  const known = Object.keys(sections);
  const allowed = [...known, kubeconfigKey(values.cluster)];
  return Object.keys(values)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ path: key, message: unknownKey(key, known) }));
}

function kubeconfigKey(cluster: unknown): string {
  const source = isMap(cluster) ? cluster.kubeconfig : undefined;
  return isMap(source) && typeof source.key === "string" ? source.key : "kubeconfig";
}

/** A section that was set with `--secret` must not show its values in an error. */
function withoutSecrets(problem: Problem, secrets: readonly string[]): Problem {
  const section = problem.path.split(/[.[]/)[0] ?? "";
  return secrets.includes(section)
    ? { ...problem, message: problem.message.replace(/given .*?; /, "given [secret]; ") }
    : problem;
}
