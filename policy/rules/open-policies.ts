import { problem, type Problem } from "../../lib/problem";
import { checkNetwork } from "../networks";
import type { ResourceRule } from "../rule";
import { at, entries, items, textAt } from "../values";

/** Network policies name their sources and destinations: a rule without names admits everybody. */
export const openPolicies: ResourceRule = {
  name: "open-policies",
  description: "No rule of a NetworkPolicy lets everybody in, or everything out.",
  check: ({ type, properties }) =>
    type === "kubernetes:networking.k8s.io/v1:NetworkPolicy"
      ? directions.flatMap(([direction, peers]) =>
          items(properties, "spec", direction).flatMap((rule, index) =>
            checkPeers(`spec.${direction}[${index}].${peers}`, at(rule, peers)),
          ),
        )
      : [],
};

const directions = [
  ["ingress", "from"],
  ["egress", "to"],
] as const;

function checkPeers(path: string, given: unknown): Problem[] {
  const peers = items(given);
  if (peers.length === 0) {
    const because = "a rule without names means everybody";
    return [problem({ path, given, must: "name pods, namespaces or networks", because })];
  }
  return peers.flatMap((peer, index) => [
    ...checkNetwork(`${path}[${index}].ipBlock.cidr`, textAt(peer, "ipBlock", "cidr")),
    ...checkSelectors(`${path}[${index}].namespaceSelector`, peer),
  ]);
}

function checkSelectors(path: string, peer: unknown): Problem[] {
  const [given, pods] = [at(peer, "namespaceSelector"), at(peer, "podSelector")];
  if (given === undefined || !isEmpty(given) || (pods !== undefined && !isEmpty(pods))) return [];
  const must = "select some namespaces, or stand beside a podSelector that selects some pods";
  return [problem({ path, given: {}, must, because: "an empty selector means every pod" })];
}

function isEmpty(selector: unknown): boolean {
  return items(selector, "matchExpressions").length === 0 && entries(selector, "matchLabels").length === 0;
}
