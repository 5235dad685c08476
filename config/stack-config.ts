/** From the `config` of a stack file, by full keys, to the sections and all that is wrong with them. */
import type { ReadFile } from "./check";
import { parseConfig, sections, type ParseResult, type RawConfig } from "./parse";
import type { Problem } from "../ledger/problem";
import { isMap } from "./schema-tree";
import { unknownKey } from "./shape";

/**
 * Parses a stack's configuration.
 *
 * @param all values by full key, such as `blockchain-clusters:network`, those of other projects among them
 * @param project name of the Pulumi project
 */
export function parseStackConfig(all: Record<string, unknown>, project: string, readFile: ReadFile): ParseResult {
  const values = ownValues(all, project);
  const raw: RawConfig = Object.fromEntries(Object.keys(sections).map((key) => [key, values[key]]));
  const result = parseConfig(raw, readFile);
  const stray = [...strayKeys(values), ...strayPrefixes(all, project)];
  return stray.length === 0 ? result : { problems: [...stray, ...result.problems] };
}

/** The stack's values of this project. */
function ownValues(all: Record<string, unknown>, project: string): Record<string, unknown> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

/** Keys that are neither a section nor the kubeconfig that the section `cluster` names: most likely misspelt. */
function strayKeys(values: Record<string, unknown>): Problem[] {
  const known = Object.keys(sections);
  const allowed = [...known, kubeconfigKey(values.cluster)];
  return Object.keys(values)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ path: key, message: unknownKey(key, known) }));
}

/** A section that is there under another name than the project's, which Pulumi takes for somebody else's. */
function strayPrefixes(all: Record<string, unknown>, project: string): Problem[] {
  return Object.keys(all).flatMap((path) => {
    const section = path.split(":").at(-1) ?? "";
    const isOurs = path.startsWith(`${project}:`) || !(section in sections) || `${project}:${section}` in all;
    return isOurs ? [] : [{ path, message: `unknown key; did you mean "${project}:${section}"?` }];
  });
}

function kubeconfigKey(cluster: unknown): string {
  const source = isMap(cluster) ? cluster.kubeconfig : undefined;
  return isMap(source) && typeof source.key === "string" ? source.key : "kubeconfig";
}
