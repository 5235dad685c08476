import type { Change } from "./preview";

interface Holding {
  /** Type tokens. */
  types: RegExp;
  /** What is lost with the resource. */
  holds: string;
  /** Operations that lose it. */
  lostBy: readonly string[];
}

const both = ["replace", "delete"];

/**
 * Resources that hold data or keys, the most dangerous first: this is also the order of the report. Azure's types may
 * name an API version (`azure-native:compute/v20240302:Disk`).
 */
const holdings: readonly Holding[] = [
  // With a provider go all resources made with it. One that is only deleted takes nothing along: what it made is
  // listed by itself, and default providers come and go with each version of an SDK.
  { types: /^pulumi:providers:/, holds: "everything made with it", lostBy: ["replace"] },
  {
    types:
      /^(azure-native:containerservice(\/\w+)?:ManagedCluster|gcp:container\/cluster:Cluster|aws:eks\/cluster:Cluster|alicloud:cs\/(managed|edge|serverless)?kubernetes:\w+)$/i,
    holds: "a cluster and everything in it",
    lostBy: both,
  },
  { types: /^azure-native:resources(\/\w+)?:ResourceGroup$/, holds: "everything in the group", lostBy: both },
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
    holds: "the way to shared files",
    lostBy: both,
  },
  {
    types:
      /^(aws:kms\/key:Key|gcp:kms\/(keyRing|cryptoKey|cryptoKeyVersion):\w+|azure-native:keyvault(\/\w+)?:(Vault|Key)|azure-native:compute(\/\w+)?:DiskEncryptionSet|alicloud:kms\/(key|instance):\w+)$/,
    holds: "a key that disks or secrets are encrypted with",
    lostBy: both,
  },
  { types: /^ledger:pki:CertificateAuthority$/, holds: "the key of an organisation's CA", lostBy: both },
  { types: /^ledger:pki:Certificate$/, holds: "the key of an identity", lostBy: both },
  { types: /^ledger:ethereum:Account$/, holds: "the key of an account", lostBy: both },
  { types: /^ledger:ethereum:Genesis$/, holds: "the first block: another one is another chain", lostBy: both },
  { types: /^ledger:ethereum:ValidatorSet$/, holds: "who may seal blocks", lostBy: both },
  { types: /^ledger:fabric:Channel$/, holds: "a channel: its orderers leave it", lostBy: both },
  { types: /^kubernetes:apps\/v1:StatefulSet$/, holds: "a node of the network", lostBy: both },
];

/** What would be lost by a change; undefined when nothing would. */
export function lossOf({ type, operation }: Change): string | undefined {
  return holdings.find(({ types, lostBy }) => types.test(type) && lostBy.includes(operation))?.holds;
}

/** Position in the order of danger; what holds nothing comes last. */
export function rankOf({ type }: Change): number {
  const rank = holdings.findIndex(({ types }) => types.test(type));
  return rank < 0 ? holdings.length : rank;
}
