import { environmentOf } from "../environment";
import type { ResourceRule, Subject } from "../rule";
import { at } from "../values";

/** Production protects clusters, keys and file systems from deletion by mistake. */
export const deletionProtection: ResourceRule = {
  name: "deletion-protection",
  description: "Clusters, keys and file systems are protected from deletion, unless their stack is for development.",
  check: (subject) =>
    environmentOf(subject.urn) === "production"
      ? (checks.find(([types]) => types.test(subject.type))?.[1](subject) ?? [])
      : [],
};

const checks: [types: RegExp, check: (subject: Subject) => string[]][] = [
  [/^(aws:eks\/cluster:Cluster|alicloud:cs\/(managedKubernetes|kubernetes):\w+)$/, mustBeOn({ byDefault: false })],
  [/^gcp:container\/cluster:Cluster$/, mustBeOn({ byDefault: true })],
  // Azure has no such setting, so the engine must protect.
  [/^azure-native:containerservice(\/\w+)?:ManagedCluster$/, mustBeProtected],
  // Most clouds have no such setting for these either.
  [
    /^(aws:kms\/key:Key|gcp:kms\/cryptoKey:\w+|azure-native:keyvault(\/\w+)?:(Vault|Key)|alicloud:kms\/key:Key)$/,
    mustBeProtected,
  ],
  [/^(aws:efs\/fileSystem:\w+|gcp:filestore\/instance:\w+|alicloud:nas\/fileSystem:\w+)$/, mustBeProtected],
];

function mustBeProtected({ isProtected }: Subject): string[] {
  return isProtected ? [] : ["the resource option protect is false; must be true"];
}

function mustBeOn({ byDefault }: { byDefault: boolean }): (subject: Subject) => string[] {
  return ({ properties }) => {
    const value = at(properties, "deletionProtection");
    if ((value ?? byDefault) === true) return [];
    return [`deletionProtection is ${value === undefined ? "missing" : "false"}; must be true`];
  };
}
