import type { Change } from "./preview";

interface Holding {
  /** Type tokens. */
  types: RegExp;
  /** Loss of the resource, in words. */
  holds: string;
  /** Operations that cause the loss. */
  lostBy: readonly string[];
  /** Selects some of these resources. Default: all. */
  only?: (change: Change) => boolean;
}

const both = ["replace", "delete"];

/**
 * Resources with data or keys, the most dangerous first, which is also the order of the report. Azure's types may
 * contain an API version (`azure-native:compute/v20240302:Disk`).
 */
const holdings: readonly Holding[] = [
  // A replaced provider replaces all its resources. A deleted one takes none along: its resources are listed by
  // themselves, and default providers come and go with each version of an SDK.
  { types: /^pulumi:providers:/, holds: "everything made with it", lostBy: ["replace"] },
  {
    types:
      /^(azure-native:containerservice(\/\w+)?:ManagedCluster|gcp:container\/cluster:Cluster|aws:eks\/cluster:Cluster|alicloud:cs\/(managed|edge|serverless)?kubernetes:\w+)$/i,
    holds: "a cluster and everything in it",
    lostBy: both,
  },
  { types: /^azure-native:resources(\/\w+)?:ResourceGroup$/, holds: "everything in the group", lostBy: both },
  {
    types:
      /^(aws:ec2\/vpc:Vpc|gcp:compute\/network:Network|azure-native:network(\/\w+)?:VirtualNetwork|alicloud:vpc\/network:Network)$/,
    holds: "a network and everything in it",
    lostBy: both,
  },
  { types: /^kubernetes:core\/v1:Namespace$/, holds: "everything in the namespace", lostBy: both },
  {
    types: /^kubernetes:core\/v1:PersistentVolume(Claim)?$/,
    holds: "a ledger or a database",
    lostBy: both,
  },
  {
    types:
      /^(azure-native:compute(\/\w+)?:Disk|gcp:compute\/(disk|regionDisk):\w+|aws:ebs\/volume:Volume|alicloud:ecs\/(ecsDisk|disk):\w+)$/,
    holds: "a disk",
    lostBy: both,
  },
  {
    types:
      /^(azure-native:storage(\/\w+)?:(StorageAccount|FileShare)|azure-native:netapp(\/\w+)?:\w*Volume|gcp:filestore\/instance:Instance|aws:efs\/fileSystem:FileSystem|alicloud:nas\/fileSystem:FileSystem)$/,
    holds: "shared files",
    lostBy: both,
  },
  {
    types: /^(aws:efs\/(mountTarget|accessPoint):\w+|alicloud:nas\/mountTarget:MountTarget)$/,
    holds: "access to shared files",
    lostBy: both,
  },
  {
    types:
      /^(aws:kms\/key:Key|gcp:kms\/(keyRing|cryptoKey|cryptoKeyVersion):\w+|azure-native:keyvault(\/\w+)?:(Vault|Key)|azure-native:compute(\/\w+)?:DiskEncryptionSet|alicloud:kms\/(key|instance):\w+)$/,
    holds: "a key that disks or secrets are encrypted with",
    lostBy: both,
  },
  // Disks survive it, and cannot be attached after the next restart. Providers replace these resources new one first.
  {
    types:
      /^(aws:kms\/grant:Grant|aws:iam\/(role|rolePolicy|rolePolicyAttachment):\w+|aws:eks\/(podIdentityAssociation|accessEntry|accessPolicyAssociation):\w+|gcp:(kms|projects)\/\w*[iI]AM(Member|Binding|Policy):\w+|gcp:serviceaccount\/account:Account|azure-native:authorization(\/\w+)?:RoleAssignment|azure-native:managedidentity(\/\w+)?:UserAssignedIdentity|alicloud:ram\/\w+Attachment:\w+)$/,
    holds: "a right to keys, disks or the cluster",
    lostBy: ["delete"],
  },
  { types: /^aws:eks\/addon:Addon$/, holds: "a driver, the network or the names of a cluster", lostBy: ["delete"] },
  // A class of the same name with other disks, which machines may refuse to attach. A class in another cluster is only
  // created anew.
  {
    types: /^kubernetes:storage\.k8s\.io\/v1:StorageClass$/,
    holds: "the kind of disks of ledgers",
    lostBy: both,
    only: ({ operation, reasons }) => operation === "delete" || reasons.some((reason) => reason !== "provider"),
  },
  { types: /^ledger:pki:CertificateAuthority$/, holds: "the key of an organisation's CA", lostBy: both },
  { types: /^ledger:pki:Certificate$/, holds: "the key of an identity", lostBy: both },
  { types: /^ledger:pki:RevocationList$/, holds: "the certificates that are revoked", lostBy: both },
  { types: /^ledger:ethereum:Account$/, holds: "the key of an account", lostBy: both },
  { types: /^ledger:ethereum:Genesis$/, holds: "the first block: another one is another chain", lostBy: both },
  { types: /^ledger:ethereum:ValidatorSet$/, holds: "the set of validators", lostBy: both },
  { types: /^ledger:fabric:Channel$/, holds: "a channel: its orderers leave it", lostBy: both },
  { types: /^kubernetes:apps\/v1:StatefulSet$/, holds: "a node of the network", lostBy: both },
  {
    types:
      /^(aws:ec2\/(eip|natGateway):\w+|gcp:compute\/(address|globalAddress|routerNat):\w+|azure-native:network(\/\w+)?:(PublicIPAddress|NatGateway)|alicloud:(ecs\/eipAddress|vpc\/natGateway):\w+)$/,
    holds: "an address that others may have on their lists",
    lostBy: both,
  },
  {
    types: /^kubernetes:core\/v1:Service$/,
    holds: "an address that others may have on their lists",
    lostBy: both,
    only: ({ serviceType }) => serviceType === "LoadBalancer",
  },
];

/** Loss by a change; undefined without one. */
export function lossOf(change: Change): string | undefined {
  const { type, operation } = change;
  return holdings.find(
    ({ types, lostBy, only }) => types.test(type) && lostBy.includes(operation) && (only?.(change) ?? true),
  )?.holds;
}

/** Position in the order of danger; resources without data and keys come last. */
export function rankOf({ type }: Change): number {
  const rank = holdings.findIndex(({ types }) => types.test(type));
  return rank < 0 ? holdings.length : rank;
}
