import { namespaceOf, podSpecOf } from "../pods";
import type { StackRule, Subject } from "../rule";
import { at, entries, items } from "../values";

/** Namespaces in which nobody may connect to anybody unless a policy says so. */
export const defaultDeny: StackRule = {
  name: "default-deny",
  description: "Every namespace with pods has a NetworkPolicy that denies all connections in both directions.",
  check: (subjects) => {
    const denied = new Set(subjects.filter(deniesAll).map(namespaceOf));
    const seen = new Set<string>();
    return subjects.filter(makesPods).flatMap((subject) => {
      const namespace = namespaceOf(subject);
      // One report a namespace. Those of Kubernetes itself have rules of their own.
      if (denied.has(namespace) || seen.has(namespace) || namespace.startsWith("kube-")) return [];
      seen.add(namespace);
      return [
        {
          subject,
          problem:
            `its namespace ${namespace} has no NetworkPolicy that denies everything; ` +
            "must have one with an empty podSelector, policyTypes Ingress and Egress, and no rules",
        },
      ];
    });
  },
};

function makesPods(subject: Subject): boolean {
  return podSpecOf(subject) !== undefined;
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
