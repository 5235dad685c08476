/**
 * Checks a stack file as the program will, without Pulumi: prints what is wrong and ends with 1, or prints nothing.
 *
 *     node -r ./tools/runtime/typescript-cache.cjs config/check-file.ts PROJECT stacks/Pulumi.NAME.yaml
 *
 * Files that it names are read relative to the current folder, which is the project's. Sections with secrets in them only
 * Pulumi can read, and the program then finds what is wrong.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import { formatProblems } from "./kit/problem";
import { readFile } from "./kit/read-file";
import { parseStackConfig } from "./parse";
import { isRecord } from "../lib/values";

/** Everything that is wrong with a stack file, as one text; empty when nothing is, or only Pulumi can tell. */
export function checkFile(project: string, file: string): string {
  // Pulumi reads merge keys (`<<: *defaults`), which YAML 1.2 no longer has.
  const content = parse(readFileSync(file, "utf8"), { merge: true }) as unknown;
  const values = isRecord(content) && isRecord(content.config) ? content.config : {};
  if (hasSecrets(project, values)) return "";
  const { problems } = parseStackConfig(values, project, readFile);
  const stack = basename(file).replace(/^Pulumi\.|\.yaml$/g, "");
  return problems.length === 0 ? "" : formatProblems(`Stack ${stack}`, problems);
}

/** The kubeconfig is no section, and a secret by itself. */
function hasSecrets(project: string, { [`${project}:kubeconfig`]: _, ...values }: Record<string, unknown>): boolean {
  return JSON.stringify(values).includes('"secure":');
}

if (require.main === module) {
  const [project = "", file = ""] = process.argv.slice(2);
  const problems = checkFile(project, file);
  if (problems !== "") {
    console.log(problems);
    process.exitCode = 1;
  }
}
