import * as cs from "@pulumi/alicloud/cs";
import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { nodesPerZone } from "../addresses";
import { newFirst } from "../identity";
import { poolLabels, systemTaint, type PoolName } from "../node-pools";
import type { AckNetwork } from "./network";

export interface AckNodePoolsArgs {
  config: VendorConfig<"ack">;
  clusterId: pulumi.Input<string>;
  network: AckNetwork;
  keyId: pulumi.Input<string>;
  tags: Record<string, string>;
  dependsOn: pulumi.Resource[];
}

interface Size {
  minNodes: number;
  maxNodes: number;
}

/** One system pool over all zones, and a ledger pool in each: a disk belongs to a zone, and so must the node it waits for. */
export function createAckNodePools(
  name: string,
  args: AckNodePoolsArgs,
  opts: pulumi.CustomResourceOptions,
): cs.NodePool[] {
  const { config, network } = args;
  const { system, ledger } = config.nodePools;
  const zones = network.vswitchIds.length;
  const smallest = nodesPerZone(ledger.minNodes, zones);
  const largest = nodesPerZone(ledger.maxNodes, zones);
  return [
    createPool(`${name}-system`, "system", args, network.vswitchIds, system, opts),
    ...network.vswitchIds.map((vswitch, zone) => {
      const size = { minNodes: smallest[zone] ?? 1, maxNodes: largest[zone] ?? 1 };
      return createPool(`${name}-ledger-${zone}`, "ledger", args, [vswitch], size, opts);
    }),
  ];
}

function createPool(
  name: string,
  pool: PoolName,
  { config, clusterId, keyId, tags, dependsOn }: AckNodePoolsArgs,
  vswitchIds: pulumi.Input<string>[],
  size: Size,
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
      // Repairs what breaks; upgrades are the stack file's.
      management: { enable: true, autoRepair: true, autoUpgrade: false, autoVulFix: false, maxUnavailable: 1 },
      tags,
    },
    { ...opts, ...newFirst, dependsOn },
  );
}

/** With `scalingConfig` the number of nodes is the autoscaler's and cannot be given; its `maxSize` must be the greater. */
function scaling({ minNodes, maxNodes }: Size): Pick<cs.NodePoolArgs, "scalingConfig" | "desiredSize"> {
  return minNodes === maxNodes
    ? { desiredSize: String(minNodes) }
    : { scalingConfig: { enable: true, minSize: minNodes, maxSize: maxNodes, type: "cpu" } };
}
