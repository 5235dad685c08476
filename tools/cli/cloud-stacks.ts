/**
 * The deployed stacks as a matrix for the workflows: `[{"stack":"eks-fabric-prod","vendor":"eks"}]`, on one line.
 *
 *   tools/run tools/cli/cloud-stacks.ts <stack>...
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runMain, UserError } from "../../lib/user-error";
import { projectRoot } from "../paths";
import { readStackFile } from "./stack-file";

/** Vendors whose clusters the program makes, by their folders. `.github/actions/cloud-login` logs in to each. */
export const cloudVendors: readonly string[] = readdirSync(join(projectRoot, "components", "clouds"), {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export interface CloudStack {
  stack: string;
  vendor: string;
}

/**
 * @param folder folder of the stack files
 * @throws UserError when a stack has no file, or is on no cloud
 */
export function cloudStacks(names: readonly string[], folder?: string): CloudStack[] {
  return [...new Set(names)].map((stack) => {
    const { vendor } = readStackFile(stack, folder);
    if (typeof vendor !== "string" || !cloudVendors.includes(vendor)) {
      throw new UserError(
        `Stack ${stack} has cluster.vendor ${JSON.stringify(vendor)}; workflows log in to ${cloudVendors.join(", ")} only.`,
      );
    }
    return { stack, vendor };
  });
}

if (require.main === module) void runMain(async () => console.log(JSON.stringify(cloudStacks(process.argv.slice(2)))));
