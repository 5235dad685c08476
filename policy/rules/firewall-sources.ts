import { isEverybody } from "../networks";
import type { ResourceRule } from "../rule";
import { at, items, textAt } from "../values";

/** Firewalls of clouds admit only listed networks. */
export const firewallSources: ResourceRule = {
  name: "firewall-sources",
  description: "No rule of a cloud's firewall, or of a file system's, lets everybody in.",
  check: ({ type, properties }) => checks.find(([types]) => types.test(type))?.[1](properties) ?? [],
};

const checks: [types: RegExp, check: (properties: unknown) => string[]][] = [
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

function checkGroup(properties: unknown): string[] {
  return items(properties, "ingress").flatMap((rule, index) => checkLists(rule, awsLists, `ingress[${index}].`));
}

function isAllowed(properties: unknown): boolean {
  return textAt(properties, "direction") === "Inbound" && textAt(properties, "access") === "Allow";
}

/** Azure also has names for everybody. */
function checkAzure(properties: unknown): string[] {
  const source = textAt(properties, "sourceAddressPrefix");
  return [
    ...(["*", "Internet", "Any"].includes(source) ? [problemOf("sourceAddressPrefix", source)] : []),
    ...checkTexts(properties, ["sourceAddressPrefix"]),
    ...checkLists(properties, ["sourceAddressPrefixes"]),
  ];
}

function checkTexts(properties: unknown, keys: readonly string[]): string[] {
  return keys
    .filter((key) => isEverybody(textAt(properties, key)))
    .map((key) => problemOf(key, textAt(properties, key)));
}

function checkLists(properties: unknown, keys: readonly string[], prefix = ""): string[] {
  return keys.flatMap((key) =>
    items(at(properties, key))
      .map((range) => textAt(range))
      .filter(isEverybody)
      .map((range) => problemOf(`${prefix}${key}`, range)),
  );
}

function problemOf(key: string, range: string): string {
  return `${key} has ${range}, which is everybody or much of it; must be networks that you know`;
}
