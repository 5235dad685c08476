/** Node pools, each over all zones: GKE keeps a group per zone, and its autoscaler knows the zone of a disk. */
import * as container from "@pulumi/gcp/container";
import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { poolLabels, type PoolName } from "../node-pools";
import { diskTypeFor } from "./storage";

export interface NodePoolsArgs {
  /** Section `cluster` of the stack file. */
  config: VendorConfig<"gke">;
  /** Cluster to which the pools belong. */
  cluster: container.Cluster;
  /** Email address of the nodes' service account. */
  serviceAccount: pulumi.Input<string>;
  /** Cloud KMS key of the disks, `projects/.../cryptoKeys/...`. */
  keyName: pulumi.Input<string>;
  /** Resources that nodes need, for example routes to the internet. */
  dependsOn: pulumi.Resource[];
}

/**
 * Toleration of GKE's own Deployments:
 * https://cloud.google.com/kubernetes-engine/docs/how-to/isolate-workloads-dedicated-nodes
 */
const managedComponentsTaint = {
  key: "components.gke.io/gke-managed-components",
  value: "true",
  effect: "NO_SCHEDULE",
} as const;

/** One system pool and one ledger pool. */
export function createNodePools(
  name: string,
  args: NodePoolsArgs,
  opts: pulumi.CustomResourceOptions,
): container.NodePool[] {
  return (["system", "ledger"] as const).map((pool) => createPool(name, pool, args, opts));
}

function createPool(
  name: string,
  pool: PoolName,
  args: NodePoolsArgs,
  opts: pulumi.CustomResourceOptions,
): container.NodePool {
  const { config, cluster } = args;
  const { minNodes, maxNodes } = config.nodePools[pool];
  return new container.NodePool(
    `${name}-${pool}`,
    {
      cluster: cluster.name,
      location: config.region,
      // Nodes follow the control plane in the next `up`, visible in its preview, rather than at a moment that Google
      // picks.
      version: cluster.masterVersion,
      // Nodes per zone at creation.
      initialNodeCount: Math.ceil(minNodes / (config.zones?.length ?? 3)),
      autoscaling: { totalMinNodeCount: minNodes, totalMaxNodeCount: maxNodes, locationPolicy: "BALANCED" },
      // A release channel requires autoUpgrade; the cluster's maintenance exclusion prevents the upgrades.
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: nodeConfig(pool, args),
    },
    {
      ...opts,
      dependsOn: args.dependsOn,
      // The autoscaler owns the number of nodes, and a change of the initial number would replace the pool:
      // https://github.com/pulumi/pulumi-gcp/issues/255
      ignoreChanges: ["initialNodeCount", "nodeCount"],
    },
  );
}

function nodeConfig(pool: PoolName, { config, serviceAccount, keyName }: NodePoolsArgs) {
  const { machineType, diskSizeGiB } = config.nodePools[pool];
  return {
    machineType,
    diskType: diskTypeFor(machineType),
    diskSizeGb: diskSizeGiB,
    bootDiskKmsKey: keyName,
    imageType: "COS_CONTAINERD",
    serviceAccount,
    // Rights of nodes come from the roles of their service account.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    labels: poolLabels(pool),
    taints: pool === "system" ? [managedComponentsTaint] : [],
    // Pods see only the metadata of their own identity, never the node's.
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    metadata: { "disable-legacy-endpoints": "true" },
    resourceLabels: config.tags,
  };
}
