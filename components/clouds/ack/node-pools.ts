import * as cs from "@pulumi/alicloud/cs";
import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { newFirst } from "../identity";
import { poolLabels, poolPerZone, systemTaint, type PoolName, type PoolSize } from "../node-pools";
import type { AckNetwork } from "./network";

export interface NodePoolsArgs {
  /** Section `cluster` of the stack file. */
  config: VendorConfig<"ack">;
  /** Id of the cluster at Alibaba Cloud. */
  clusterId: pulumi.Input<string>;
  /** Network with the vSwitches of the nodes. */
  network: AckNetwork;
  /** Id of the KMS key that encrypts the disks. */
  keyId: pulumi.Input<string>;
  /** Tags of pools and nodes, name to value. */
  tags: Record<string, string>;
  /** Resources that nodes need, for example routes to the internet. */
  dependsOn: pulumi.Resource[];
}

/** One system pool over all zones, and a ledger pool in each zone. */
export function createNodePools(name: string, args: NodePoolsArgs, opts: pulumi.CustomResourceOptions): cs.NodePool[] {
  const { config, network } = args;
  const { system, ledger } = config.nodePools;
  return [
    createPool(`${name}-system`, "system", args, network.vswitchIds, system, opts),
    ...poolPerZone(network.vswitchIds, ledger).map(({ zone: vswitch, size }, index) =>
      createPool(`${name}-ledger-${index}`, "ledger", args, [vswitch], size, opts),
    ),
  ];
}

function createPool(
  name: string,
  pool: PoolName,
  { config, clusterId, keyId, tags, dependsOn }: NodePoolsArgs,
  vswitchIds: pulumi.Input<string>[],
  size: PoolSize,
  opts: pulumi.CustomResourceOptions,
): cs.NodePool {
  const { machineType, diskSizeGiB } = config.nodePools[pool];
  return new cs.NodePool(
    name,
    {
      clusterId,
      nodePoolName: name.replace(/^cluster/, config.name),
      vswitchIds,
      multiAzPolicy: "BALANCE",
      instanceTypes: [machineType],
      imageType: "AliyunLinux3",
      runtimeName: "containerd",
      ...scaling(size),
      systemDiskCategory: "cloud_essd",
      systemDiskSize: diskSizeGiB,
      systemDiskEncrypted: true,
      systemDiskEncryptAlgorithm: "aes-256",
      systemDiskKmsKey: keyId,
      labels: Object.entries(poolLabels(pool)).map(([key, value]) => ({ key, value })),
      taints: pool === "system" ? [{ ...systemTaint, effect: "NoSchedule" }] : [],
      // ACK repairs broken nodes. The stack file alone decides upgrades.
      management: { enable: true, autoRepair: true, autoUpgrade: false, autoVulFix: false, maxUnavailable: 1 },
      tags,
    },
    { ...opts, ...newFirst, dependsOn },
  );
}

/**
 * Size of a pool. With `scalingConfig` the autoscaler decides the number of nodes, so none is given; ACK requires
 * `maxSize` above `minSize`.
 */
function scaling({ minNodes, maxNodes }: PoolSize): Pick<cs.NodePoolArgs, "scalingConfig" | "desiredSize"> {
  return minNodes === maxNodes
    ? { desiredSize: String(minNodes) }
    : { scalingConfig: { enable: true, minSize: minNodes, maxSize: maxNodes, type: "cpu" } };
}
