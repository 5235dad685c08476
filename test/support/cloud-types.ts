/**
 * Whether the policy pack and the preview report know what the program makes at clouds. A rule looks at a type when it reads
 * an input of such a resource; the report knows a type when it says what the
 * deletion of one loses or touches.
 */
import type { ResourceRule } from "../../policy/rule";
import { resourceRules } from "../../policy/rules";
import { ownKeys } from "../../policy/rules/own-keys";
import { cautionOf } from "../../tools/preview-report/cautions";
import { lossOf } from "../../tools/preview-report/holdings";

/** Types that no rule looks at, by the reason. */
const withoutRule: Record<string, string[]> = {
  "moves packets; firewalls and endpoints decide on them": [
    "alicloud:ecs/eipAddress:EipAddress",
    "alicloud:ecs/eipAssociation:EipAssociation",
    "alicloud:vpc/natGateway:NatGateway",
    "alicloud:vpc/network:Network",
    "alicloud:vpc/snatEntry:SnatEntry",
    "alicloud:vpc/switch:Switch",
    "aws:ec2/eip:Eip",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "azure-native:network:Subnet",
    "azure-native:network:VirtualNetwork",
    "gcp:compute/network:Network",
    "gcp:compute/router:Router",
    "gcp:compute/routerNat:RouterNat",
    "gcp:compute/subnetwork:Subnetwork",
  ],
  "bears rights that are resources of their own, or a right that its type limits": [
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:iam/role:Role",
    "azure-native:managedidentity:UserAssignedIdentity",
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    "gcp:serviceaccount/account:Account",
  ],
  "holds or leads to resources that rules look at": [
    "alicloud:nas/accessGroup:AccessGroup",
    "alicloud:nas/mountTarget:MountTarget",
    "aws:efs/mountTarget:MountTarget",
    "azure-native:compute:DiskEncryptionSet",
    "azure-native:resources:ResourceGroup",
    "gcp:kms/keyRing:KeyRing",
  ],
  "has neither data, endpoint nor key": [
    "alicloud:cs/autoscalingConfig:AutoscalingConfig",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:eks/addon:Addon",
    "azure-native:containerservice:MaintenanceConfiguration",
  ],
};

/** Types with which nothing is lost, by the reason. */
const withoutLoss: Record<string, string[]> = {
  "is made again as it was": [
    "alicloud:cs/autoscalingConfig:AutoscalingConfig",
    "alicloud:ecs/eipAssociation:EipAssociation",
    "alicloud:nas/accessGroup:AccessGroup",
    "alicloud:nas/accessRule:AccessRule",
    "alicloud:vpc/snatEntry:SnatEntry",
    "alicloud:vpc/switch:Switch",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "azure-native:containerservice:MaintenanceConfiguration",
    "azure-native:network:Subnet",
    "gcp:compute/router:Router",
    "gcp:compute/subnetwork:Subnetwork",
  ],
};

/** Loss with a resource, to the rules that check such resources. */
const rulesByLoss: Record<string, string[]> = {
  "a cluster and everything in it": ["api-endpoint", "deletion-protection", "own-keys"],
  "a disk": ["disk-encryption"],
  "shared files": ["deletion-protection", "disk-encryption"],
  "a key that disks or secrets are encrypted with": ["deletion-protection", "key-deletion"],
};

/** Type -> rules that look at something else instead: the time in which a deleted key can be restored is a setting of its vault. */
const excused: Record<string, string[]> = { "azure-native:keyvault:Key": ["key-deletion"] };

/** Sentences on the types of clouds that rules or report do not know; types of other providers are left out. */
export function unknownTypes(types: Iterable<string>): string[] {
  return [...new Set(types)]
    .filter((type) => /^(?!kubernetes:|ledger:|pulumi:|blockchain-clusters:)/.test(type))
    .sort()
    .flatMap(problemsOf);
}

function problemsOf(type: string): string[] {
  const rules = rulesFor(type);
  const change = { operation: "delete", type, kind: "", name: "", reasons: [] };
  const loss = lossOf(change);
  const touched = loss ?? cautionOf(change);
  const isExempt = isListed(type, withoutRule);
  const missing = (rulesByLoss[loss ?? ""] ?? []).filter(
    (rule) => !isExempt && !rules.includes(rule) && !excused[type]?.includes(rule),
  );
  return [
    ...judge(type, rules.length > 0, withoutRule, {
      name: "withoutRule",
      unknown: "no policy rule looks at it; add it to the rules in policy/rules",
      needless: `the rules ${rules.join(", ")} look at it`,
    }),
    ...judge(type, touched !== undefined, withoutLoss, {
      name: "withoutLoss",
      unknown: "the preview report does not say what is lost with it; add it to tools/preview-report/holdings.ts",
      needless: `the preview report says that it touches ${touched}`,
    }),
    ...missing.map((rule) => `${type}: holds ${loss}, and the rule ${rule} does not look at it; add it there`),
  ];
}

function judge(
  type: string,
  isKnown: boolean,
  list: Record<string, string[]>,
  { name, unknown, needless }: { name: string; unknown: string; needless: string },
): string[] {
  if (isKnown !== isListed(type, list)) return [];
  const file = "test/support/cloud-types.ts";
  return isKnown
    ? [`${type}: ${needless}; take it off the list ${name} in ${file}`]
    : [`${type}: ${unknown}, or to the list ${name} in ${file} when it has neither data, endpoint nor key`];
}

function isListed(type: string, list: Record<string, string[]>): boolean {
  return Object.values(list).some((types) => types.includes(type));
}

/** Names of the rules that look at a type. */
function rulesFor(type: string): string[] {
  const names = resourceRules.filter((rule) => looksAt(rule, type)).map(({ name }) => name);
  return asksForKeys(type) ? [...names, ownKeys.name] : names;
}

/** Runs a rule on a production resource that notes what is read of it. */
function looksAt({ check }: ResourceRule, type: string): boolean {
  let isRead = false;
  const note = () => {
    isRead = true;
  };
  check({
    ...named(type),
    properties: new Proxy({}, { get: note }),
    get isProtected() {
      note();
      return true;
    },
  });
  return isRead;
}

/** Whether a stack with such a resource has to encrypt disks by its own key: the mark of a cluster that the stack makes. */
function asksForKeys(type: string): boolean {
  const storageClass = {
    ...named("kubernetes:storage.k8s.io/v1:StorageClass"),
    properties: { provisioner: "ebs.csi.aws.com" },
    isProtected: false,
  };
  const cluster = { ...named(type), properties: {}, isProtected: false };
  return ownKeys.check([cluster, storageClass]).length > 0;
}

function named(type: string) {
  return { type, name: "x", urn: `urn:pulumi:trade-prod::blockchain-clusters::${type}::x` };
}
