/** Environments of stacks: development or production, as in their stack files. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export type Environment = "production" | "development";

const stackFiles = join(__dirname, "..", "stacks");
/** Parts of a stack's name that mean development if the stack has no file here: `trade-dev`. */
const developmentNames = ["dev", "development", "test", "e2e", "local"];

/**
 * Environment of a stack.
 *
 * @param urn URN of any of its resources.
 * @param folder Folder with the stack files.
 */
export function environmentOf(urn: string, folder = stackFiles): Environment {
  const stack = urn.split("::")[0]?.split(":").pop() ?? "";
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (existsSync(file)) return environmentIn(readFileSync(file, "utf8"));
  return stack.split(/[-_.]/).some((part) => developmentNames.includes(part)) ? "development" : "production";
}

/** Production by default, as in the program itself; a local cluster is never production. */
function environmentIn(text: string): Environment {
  const { config = {} } = parse(text) as { config?: Record<string, unknown> };
  const section = Object.entries(config).find(([key]) => key.endsWith(":cluster"))?.[1];
  const { environment, vendor } = (section ?? {}) as { environment?: unknown; vendor?: unknown };
  return environment === "development" || vendor === "local" ? "development" : "production";
}
