import type { Problem } from "../../lib/problem";
import { checkNetwork, everybodyProblem } from "../networks";
import { checkByType, type ResourceRule, type TypeChecks } from "../rule";
import { items, textAt } from "../values";

/** Firewalls of clouds admit only listed networks. */
export const firewallSources: ResourceRule = {
  name: "firewall-sources",
  description: "No rule of a cloud's firewall, or of a file system's, lets everybody in.",
  check: (subject) => checkByType(checks, subject),
};

const checks: TypeChecks = [
  [/^aws:ec2\/securityGroup:SecurityGroup$/, checkGroup],
  [
    /^aws:ec2\/securityGroupRule:SecurityGroupRule$/,
    (properties) => (textAt(properties, "type") === "ingress" ? checkLists(properties, awsLists) : []),
  ],
  [
    /^aws:vpc\/securityGroupIngressRule:SecurityGroupIngressRule$/,
    (properties) => checkTexts(properties, ["cidrIpv4", "cidrIpv6"]),
  ],
  [
    /^gcp:compute\/firewall:Firewall$/,
    (properties) => (textAt(properties, "direction") === "EGRESS" ? [] : checkLists(properties, ["sourceRanges"])),
  ],
  [
    /^azure-native:network(\/\w+)?:SecurityRule$/,
    (properties) => (isAllowed(properties) ? checkAzure(properties) : []),
  ],
  [
    /^alicloud:ecs\/securityGroupRule:SecurityGroupRule$/,
    (properties) => (textAt(properties, "type") === "ingress" ? checkTexts(properties, ["cidrIp", "ipv6CidrIp"]) : []),
  ],
  [
    /^alicloud:nas\/accessRule:AccessRule$/,
    (properties) => checkTexts(properties, ["sourceCidrIp", "ipv6SourceCidrIp"]),
  ],
];

const awsLists = ["cidrBlocks", "ipv6CidrBlocks"];

function checkGroup(properties: unknown): Problem[] {
  return items(properties, "ingress").flatMap((rule, index) => checkLists(rule, awsLists, `ingress[${index}].`));
}

function isAllowed(properties: unknown): boolean {
  return textAt(properties, "direction") === "Inbound" && textAt(properties, "access") === "Allow";
}

/** Azure also has names for everybody. */
function checkAzure(properties: unknown): Problem[] {
  const source = textAt(properties, "sourceAddressPrefix");
  return [
    ...(["*", "Internet", "Any"].includes(source) ? [everybodyProblem("sourceAddressPrefix", source)] : []),
    ...checkTexts(properties, ["sourceAddressPrefix"]),
    ...checkLists(properties, ["sourceAddressPrefixes"]),
  ];
}

function checkTexts(properties: unknown, keys: readonly string[]): Problem[] {
  return keys.flatMap((key) => checkNetwork(key, textAt(properties, key)));
}

function checkLists(properties: unknown, keys: readonly string[], prefix = ""): Problem[] {
  return keys.flatMap((key) =>
    items(properties, key).flatMap((range, index) => checkNetwork(`${prefix}${key}[${index}]`, textAt(range))),
  );
}
