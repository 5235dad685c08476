/** The local clusters of the companies. */
import { rmSync } from "node:fs";
import { recordedCluster } from "../../local-cluster/clusters";
import { UserError } from "../../lib/user-error";
import { runLocalCluster } from "../cli/local-cluster";
import { paths } from "../paths";
import { companyNames, type CompanyName } from "./companies";

/** Starts a company's cluster, or what is not running of it. */
export async function startCluster(name: CompanyName): Promise<void> {
  // Companies are linked, and links are between clusters of the built-in kind.
  await runLocalCluster(name, "up", "--nodes", "1", "--runtime", "builtin");
}

/** @throws UserError when a cluster of a company's name is there, and was not started for it */
export function refuseClustersOfOthers(): void {
  const taken = companyNames.filter((name) => recordedCluster(name) !== undefined);
  if (taken.length === 0) return;
  throw new UserError(
    `There are local clusters ${taken.join(", ")} that were not started by make consortium, which needs the names. ` +
      'If nothing on them is needed, "make consortium-down" removes them.',
  );
}

/** Removes the clusters, and with them the networks, then files and states of the companies. */
export async function removeEverything(): Promise<void> {
  for (const name of companyNames) {
    if (recordedCluster(name) !== undefined) await runLocalCluster(name, "down");
  }
  rmSync(paths.consortium, { recursive: true, force: true });
}
