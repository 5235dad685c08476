import type * as k8s from "@pulumi/kubernetes";

/**
 * How nodes of a network look up each other's names: full names of five labels.
 *
 * Below `ndots` labels the search list would be tried first, four times in vain. And a lookup that goes to a DNS
 * server whose machine has just gone gets no answer, until Kubernetes gives the machine up after half a minute or
 * more; with the usual five seconds a question, two elections of orderers fail over one name. Each further question
 * may go to another server, so many short ones are better than two long ones. Five is the most that resolvers take.
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
