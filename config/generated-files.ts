import { join, resolve } from "node:path";
import { format } from "prettier";
import { configurationReference, stackFileSchema } from "./reference";

const root = resolve(__dirname, "..");

/** Absolute path -> text of every file that follows from the schemas. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const page = await format(configurationReference(), { parser: "markdown", printWidth: 120 });
  return new Map([
    [join(root, "stacks", "blockchain-clusters.schema.json"), `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`],
    [join(root, "docs", "configuration.md"), page],
  ]);
}
