/** Stack file section `cluster` with `vendor: eks`: Amazon Elastic Kubernetes Service. */
import { z } from "zod";
import { list, map, text, textMap } from "../kit/fields";
import { nearest } from "../../ledger/nearest";
import { problem, type Problem } from "../../lib/problem";
import type { Loose } from "../kit/json-schema";
import { formatPath } from "../kit/problem";
import { duplicates, entriesOf, error, repeated, type Rule } from "../kit/rule";
import {
  cloud,
  derivedOfCloud,
  connectedApi,
  innerCidr,
  nodePools,
  ownCidr,
  rangeOfServices,
  sharedRules,
  zones,
  type ClusterNeeds,
} from "./cloud";
import { awsTags, tagsOf } from "./tags";

const arn = (service: string, right: string) =>
  text(new RegExp(String.raw`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:[0-9]{12}:.+$`), right);

/** EKS add-ons that the program installs, and the autoscaler, which is none of EKS's. */
export const addonNames = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
  "coredns",
  "metrics-server",
  "snapshot-controller",
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "cluster-autoscaler",
] as const;

export type AddonName = (typeof addonNames)[number];

const existingNetwork = map({
  vpcId: text(/^vpc-[0-9a-z]+$/, 'the id of a VPC, for example "vpc-0a1b2c3d"').describe("VPC."),
  privateSubnetIds: list(text(/^subnet-[0-9a-z]+$/, 'the id of a subnet, for example "subnet-0a1b2c3d"'), {
    min: 3,
    of: "subnet ids",
  }).describe("A private subnet in each zone, with a way to the internet or to endpoints of the AWS services."),
});

const schema = map({
  vendor: z.literal("eks").describe("Amazon Elastic Kubernetes Service."),
  region: text(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'a region of AWS, for example "eu-central-1"').describe("Region."),
  zones: zones(/^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$/, '["eu-central-1a", "eu-central-1b", "eu-central-1c"]')
    .optional()
    .describe("Availability zones. Default: a, b and c of the region."),
  ...cloud,
  nodePools: nodePools({ system: "m7i.large", ledger: "m7i.xlarge" }),
  network: map({
    cidr: ownCidr("10.64.0.0/16"),
    existing: existingNetwork.optional().describe("A network of your own. Default: a new one."),
    serviceCidr: innerCidr("172.20.0.0/16", "Services"),
  })
    .prefault({})
    .describe("Network of the nodes."),
  encryptionKey: arn("kms", 'the ARN of a KMS key, for example "arn:aws:kms:eu-central-1:111122223333:key/..."')
    .optional()
    .describe("KMS key for Kubernetes secrets, ledger disks and the file system. Default: a new one."),
  nodeDiskKey: arn("kms", 'the ARN of a KMS key, for example "arn:aws:kms:eu-central-1:111122223333:key/..."')
    .optional()
    .describe(
      "KMS key for the nodes' own disks. Its policy must let the role AWSServiceRoleForAutoScaling use it and create grants. Another key replaces the nodes. Default: the account's key for EBS.",
    ),
  credentials: map({
    profile: text(/^[^\s]+$/, "the name of an AWS profile")
      .optional()
      .describe("Profile of the AWS CLI's settings."),
    roleArn: arn("iam", 'the ARN of a role, for example "arn:aws:iam::111122223333:role/deploy"')
      .optional()
      .describe("Role to assume."),
  })
    .prefault({})
    .describe("Credentials of both the cloud's and the cluster's API. Default: those of the AWS CLI."),
  admins: list(arn("iam", 'the ARN of an IAM role or user, for example "arn:aws:iam::111122223333:role/platform"'), {
    of: "ARNs",
  })
    .default([])
    .describe(
      "Further IAM principals with full access to the cluster. The principal that creates the cluster has it in any case.",
    ),
  viewers: list(arn("iam", 'the ARN of an IAM role or user, for example "arn:aws:iam::111122223333:role/preview"'), {
    of: "ARNs",
  })
    .default([])
    .describe(
      "IAM principals that may read everything in the cluster, secrets included, and change nothing; for previews in CI.",
    ),
  addonVersions: textMap()
    .default({})
    .describe(
      "Versions of EKS add-ons and of `cluster-autoscaler`, by name. Default: EKS's choice at the installation, which stays; for `cluster-autoscaler` the first release for the minor version of Kubernetes, for example v1.35.0.",
    ),
});

type LooseEks = Loose<z.infer<typeof schema>>;

/** Zones of the file, complete in a file without errors; by default the first three zones of the region. */
function eksZones({ zones: named, region }: LooseEks): string[] | undefined {
  if (named !== undefined) return named as string[];
  return region === undefined ? undefined : ["a", "b", "c"].map((letter) => `${region}${letter}`);
}

/** AWS has one access entry per principal. */
function principalsOnce({ admins, viewers }: LooseEks): Problem[] {
  const lists = Object.entries({ admins, viewers });
  const named = lists.flatMap(([key, arns]) => entriesOf(arns, `cluster.${key}`));
  return duplicates(
    "a principal",
    named.map(({ item, path }) => ({ value: item, path })),
  );
}

function subnetsApart({ network }: LooseEks): Problem[] {
  const path = "cluster.network.existing.privateSubnetIds";
  return repeated("a subnet", network?.existing?.privateSubnetIds, path);
}

/** A version of what is not installed would do nothing. */
function addonsKnown({ addonVersions }: LooseEks): Problem[] {
  return Object.keys(addonVersions ?? {}).flatMap((name) => {
    if ((addonNames as readonly string[]).includes(name)) return [];
    const meant = nearest(name, addonNames);
    const hint = meant === undefined ? undefined : `Did you mean "${meant}"?`;
    const path = formatPath(["cluster", "addonVersions", name]);
    return [problem({ path, must: `be left out, or one of ${addonNames.join(", ")}`, hint })];
  });
}

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html */
const services = { within: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], widest: 12, narrowest: 24 };

const rules: readonly Rule<LooseEks>[] = [
  connectedApi,
  ...sharedRules,
  rangeOfServices("EKS", services),
  error(subnetsApart),
  error(principalsOnce),
  error(addonsKnown),
  error(tagsOf(awsTags)),
];

export const eks = {
  schema,
  rules,
  derived: (cluster: LooseEks, needs: ClusterNeeds) => ({
    ...derivedOfCloud(cluster, needs),
    zones: eksZones(cluster),
  }),
};
