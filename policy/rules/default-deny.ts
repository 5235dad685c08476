import { problem } from "../../lib/problem";
import { namespaceOf, podOf } from "../pods";
import type { StackRule, Subject } from "../rule";
import { at, entries, items } from "../values";

/** Namespaces deny connections unless a policy allows them. */
export const defaultDeny: StackRule = {
  name: "default-deny",
  description: "Every namespace with pods has a NetworkPolicy that denies all connections in both directions.",
  check: (subjects) => {
    const denied = new Set(subjects.filter(deniesAll).map(namespaceOf));
    const seen = new Set<string>();
    return subjects.filter(makesPods).flatMap((subject) => {
      const namespace = namespaceOf(subject);
      // One report per namespace. Kubernetes' own namespaces have their own rules.
      if (denied.has(namespace) || seen.has(namespace) || namespace.startsWith("kube-")) return [];
      seen.add(namespace);
      return [{ subject, problem: problem({ path: "metadata.namespace", given: namespace, must, hint }) }];
    });
  },
};

const must = "have a NetworkPolicy that denies everything";
const hint = "Such a policy has an empty podSelector, the policyTypes Ingress and Egress, and no rules";

function makesPods(subject: Subject): boolean {
  return podOf(subject) !== undefined;
}

function deniesAll({ type, properties }: Subject): boolean {
  const spec = at(properties, "spec");
  return (
    type === "kubernetes:networking.k8s.io/v1:NetworkPolicy" &&
    items(spec, "podSelector", "matchExpressions").length + entries(spec, "podSelector", "matchLabels").length === 0 &&
    ["Ingress", "Egress"].every((direction) => items(spec, "policyTypes").includes(direction)) &&
    items(spec, "ingress").length + items(spec, "egress").length === 0
  );
}
