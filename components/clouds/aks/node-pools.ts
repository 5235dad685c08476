/** Node pools: the system pool is part of the cluster, ledger pools are resources of their own. */
import { createHash } from "node:crypto";
import { AgentPool } from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { newFirst } from "../identity";
import { poolLabels, poolPerZone, systemTaint, type PoolName } from "../node-pools";

/** Settings that system pool and ledger pools have in common. */
function poolSettings(pool: PoolName, config: VendorConfig<"aks">, subnetId: pulumi.Input<string>) {
  const { machineType, diskSizeGiB } = config.nodePools[pool];
  return {
    enableAutoScaling: true,
    enableNodePublicIP: false,
    maxPods: 110,
    nodeLabels: poolLabels(pool),
    orchestratorVersion: config.kubernetesVersion,
    osDiskSizeGB: diskSizeGiB,
    osDiskType: "Managed",
    osSKU: "AzureLinux",
    osType: "Linux",
    type: "VirtualMachineScaleSets",
    upgradeSettings: { maxSurge: "1", drainTimeoutInMinutes: 30 },
    vmSize: machineType,
    vnetSubnetID: subnetId,
  };
}

/**
 * System pool, as part of the cluster. Azure changes nothing of it but the number of nodes and the version:
 * https://github.com/pulumi/pulumi-azure-native/issues/4264
 */
export function systemPoolProfile(config: VendorConfig<"aks">, subnetId: pulumi.Input<string>) {
  const { minNodes, maxNodes } = config.nodePools.system;
  return {
    ...poolSettings("system", config, subnetId),
    name: "system",
    mode: "System",
    availabilityZones: config.zones,
    count: minNodes,
    minCount: minNodes,
    maxCount: maxNodes,
    nodeTaints: [`${systemTaint.key}=${systemTaint.value}:NoSchedule`],
    tags: config.tags,
  };
}

export interface LedgerPoolArgs {
  /** Section `cluster` of the stack file. */
  config: VendorConfig<"aks">;
  /** Name of the cluster's resource group. */
  resourceGroupName: pulumi.Input<string>;
  /** Resource id of the subnet of the nodes. */
  subnetId: pulumi.Input<string>;
  /** Tags of every pool, name to value. */
  tags: Record<string, string>;
  /** Cluster to which the pools belong; they are created after it. */
  cluster: pulumi.Resource;
  /** Name of the cluster at Azure. */
  clusterName: string;
}

/**
 * A pool in each zone. Pools are made one after another, since Azure refuses a pool while it still connects another one with the subnet
 * (https://github.com/Azure/AKS/issues/4522), and so that upgrades never drain two zones at once.
 */
export function createLedgerPools(name: string, args: LedgerPoolArgs, opts: pulumi.CustomResourceOptions): AgentPool[] {
  const { config, cluster, resourceGroupName, subnetId, tags } = args;
  const pools: AgentPool[] = [];
  for (const [index, { zone, size }] of poolPerZone(config.zones, config.nodePools.ledger).entries()) {
    const previous = pools.at(-1);
    pools.push(
      new AgentPool(
        `${name}-ledger-${index}`,
        {
          ...poolSettings("ledger", config, subnetId),
          resourceGroupName,
          resourceName: args.clusterName,
          agentPoolName: ledgerPoolName(zone, config),
          mode: "User",
          availabilityZones: [zone],
          count: size.minNodes,
          minCount: size.minNodes,
          maxCount: size.maxNodes,
          tags,
        },
        {
          ...opts,
          ...newFirst,
          dependsOn: previous === undefined ? cluster : [cluster, previous],
          // The autoscaler changes the number of nodes: https://github.com/pulumi/pulumi-azure/issues/780
          ignoreChanges: ["count"],
        },
      ),
    );
  }
  return pools;
}

/**
 * Name of a ledger pool, with 12 characters at most. Another machine type gives another name, so that the new pool is
 * created before the old one is deleted.
 */
function ledgerPoolName(zone: string, config: VendorConfig<"aks">): string {
  const { machineType, diskSizeGiB } = config.nodePools.ledger;
  const hash = createHash("sha256").update(`${machineType}/${diskSizeGiB}`).digest("hex");
  return `ledger${zone}${hash.slice(0, 5)}`;
}
