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
