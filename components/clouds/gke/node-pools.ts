/** Node pools, each over all zones: GKE keeps a group per zone itself, and its autoscaler knows where a disk is. */
import * as container from "@pulumi/gcp/container";
import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { poolLabels, type PoolName } from "../node-pools";
import { diskTypeFor } from "./storage";

export interface GkeNodePoolArgs {
  config: VendorConfig<"gke">;
  cluster: container.Cluster;
  serviceAccount: pulumi.Input<string>;
  keyName: pulumi.Input<string>;
  dependsOn: pulumi.Resource[];
}

/** What Deployments of GKE itself bear: https://cloud.google.com/kubernetes-engine/docs/how-to/isolate-workloads-dedicated-nodes */
const managedComponentsTaint = {
  key: "components.gke.io/gke-managed-components",
  value: "true",
  effect: "NO_SCHEDULE",
} as const;

export function createGkeNodePool(
  name: string,
  pool: PoolName,
  args: GkeNodePoolArgs,
  opts: pulumi.CustomResourceOptions,
): container.NodePool {
  const { config, cluster } = args;
  const { minNodes, maxNodes } = config.nodePools[pool];
  return new container.NodePool(
    `${name}-${pool}`,
    {
      cluster: cluster.name,
      location: config.region,
      // Nodes follow the control plane in the next `up`, where a preview shows it, and not in some night.
      version: cluster.masterVersion,
      // In each zone, at first.
      initialNodeCount: Math.ceil(minNodes / (config.zones?.length ?? 3)),
      autoscaling: { totalMinNodeCount: minNodes, totalMaxNodeCount: maxNodes, locationPolicy: "BALANCED" },
      // A release channel asks for autoUpgrade; the cluster's maintenance exclusion holds it back.
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: nodeConfig(pool, args),
    },
    {
      ...opts,
      dependsOn: args.dependsOn,
      // The autoscaler's from the first day on; a change of the initial number would replace the pool: https://github.com/pulumi/pulumi-gcp/issues/255
      ignoreChanges: ["initialNodeCount", "nodeCount"],
    },
  );
}

function nodeConfig(pool: PoolName, { config, serviceAccount, keyName }: GkeNodePoolArgs) {
  const { machineType, diskSizeGiB } = config.nodePools[pool];
  return {
    machineType,
    diskType: diskTypeFor(machineType),
    diskSizeGb: diskSizeGiB,
    bootDiskKmsKey: keyName,
    imageType: "COS_CONTAINERD",
    serviceAccount,
    // What nodes may do is up to the roles of their service account.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    labels: poolLabels(pool),
    taints: pool === "system" ? [managedComponentsTaint] : [],
    // Pods see the metadata of their own identity only, never the node's.
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    metadata: { "disable-legacy-endpoints": "true" },
    resourceLabels: config.tags,
  };
}
