import { createHash } from "node:crypto";

/**
 * What tells a cloud's cluster from every other, made of settings alone so that it is known in previews. The cluster
 * resource is replaced whenever it changes (`replacementTrigger`), and everything inside with it; so it holds all that
 * makes the vendor replace the cluster, and nothing else. Whoever changes its form replaces everybody's clusters.
 *
 * @param place Where names of clusters are unique: a region of an account, a resource group.
 * @param fixed Settings that the vendor cannot change on a living cluster.
 * @example clusterIdentity("eks", "eu-central-1", config, ["172.20.0.0/16"]) // "eks/eu-central-1/trade/1/172.20.0.0/16"
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
 * Name of a cluster at its vendor: that of the stack file, and six digits of its identity. Another cluster has another
 * name, so that it can be there before this one goes. Seven characters longer than the stack file's.
 *
 * @example clusterName("trade", "eks/eu-central-1/trade/1/172.20.0.0/16") // "trade-567e5d"
 */
export function clusterName(name: string, identity: string): string {
  return `${name}-${createHash("sha256").update(identity).digest("hex").slice(0, 6)}`;
}

/**
 * For what is given a name here and has another one when it is replaced: the new one is made first. Providers delete
 * first whatever has a name that they did not make up, also when that name changes.
 */
export const newFirst = { deleteBeforeReplace: false };
