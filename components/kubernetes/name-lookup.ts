import type * as k8s from "@pulumi/kubernetes";

/**
 * DNS settings of nodes that look up each other's names: full names of five labels.
 *
 * With a higher `ndots` a resolver would try the search list first, four times in vain. A DNS server whose machine has
 * just failed gives no answer until Kubernetes removes it, after half a minute or more; with the usual five seconds per
 * question, two elections of orderers fail over one name. Each repeated question may go to another server, so many
 * short questions are better than two long ones. Five is the maximum of resolvers.
 */
export function nameLookups(): k8s.types.input.core.v1.PodDNSConfig {
  return {
    options: [
      { name: "ndots", value: "2" },
      { name: "timeout", value: "1" },
      { name: "attempts", value: "5" },
    ],
  };
}
