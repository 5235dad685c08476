import type { ResourceRule, Subject } from "../rule";
import { at } from "../values";

/** Production clusters that nobody deletes by mistake. */
export const deletionProtection: ResourceRule = {
  name: "deletion-protection",
  description: "A managed cluster is protected from deletion, unless its stack is for development.",
  check: (subject) =>
    isProduction(subject) ? (checks.find(([types]) => types.test(subject.type))?.[1](subject) ?? []) : [],
};

/** Every stack is production but those with a part of their name that says otherwise: `aks-fabric-dev`. */
function isProduction({ urn }: Subject): boolean {
  const stack = urn.split("::")[0]?.split(":").pop() ?? "";
  return !stack.split(/[-_.]/).some((part) => ["dev", "development", "test", "e2e", "local"].includes(part));
}

const checks: [types: RegExp, check: (subject: Subject) => string[]][] = [
  [/^(aws:eks\/cluster:Cluster|alicloud:cs\/(managedKubernetes|kubernetes):\w+)$/, mustBeOn({ byDefault: false })],
  [/^gcp:container\/cluster:Cluster$/, mustBeOn({ byDefault: true })],
  // Azure has no such setting: the engine has to do it.
  [
    /^azure-native:containerservice(\/\w+)?:ManagedCluster$/,
    ({ isProtected }) => (isProtected ? [] : ["the resource option protect is false; must be true"]),
  ],
];

function mustBeOn({ byDefault }: { byDefault: boolean }): (subject: Subject) => string[] {
  return ({ properties }) => {
    const value = at(properties, "deletionProtection");
    if ((value ?? byDefault) === true) return [];
    return [`deletionProtection is ${value === undefined ? "missing" : "false"}; must be true`];
  };
}
