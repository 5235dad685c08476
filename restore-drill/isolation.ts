/** Keeps the copies of nodes apart from the living network, whose keys they have: by a policy, and by names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1PodSpec } from "@kubernetes/client-node";
import { parse } from "yaml";
import { UserError } from "../lib/user-error";
import { isRecord } from "../lib/values";
import { projectName, stackFileName } from "../tools/cli/stack-file";
import { paths } from "../tools/paths";

const loopback = "127.0.0.1";

/** @throws UserError unless the stack file's cluster enforces NetworkPolicy objects */
export function requirePolicies(stack: string, folder: string = paths.stacks): void {
  const content: unknown = parse(readFileSync(join(folder, stackFileName(stack)), "utf8"), { merge: true });
  const config = isRecord(content) && isRecord(content.config) ? content.config : {};
  if (enforcesPolicies(config[`${projectName()}:cluster`])) return;
  throw new UserError(
    `Stack ${stack}: a policy keeps the restored nodes apart from the living network, and the stack file does not say that the ` +
      "cluster enforces it. Set cluster.networkPolicyEnforced to true once you know that its network plugin does.",
  );
}

/** As the program sees it: clusters of this project enforce policies, of another one the section has to say it. */
function enforcesPolicies(cluster: unknown): boolean {
  if (!isRecord(cluster)) return false;
  const { vendor, networkPolicyEnforced } = cluster;
  return vendor === "existing" ? networkPolicyEnforced === true : typeof vendor === "string";
}

/** Settings of a pod in which no name leads to another one. A peer asks itself by its own name, which leads to loopback. */
export function ownNamesAlone({ hostAliases }: V1PodSpec): Pick<V1PodSpec, "dnsPolicy" | "dnsConfig" | "hostAliases"> {
  return {
    dnsPolicy: "None",
    dnsConfig: { nameservers: [loopback] },
    hostAliases: hostAliases?.filter(({ ip }) => ip === loopback),
  };
}
