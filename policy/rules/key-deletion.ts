import { environmentOf } from "../environment";
import type { ResourceRule } from "../rule";
import { at, textAt } from "../values";

/** Deleted keys stay recoverable for a while, since losing a key loses all disks that it encrypts. */
export const keyDeletion: ResourceRule = {
  name: "key-deletion",
  description:
    "In production a deleted key can be restored for as long as its cloud allows by default, 30 days at least.",
  check: ({ urn, type, properties }) =>
    environmentOf(urn) === "production" ? (checks.find(([types]) => types.test(type))?.[1](properties) ?? []) : [],
};

const leastDays = 30;

const checks: [types: RegExp, check: (properties: unknown) => string[]][] = [
  // The default is 30 days: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
  [/^aws:kms\/(key|replicaKey|externalKey):\w+$/, (properties) => atLeast(properties, "deletionWindowInDays", 30)],
  [/^alicloud:kms\/key:Key$/, (properties) => atLeast(properties, "pendingWindowInDays", 30)],
  [/^gcp:kms\/cryptoKey:CryptoKey$/, checkGoogleKey],
  [/^azure-native:keyvault(\/\w+)?:Vault$/, checkVault],
];

function atLeast(properties: unknown, key: string, byDefault: number): string[] {
  const days = Number(textAt(properties, key) || byDefault);
  return days >= leastDays ? [] : [`${key} is ${days}; must be ${leastDays} or more in production`];
}

/** Problem of a duration in seconds, for example `2592000s`; the default is 30 days. */
function checkGoogleKey(properties: unknown): string[] {
  const duration = textAt(properties, "destroyScheduledDuration") || "2592000s";
  return Number.parseInt(duration) >= leastDays * 24 * 60 * 60
    ? []
    : [`destroyScheduledDuration is ${duration}; must be ${leastDays * 24 * 60 * 60}s or more in production`];
}

function checkVault(properties: unknown): string[] {
  const settings = at(properties, "properties");
  const isPurgeable = at(settings, "enablePurgeProtection") !== true;
  return [
    ...(isPurgeable
      ? ["properties.enablePurgeProtection is not true, so a deleted key can be purged; must be true"]
      : []),
    ...atLeast(settings, "softDeleteRetentionInDays", 90).map((problem) => `properties.${problem}`),
  ];
}
