/**
 * Checks a stack file like the program, but without Pulumi.
 *
 * Paths in the file are relative to the current folder, which is the project's. Only Pulumi can read sections with
 * secrets; the program finds their problems.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import { formatProblems } from "./kit/problem";
import { readFile } from "./kit/read-file";
import { parseStackConfig } from "./parse";
import { isRecord } from "../lib/values";

/** Problems of a stack file, as one text; empty without problems, and for a file that only Pulumi can read. */
export function checkFile(project: string, file: string): string {
  // Pulumi reads merge keys (`<<: *defaults`), which YAML 1.2 dropped.
  const content = parse(readFileSync(file, "utf8"), { merge: true }) as unknown;
  const values = isRecord(content) && isRecord(content.config) ? content.config : {};
  if (hasSecrets(project, values)) return "";
  const { problems } = parseStackConfig(values, project, readFile);
  const stack = basename(file).replace(/^Pulumi\.|\.yaml$/g, "");
  return problems.length === 0 ? "" : formatProblems(`Stack ${stack}`, problems);
}

/** The kubeconfig is not a section, and a secret by itself. */
function hasSecrets(project: string, { [`${project}:kubeconfig`]: _, ...values }: Record<string, unknown>): boolean {
  return JSON.stringify(values).includes('"secure":');
}
