import { problem, type Problem } from "../../lib/problem";
import { checkByType, type ResourceRule, type TypeChecks } from "../rule";
import { items, textAt } from "../values";

/** Rights in the cluster are limited to their purpose. */
export const clusterRights: ResourceRule = {
  name: "cluster-rights",
  description: "No role of Kubernetes may do everything or become another one, and nobody has one without a login.",
  check: (subject) => checkByType(checks, subject),
};

const checks: TypeChecks = [
  [/^kubernetes:rbac\.authorization\.k8s\.io\/\w+:(Cluster)?Role$/, checkRole],
  [/^kubernetes:rbac\.authorization\.k8s\.io\/\w+:(Cluster)?RoleBinding$/, checkBinding],
];

/** https://kubernetes.io/docs/concepts/security/rbac-good-practices/ */
const becoming = ["bind", "escalate", "impersonate"];

function checkRole(properties: unknown): Problem[] {
  return items(properties, "rules").flatMap((rule, index) => [
    ...checkWords(rule, `rules[${index}]`, "verbs", ["*"], "name each allowed verb"),
    ...checkWords(rule, `rules[${index}]`, "verbs", becoming, "leave them out", "it gives every other right, too"),
    ...checkWords(rule, `rules[${index}]`, "resources", ["*"], "name each kind"),
    ...checkWords(rule, `rules[${index}]`, "apiGroups", ["*"], "name each group"),
  ]);
}

function checkWords(
  rule: unknown,
  path: string,
  key: string,
  wrong: readonly string[],
  must: string,
  because?: string,
): Problem[] {
  const given = items(rule, key)
    .map(String)
    .filter((word) => wrong.includes(word));
  return given.length === 0 ? [] : [problem({ path: `${path}.${key}`, given, must, because })];
}

/** Names by which Kubernetes calls everybody. */
const everybody = ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"];

function checkBinding(properties: unknown): Problem[] {
  const role = textAt(properties, "roleRef", "name");
  const subjects = items(properties, "subjects").flatMap((subject, index) => {
    const given = textAt(subject, "name");
    if (!everybody.includes(given)) return [];
    const must = "be a user, a group or a service account of your own";
    return [problem({ path: `subjects[${index}].name`, given, must, because: "this one is everybody" })];
  });
  const must = "be a role with the needed rights alone";
  const because = "this one may do everything";
  return [
    ...(role === "cluster-admin" ? [problem({ path: "roleRef.name", given: role, must, because })] : []),
    ...subjects,
  ];
}
