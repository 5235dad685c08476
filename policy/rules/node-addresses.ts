import type { ResourceRule } from "../rule";
import { at, isTrue, items, textAt } from "../values";

/** Nodes have no public addresses. */
export const nodeAddresses: ResourceRule = {
  name: "node-addresses",
  description: "Nodes have no public addresses.",
  check: ({ type, properties }) => checks.find(([types]) => types.test(type))?.[1](properties) ?? [],
};

const checks: [types: RegExp, check: (properties: unknown) => string[]][] = [
  [
    /^aws:ec2\/launchTemplate:LaunchTemplate$/,
    (properties) => mustNot(properties, "networkInterfaces", "associatePublicIpAddress"),
  ],
  [/^azure-native:containerservice(\/\w+)?:AgentPool$/, (properties) => noPublic(properties, "enableNodePublicIP")],
  [
    /^azure-native:containerservice(\/\w+)?:ManagedCluster$/,
    (properties) => mustNot(properties, "agentPoolProfiles", "enableNodePublicIP"),
  ],
  [
    /^gcp:container\/nodePool:NodePool$/,
    (properties) =>
      isTrue(at(properties, "networkConfig", "enablePrivateNodes"))
        ? []
        : ["networkConfig.enablePrivateNodes is not true, so nodes may have public addresses; must be true"],
  ],
  [
    /^alicloud:cs\/nodePool:NodePool$/,
    (properties) => {
      const bandwidth = Number(textAt(properties, "internetMaxBandwidthOut") || 0);
      return bandwidth === 0
        ? []
        : [`internetMaxBandwidthOut is ${bandwidth}, which gives nodes public addresses; must be 0 or left out`];
    },
  ],
];

function mustNot(properties: unknown, list: string, key: string): string[] {
  return items(properties, list).flatMap((item, index) => noPublic(item, key, `${list}[${index}].`));
}

function noPublic(properties: unknown, key: string, prefix = ""): string[] {
  return isTrue(at(properties, key))
    ? [`${prefix}${key} is true, which gives nodes public addresses; must be false`]
    : [];
}
