/** Facts about each vendor, for tests. */
import type { CloudResource } from "./cloud";
import { readStackConfig } from "./cloud-program";

export interface VendorFacts {
  /** Name of a small stack file without protection. */
  stack: string;
  /** Type of the cluster in the cloud. */
  clusterType: string;
  /** Two versions of Kubernetes, one minor version apart, in the form of the stack file. */
  versions: [string, string];
  /** Types that the cloud cannot delete, or that the program keeps on purpose. */
  keeps: string[];
  /** Resources that exist before the stack: a network of the user. */
  before: CloudResource[];
  /** Whether its kubeconfig has a credential. Others log in by a program, with a new token each time. */
  hasCredential: boolean;
  /** Whether the cloud itself can refuse to delete a cluster. */
  hasDeletionProtection: boolean;
}

const common = {
  versions: ["1.34", "1.35"] as [string, string],
  keeps: [],
  before: [],
  hasCredential: false,
  hasDeletionProtection: true,
};

export const vendors = {
  EKS: { ...common, stack: "eks-fabric-dev", clusterType: "aws:eks/cluster:Cluster" },
  GKE: {
    ...common,
    stack: "gke-fabric-dev",
    clusterType: "gcp:container/cluster:Cluster",
    keeps: ["gcp:kms/keyRing:KeyRing", "gcp:kms/cryptoKey:CryptoKey"],
  },
  AKS: {
    ...common,
    stack: "aks-fabric-dev",
    clusterType: "azure-native:containerservice:ManagedCluster",
    hasCredential: true,
    hasDeletionProtection: false,
  },
  ACK: {
    ...common,
    stack: "ack-fabric-dev",
    clusterType: "alicloud:cs/managedKubernetes:ManagedKubernetes",
    hasCredential: true,
    versions: ["1.34.3-aliyun.1", "1.35.7-aliyun.1"],
    // The account's default key, of which each region has one.
    keeps: ["alicloud:kms/key:Key"],
    before: ackNetwork(),
  },
} satisfies Record<string, VendorFacts>;

/** The network that the stack file of ACK names. */
function ackNetwork(): CloudResource[] {
  const { existing } = readStackConfig("ack-fabric-dev").cluster?.network as {
    existing: { vpcId: string; cidr: string; vswitchIds: string[]; podVswitchIds: string[] };
  };
  const { vpcId, cidr: cidrBlock, vswitchIds, podVswitchIds } = existing;
  return [
    { type: "alicloud:vpc/network:Network", id: vpcId, inputs: { cidrBlock }, outputs: {} },
    ...[...vswitchIds, ...podVswitchIds].map((id, index) => ({
      type: "alicloud:vpc/switch:Switch",
      id,
      inputs: { vpcId, cidrBlock: `10.64.${index}.0/24` },
      outputs: {},
    })),
  ];
}
