/** Node pools, which EKS calls managed node groups. */
import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { poolLabels, poolPerZone, systemTaint, type PoolName, type PoolSize } from "../node-pools";
import type { EksNetwork } from "./network";
import type { RoleWithPolicies } from "./roles";

export interface NodePoolsArgs {
  /** Section `cluster` of the stack file. */
  config: VendorConfig<"eks">;
  /** Cluster to which the groups belong. */
  cluster: eks.Cluster;
  /** Network with the subnets of the nodes. */
  network: EksNetwork;
  /** IAM role of the nodes. */
  role: RoleWithPolicies;
  /** Add-ons without which nodes do not become ready. They are created before the groups. */
  before: pulumi.Resource[];
}

/**
 * One system group over all zones, and a ledger group in each zone. Ledger groups are made one after another, so that an
 * update never drains two zones at once. Each drain gets 15 minutes, in which disks have to move.
 */
export function createNodePools(
  name: string,
  args: NodePoolsArgs,
  opts: pulumi.CustomResourceOptions,
): eks.NodeGroup[] {
  const { config, network } = args;
  const { system, ledger } = config.nodePools;
  const groups: eks.NodeGroup[] = [];
  for (const [index, { zone: subnet, size }] of poolPerZone(network.privateSubnetIds, ledger).entries()) {
    const after = { ...args, before: [...args.before, ...groups.slice(-1)] };
    groups.push(createGroup(`${name}-ledger-${index}`, "ledger", after, [subnet], size, opts));
  }
  return [createGroup(`${name}-system`, "system", args, network.privateSubnetIds, system, opts), ...groups];
}

function createGroup(
  name: string,
  pool: PoolName,
  args: NodePoolsArgs,
  subnetIds: pulumi.Input<string>[],
  { minNodes, maxNodes }: PoolSize,
  opts: pulumi.CustomResourceOptions,
): eks.NodeGroup {
  const { config, cluster, network, role, before } = args;
  const { machineType } = config.nodePools[pool];
  const template = createTemplate(name, pool, config, opts);
  return new eks.NodeGroup(
    name,
    {
      clusterName: cluster.name,
      nodeRoleArn: role.arn,
      subnetIds,
      version: config.kubernetesVersion,
      amiType: amiType(machineType),
      instanceTypes: [machineType],
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      scalingConfig: { minSize: minNodes, desiredSize: minNodes, maxSize: maxNodes },
      labels: poolLabels(pool),
      taints: pool === "system" ? [{ ...systemTaint, effect: "NO_SCHEDULE" }] : [],
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
    },
    {
      ...opts,
      // The autoscaler changes the size. Without this, every `up` would reset it:
      // https://github.com/pulumi/pulumi-eks/issues/1293
      ignoreChanges: ["scalingConfig.desiredSize"],
      // Nodes need their role and a route to the internet until they are deleted:
      // https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
      dependsOn: [...role.policies, ...network.ready, ...before],
    },
  );
}

/** Disk and metadata service of the machines. EKS adds image, network and role. */
function createTemplate(
  name: string,
  pool: PoolName,
  config: VendorConfig<"eks">,
  opts: pulumi.CustomResourceOptions,
): ec2.LaunchTemplate {
  const tags = { ...config.tags, Name: `${config.name}-${pool}` };
  return new ec2.LaunchTemplate(
    name,
    {
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: config.nodePools[pool].diskSizeGiB,
            // Without a key in the stack file, AWS encrypts with the account's own key, whose policy admits the
            // autoscaling service.
            encrypted: "true",
            kmsKeyId: config.nodeDiskKey,
            deleteOnTermination: "true",
          },
        },
      ],
      // One hop: pods cannot read the node's credentials.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      // Default tags of the provider do not reach instances and volumes of a template.
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
    },
    opts,
  );
}

/** AMI type of a machine type. Families with a g after the generation number have Graviton processors. */
export function amiType(machineType: string): string {
  return /^[a-z]+[0-9]+g/.test(machineType) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
