/** Stack file section `cluster` with `vendor: ack`: Alibaba Cloud Container Service for Kubernetes. */
import { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { cidr, list, map, text } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, repeated, type Rule } from "../kit/rule";
import { cloud, derivedOfCloud, innerCidr, nodePools, ownCidr, sharedRules, zones } from "./cloud";
import { alibabaTags, tagsOf } from "./tags";

const vswitchId = text(/^vsw-[0-9a-z]+$/, 'the id of a vSwitch, for example "vsw-0a1b2c3d"');

const existingNetwork = map({
  vpcId: text(/^vpc-[0-9a-z]+$/, 'the id of a VPC, for example "vpc-0a1b2c3d"').describe(
    "VPC with a NAT gateway, through which its vSwitches reach the internet.",
  ),
  cidr: cidr().describe("Addresses of the VPC. A file system admits these alone."),
  vswitchIds: list(vswitchId, { min: 3, of: "ids of vSwitches" }).describe("A vSwitch for nodes in each zone."),
  podVswitchIds: list(vswitchId, { min: 3, of: "ids of vSwitches" }).describe(
    "A vSwitch for pods in each of the same zones. Terway gives every pod an address of the VPC.",
  ),
});

const schema = map({
  vendor: z.literal("ack").describe("Alibaba Cloud Container Service for Kubernetes, managed Pro clusters."),
  region: text(/^[a-z]{2}-[a-z]+(-[a-z0-9]+)?$/, 'a region of Alibaba Cloud, for example "eu-central-1"').describe(
    "Region.",
  ),
  zones: zones(/^[a-z]{2}-[a-z]+-?[a-z0-9-]*[a-z]$/, '["eu-central-1a", "eu-central-1b", "eu-central-1c"]')
    .optional()
    .describe("Zones of the new network, three or four. Required without `network.existing`."),
  ...cloud,
  kubernetesVersion: text(
    /^1\.[0-9]{2}\.[0-9]+-aliyun\.[0-9]+$/,
    'a version of ACK with patch and build, for example "1.35.7-aliyun.1"',
  )
    .default("1.35.7-aliyun.1")
    .describe("Version of Kubernetes, in ACK's form. Raise the minor version by one at a time."),
  nodePools: nodePools({ system: "ecs.g7.large", ledger: "ecs.g7.xlarge" }),
  network: map({
    cidr: ownCidr("10.64.0.0/16"),
    existing: existingNetwork.optional().describe("A network of your own. Default: a new one."),
    serviceCidr: innerCidr("172.21.0.0/20", "Services"),
  })
    .prefault({})
    .describe("Network of nodes and pods."),
  encryptionKey: text(/^(key-)?[0-9a-z-]{20,}$/, 'the id of a KMS key, for example "key-hzz62f1cb66fa42qo8lzf"')
    .optional()
    .describe(
      "KMS key for Kubernetes secrets and disks. Default: a new one; without `kmsInstanceId` the default key of the region, of which an account has one, so a second stack there needs a key or an instance.",
    ),
  kmsInstanceId: text(/^kst-[0-9a-z]+$/, 'the id of a KMS instance, for example "kst-hzz62f1cb66fa42qo8lzf"')
    .optional()
    .describe("KMS instance for the new key. Another one replaces the cluster. Default: none, see `encryptionKey`."),
});

type LooseAck = Loose<z.infer<typeof schema>>;

function apiAccess({ apiAccess: access }: LooseAck): Problem[] {
  // A value of a wrong type has a problem of its own.
  if (access?.private === undefined || access.authorizedCidrs === undefined) return [];
  if (access.private && access.authorizedCidrs.length === 0) return [];
  return [
    problem({
      path: "cluster.apiAccess",
      must: "be { private: true }",
      because: "ACK lets no stack file say who reaches a public address",
      hint: "Run `pulumi` inside the VPC, and see docs/clouds.md",
    }),
  ];
}

/** Zones of ACK follow no pattern for a default. */
function zonesGiven({ zones: named, network }: LooseAck): Problem[] {
  return named === undefined && network?.existing === undefined
    ? [
        problem({
          path: "cluster.zones",
          given: undefined,
          must: 'list three zones for the network that is made, for example ["eu-central-1a", ...]',
        }),
      ]
    : [];
}

function vswitches({ network }: LooseAck): Problem[] {
  const { vswitchIds, podVswitchIds } = network?.existing ?? {};
  const path = "cluster.network.existing";
  const twice = [
    ...repeated("a vSwitch", vswitchIds, `${path}.vswitchIds`),
    ...repeated("a vSwitch", podVswitchIds, `${path}.podVswitchIds`),
  ];
  if (twice.length > 0) return twice;
  return vswitchIds === undefined || podVswitchIds === undefined || vswitchIds.length === podVswitchIds.length
    ? []
    : [
        problem({
          path: `${path}.podVswitchIds`,
          given: podVswitchIds,
          must: `be ${vswitchIds.length} vSwitches, one in each zone of vswitchIds`,
        }),
      ];
}

function oneKey({ encryptionKey, kmsInstanceId }: LooseAck): Problem[] {
  if (encryptionKey === undefined || kmsInstanceId === undefined) return [];
  const because = "no key is made beside encryptionKey";
  return [problem({ path: "cluster.kmsInstanceId", given: kmsInstanceId, must: "be left out", because })];
}

const rules: readonly Rule<LooseAck>[] = [
  ...sharedRules,
  error(apiAccess),
  error(zonesGiven),
  error(vswitches),
  error(oneKey),
  error(tagsOf(alibabaTags)),
];

export const ack = {
  schema,
  rules,
  derived: derivedOfCloud,
};
