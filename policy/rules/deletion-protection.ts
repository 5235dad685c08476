import { problem, type Problem } from "../../lib/problem";
import { environmentOf } from "../environment";
import { checkByType, type ResourceRule, type Subject, type TypeChecks } from "../rule";
import { at } from "../values";

/** Production protects clusters, keys and file systems from deletion by mistake. */
export const deletionProtection: ResourceRule = {
  name: "deletion-protection",
  description: "Clusters, keys and file systems are protected from deletion, unless their stack is for development.",
  check: (subject) => (environmentOf(subject.urn) === "production" ? checkByType(checks, subject) : []),
};

const checks: TypeChecks = [
  [
    /^(aws:eks\/cluster:Cluster|alicloud:cs\/(managedKubernetes|kubernetes):\w+)$/,
    (properties) => mustBeOn(properties, false),
  ],
  [/^gcp:container\/cluster:Cluster$/, (properties) => mustBeOn(properties, true)],
  // Azure has no such setting, so the engine must protect.
  [/^azure-native:containerservice(\/\w+)?:ManagedCluster$/, mustBeProtected],
  // Most clouds have no such setting for these either.
  [
    /^(aws:kms\/key:Key|gcp:kms\/cryptoKey:\w+|azure-native:keyvault(\/\w+)?:(Vault|Key)|alicloud:kms\/key:Key)$/,
    mustBeProtected,
  ],
  [/^(aws:efs\/fileSystem:\w+|gcp:filestore\/instance:\w+|alicloud:nas\/fileSystem:\w+)$/, mustBeProtected],
];

function mustBeProtected(_properties: unknown, { isProtected }: Subject): Problem[] {
  const because = "this option of the resource alone prevents its deletion";
  return isProtected ? [] : [problem({ path: "protect", given: false, must: "be true", because })];
}

function mustBeOn(properties: unknown, byDefault: boolean): Problem[] {
  const given = at(properties, "deletionProtection");
  return (given ?? byDefault) === true ? [] : [problem({ path: "deletionProtection", given, must: "be true" })];
}
