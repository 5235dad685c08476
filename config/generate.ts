/**
 * Writes `stacks/blockchain-clusters.schema.json` and `docs/configuration.md` from the schemas:
 * `node -r ts-node/register config/generate.ts`.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { jsonSchemaOf } from "./kit/json-schema";
import { configurationReference, stackFileSchema } from "./kit/reference";
import { sections } from "./parse";

const root = resolve(__dirname, "..");

/** Files that follow from the schemas: absolute path to text. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const schemas = {
    cluster: jsonSchemaOf(sections.cluster),
    storage: jsonSchemaOf(sections.storage),
    network: jsonSchemaOf(sections.network),
    allowReplacement: jsonSchemaOf(sections.allowReplacement),
    transforms: jsonSchemaOf(sections.transforms),
  };
  const page = await format(configurationReference(schemas), { parser: "markdown", printWidth: 120 });
  return new Map([
    [
      join(root, "stacks", "blockchain-clusters.schema.json"),
      `${JSON.stringify(stackFileSchema(schemas), undefined, 2)}\n`,
    ],
    [join(root, "docs", "configuration.md"), page],
  ]);
}

if (require.main === module) {
  void generatedFiles().then((files) => {
    for (const [path, text] of files) writeFileSync(path, text);
  });
}
