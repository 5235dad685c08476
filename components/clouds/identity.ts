import { createHash } from "node:crypto";

/**
 * Identity of a cluster, made of settings alone, so previews know it. Its change replaces the cluster resource
 * (`replacementTrigger`) and everything inside the cluster. It therefore contains exactly the settings whose change
 * makes the vendor replace the cluster. A change of its form replaces every user's clusters.
 *
 * @param place Scope in which names of clusters are unique: a region of an account, a resource group.
 * @param fixed Settings that the vendor cannot change on a living cluster.
 * @example clusterIdentity("eks", "eu-central-1", config, ["172.20.0.0/16"]) //
 * "eks/eu-central-1/trade/1/172.20.0.0/16"
 */
export function clusterIdentity(
  vendor: string,
  place: string,
  config: { name: string; generation: number },
  fixed: readonly (string | undefined)[],
): string {
  return [vendor, place, config.name, config.generation, ...fixed.filter((value) => value !== undefined)].join("/");
}

/**
 * Name of a cluster at its vendor: the name in the stack file and six digits of the identity, seven characters more. A
 * replacing cluster has another name, so that it can exist before the old one is deleted.
 *
 * @example clusterName("trade", "eks/eu-central-1/trade/1/172.20.0.0/16") // "trade-567e5d"
 */
export function clusterName(name: string, identity: string): string {
  return `${name}-${createHash("sha256").update(identity).digest("hex").slice(0, 6)}`;
}

/**
 * Option for resources with a name of ours that changes with each replacement: Pulumi creates the new resource first.
 * By default providers delete first when the name is not generated, even when it changes.
 */
export const newFirst = { deleteBeforeReplace: false };
