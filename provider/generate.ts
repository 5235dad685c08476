/** Writes `docs/provider.md` from the declarations: `node -r ts-node/register provider/generate.ts`. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { packageReference } from "./framework/package-reference";
import { partsOf } from "./framework/package-schema";
import { ledger } from "./registry";

/** Path of the reference page. */
export const referencePath = join(resolve(__dirname, ".."), "docs", "provider.md");

/** The reference page in the project's format. */
export function referencePage(): Promise<string> {
  return format(packageReference(partsOf(ledger)), { parser: "markdown", printWidth: 120 });
}

if (require.main === module) void referencePage().then((page) => writeFileSync(referencePath, page));
