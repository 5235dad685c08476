import { problem, type Problem } from "../../lib/problem";
import { checkByType, type ResourceRule, type TypeChecks } from "../rule";
import { at, isTrue, items, textAt } from "../values";

/** Nodes have no public addresses. */
export const nodeAddresses: ResourceRule = {
  name: "node-addresses",
  description: "Nodes have no public addresses.",
  check: (subject) => checkByType(checks, subject),
};

const checks: TypeChecks = [
  [
    /^aws:ec2\/launchTemplate:LaunchTemplate$/,
    (properties) => checkItems(properties, "networkInterfaces", "associatePublicIpAddress"),
  ],
  [/^azure-native:containerservice(\/\w+)?:AgentPool$/, (properties) => mustNot(properties, "enableNodePublicIP")],
  [
    /^azure-native:containerservice(\/\w+)?:ManagedCluster$/,
    (properties) => checkItems(properties, "agentPoolProfiles", "enableNodePublicIP"),
  ],
  [/^gcp:container\/nodePool:NodePool$/, checkGke],
  [/^alicloud:cs\/nodePool:NodePool$/, checkAck],
];

const because = "nodes have public addresses otherwise";

function checkItems(properties: unknown, list: string, key: string): Problem[] {
  return items(properties, list).flatMap((item, index) => mustNot(item, key, `${list}[${index}].`));
}

function mustNot(properties: unknown, key: string, prefix = ""): Problem[] {
  const given = at(properties, key);
  return isTrue(given) ? [problem({ path: `${prefix}${key}`, given, must: "be false", because })] : [];
}

function checkGke(properties: unknown): Problem[] {
  const given = at(properties, "networkConfig", "enablePrivateNodes");
  return isTrue(given) ? [] : [problem({ path: "networkConfig.enablePrivateNodes", given, must: "be true", because })];
}

function checkAck(properties: unknown): Problem[] {
  const given = at(properties, "internetMaxBandwidthOut");
  if (Number(textAt(given) || 0) === 0) return [];
  return [problem({ path: "internetMaxBandwidthOut", given, must: "be 0 or left out", because })];
}
