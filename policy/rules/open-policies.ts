import { isEverybody } from "../networks";
import type { ResourceRule } from "../rule";
import { at, items, textAt } from "../values";

/** Network policies name their sources and destinations: a rule without names admits everybody. */
export const openPolicies: ResourceRule = {
  name: "open-policies",
  description: "No rule of a NetworkPolicy lets everybody in, or everything out.",
  check: ({ type, properties }) =>
    type === "kubernetes:networking.k8s.io/v1:NetworkPolicy"
      ? directions.flatMap(([direction, peers]) =>
          items(properties, "spec", direction).flatMap((rule, index) =>
            problemsOf(`spec.${direction}[${index}].${peers}`, items(rule, peers)),
          ),
        )
      : [],
};

const directions = [
  ["ingress", "from"],
  ["egress", "to"],
] as const;

function problemsOf(path: string, peers: readonly unknown[]): string[] {
  if (peers.length === 0) return [`${path} is empty, which means everybody; must name pods, namespaces or networks`];
  return peers.flatMap((peer, index) => {
    const cidr = textAt(peer, "ipBlock", "cidr");
    if (isEverybody(cidr)) {
      return [
        `${path}[${index}].ipBlock.cidr is ${cidr}, which is everybody or much of it; must be a network that you know`,
      ];
    }
    return at(peer, "ipBlock", "cidr") === undefined && isEveryNamespace(peer)
      ? [`${path}[${index}].namespaceSelector is empty without a podSelector, which means every pod; must select some`]
      : [];
  });
}

function isEveryNamespace(peer: unknown): boolean {
  const isEmpty = (selector: unknown) =>
    items(selector, "matchExpressions").length === 0 &&
    Object.keys((at(selector, "matchLabels") as object) ?? {}).length === 0;
  const [namespaces, pods] = [at(peer, "namespaceSelector"), at(peer, "podSelector")];
  return namespaces !== undefined && isEmpty(namespaces) && (pods === undefined || isEmpty(pods));
}
