/**
 * Writes `stacks/blockchain-clusters.schema.json` and `docs/configuration.md` from the schemas:
 * `node -r ts-node/register config/generate.ts`.
 */
import { writeFileSync } from "node:fs";
import { generatedFiles } from "./generated-files";

void generatedFiles().then((files) => {
  for (const [path, text] of files) writeFileSync(path, text);
});
