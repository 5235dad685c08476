import type { Change } from "./preview";

interface Caution {
  /** Type tokens. Default: all. */
  types?: RegExp;
  operation: string;
  /** Changed properties, by path. Default: any. */
  path?: RegExp;
  /** Object of the change, in words. */
  touches: string;
}

/** Node pools of all clouds. */
const pools =
  /^(azure-native:containerservice(\/\w+)?:AgentPool|gcp:container\/nodePool:NodePool|aws:eks\/nodeGroup:NodeGroup|alicloud:cs\/nodePool:NodePool)$/;
const clusters =
  /^(azure-native:containerservice(\/\w+)?:ManagedCluster|gcp:container\/cluster:Cluster|aws:eks\/cluster:Cluster|alicloud:cs\/managedKubernetes:\w+)$/;

/**
 * Changes without a loss of their own that a reviewer must know of: the first half of a loss in two steps, and changes
 * that move every node of a network.
 */
const cautions: readonly Caution[] = [
  { operation: "unprotect", touches: "Pulumi's refusal to delete it" },
  { operation: "update", path: /(^|\.)deletion(Protection|Policy)(Enabled)?$/, touches: "protection from deletion" },
  {
    operation: "update",
    path: /(^|\.)(deletionWindowInDays|pendingWindowInDays|softDeleteRetentionInDays|enablePurgeProtection|destroyScheduledDuration)$/,
    touches: "the time in which a deleted key can be restored",
  },
  {
    operation: "update",
    path: /(^|\.)(reclaimPolicy|persistentVolumeReclaimPolicy|persistentVolumeClaimRetentionPolicy(\..*)?|lifecyclePolic(y|ies).*)$/,
    touches: "whether data stays when its claim is deleted",
  },
  ...["update", "delete"].flatMap((operation): Caution[] => [
    {
      types: /^kubernetes:networking\.k8s\.io\/v1:NetworkPolicy$/,
      operation,
      touches: "who may connect to pods, and where pods may connect",
    },
    {
      types: /^kubernetes:policy\/v1:PodDisruptionBudget$/,
      operation,
      touches: "how many nodes of a network a drain may stop at once",
    },
    { types: /^kubernetes:batch\/v1:CronJob$/, operation, touches: "whether and when backups are taken" },
  ]),
  {
    types: /^ledger:kubernetes:Halt$/,
    operation: "update",
    path: /^cause$/,
    touches: "all nodes: they stop, and go on without the transactions after a backup",
  },
  {
    types: /^ledger:fabric:Channel$/,
    operation: "update",
    path: /^restart$/,
    touches: "a channel, which begins anew and empty",
  },
  {
    types: /^kubernetes:core\/v1:Namespace$/,
    operation: "update",
    path: /^metadata\.labels.*pod-security/,
    touches: "what pods of the namespace may do on their node",
  },
  {
    types: clusters,
    operation: "update",
    path: /^(vpcConfig\.(endpointPublicAccess|publicAccessCidrs)|masterAuthorizedNetworksConfig|privateClusterConfig|apiServerAccessProfile|slbInternetEnabled)/,
    touches: "who reaches the Kubernetes API",
  },
  {
    types: /^kubernetes:core\/v1:Service$/,
    operation: "update",
    path: /^spec\.(type|loadBalancerSourceRanges|externalIPs)/,
    touches: "who reaches a Service from outside of the cluster",
  },
  {
    types: clusters,
    operation: "update",
    path: /^(version|kubernetesVersion|minMasterVersion)$/,
    touches: "the version of Kubernetes",
  },
  {
    types: pools,
    operation: "update",
    path: /^(nodeConfig(\..*)?|instanceTypes(\[.*)?|vmSize|version|orchestratorVersion|launchTemplate(\..*)?)$/,
    touches: "every node of a pool: its pods move",
  },
  { types: pools, operation: "replace", touches: "every node of a pool: its pods move" },
  { types: pools, operation: "delete", touches: "every node of a pool: its pods move" },
];

/** Object of a change that a reviewer must know of; undefined for other changes. */
export function cautionOf({ type, operation, reasons }: Change): string | undefined {
  return cautions.find(
    (caution) =>
      caution.operation === operation &&
      (caution.types?.test(type) ?? true) &&
      (caution.path === undefined || reasons.some((reason) => caution.path?.test(reason))),
  )?.touches;
}
