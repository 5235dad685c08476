import { problem, type Problem } from "../../lib/problem";
import { environmentOf } from "../environment";
import { checkByType, type ResourceRule, type TypeChecks } from "../rule";
import { at, textAt } from "../values";

/** Deleted keys stay recoverable for a while, since losing a key loses all disks that it encrypts. */
export const keyDeletion: ResourceRule = {
  name: "key-deletion",
  description:
    "In production a deleted key can be restored for as long as its cloud allows by default, 30 days at least.",
  check: (subject) => (environmentOf(subject.urn) === "production" ? checkByType(checks, subject) : []),
};

const leastDays = 30;

const checks: TypeChecks = [
  // The default is 30 days: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
  [/^aws:kms\/(key|replicaKey|externalKey):\w+$/, (properties) => checkDays(properties, ["deletionWindowInDays"])],
  [/^alicloud:kms\/key:Key$/, (properties) => checkDays(properties, ["pendingWindowInDays"])],
  [/^gcp:kms\/cryptoKey:CryptoKey$/, checkGoogleKey],
  [/^azure-native:keyvault(\/\w+)?:Vault$/, checkVault],
];

/** Problem of a number of days. Every cloud's default is long enough. */
function checkDays(properties: unknown, path: string[]): Problem[] {
  const given = at(properties, ...path);
  return Number(textAt(given) || leastDays) >= leastDays
    ? []
    : [problem({ path: path.join("."), given, must: `be ${leastDays} or more in production` })];
}

/** Problem of a duration in seconds, for example `2592000s`; the default is 30 days. */
function checkGoogleKey(properties: unknown): Problem[] {
  const path = "destroyScheduledDuration";
  const given = textAt(properties, path);
  const least = leastDays * 24 * 60 * 60;
  return given === "" || Number.parseInt(given) >= least
    ? []
    : [problem({ path, given, must: `be ${least}s or more in production` })];
}

function checkVault(properties: unknown): Problem[] {
  const given = at(properties, "properties", "enablePurgeProtection");
  const path = "properties.enablePurgeProtection";
  const because = "a deleted key can be purged otherwise";
  return [
    ...(given === true ? [] : [problem({ path, given, must: "be true", because })]),
    ...checkDays(properties, ["properties", "softDeleteRetentionInDays"]),
  ];
}
