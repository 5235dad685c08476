/**
 * ACK. Sources of replacements: aliyun/terraform-provider-alicloud, resource_alicloud_cs_managed_kubernetes.go and
 * resource_alicloud_cs_kubernetes_node_pool.go, and the SDK's comments; of the rest:
 * https://www.alibabacloud.com/help/en/ack/.
 */
import { randomBytes } from "node:crypto";
import type * as cs from "@pulumi/alicloud/cs";
import type { PropertyMap } from "../../../../provider/framework/property-value";
import type { CloudResource } from "../cloud";
import { CloudError, text, type CloudFunction } from "../cloud-style";
import { accessOf, kubeconfigOf, leftInCluster, stopCluster, takeCluster } from "../kubernetes";
import { resource, textsAt, type Draft, type ResourceType } from "../resource-type";
import { inSwitch, newId, switchType, vpcType } from "./network";

const clusterType = "alicloud:cs/managedKubernetes:ManagedKubernetes";
const diskDrivers = ["diskplugin.csi.alibabacloud.com"];
const ofCluster = { path: "clusterId", type: clusterType, onDelete: "cascade" } as const;

export const csResources: Record<string, ResourceType> = {
  [clusterType]: resource<cs.ManagedKubernetesArgs, cs.ManagedKubernetes>({
    required: {},
    autoname: "name",
    replaces: [
      "clusterDomain",
      "encryptionProviderKey",
      "isEnterpriseSecurityGroup",
      "loadBalancerSpec",
      "nodeCidrMask",
      "podCidr",
      "podVswitchIds",
      "profile",
      "proxyMode",
      "securityGroupId",
      "serviceCidr",
      "slbInternetEnabled",
      "timezone",
      "newNatGateway",
    ],
    refers: [
      inSwitch("vswitchIds[]"),
      inSwitch("podVswitchIds[]"),
      { path: "encryptionProviderKey", type: "alicloud:kms/key:Key", onDelete: "nothing" },
    ],
    refusesCreate: refuseCluster,
    refusesUpdate: refuseChange,
    refusesDelete: ({ id, inputs }) =>
      inputs.deletionProtection === true
        ? `ErrorCode: ErrorClusterDeletionProtection: cluster ${id} has deletion protection enabled`
        : undefined,
    id: () => `c${randomBytes(16).toString("hex")}`,
    deleted: stopCluster,
    // https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/use-volume-snapshots-created-from-disks
    hidden: ({ inputs, cloud }) => {
      const names = ((inputs.addons ?? []) as PropertyMap[]).map(({ name }) => name);
      return takeCluster(cloud, { takesSnapshots: names.includes("storage-operator") });
    },
    outputs: {
      connections: (draft) => ({ apiServerIntranet: accessOf(draft).server, apiServerInternet: "" }),
      rrsaMetadata: ({ id }) => ({
        rrsaOidcIssuerUrl: `https://oidc-ack-eu-central-1.oss-eu-central-1.aliyuncs.com/${id}`,
      }),
      vpcId: ({ inputs, cloud }) => vpcOf(inputs, cloud),
      workerRamRoleName: () => newId("KubernetesWorkerRole"),
    },
    leftovers: async (made) => {
      const names = { [vpcType]: [text(made.outputs.vpcId)], [switchType]: textsAt(made.inputs, "vswitchIds[]") };
      const left = await leftInCluster(made, diskDrivers, names);
      const deletes = ((made.inputs.deleteOptions ?? []) as PropertyMap[])
        .filter(({ deleteMode }) => deleteMode === "delete")
        .map(({ resourceType }) => resourceType);
      return left.filter(({ type }) => !(type === "left:load-balancer" && deletes.includes("SLB")));
    },
  }),
  "alicloud:cs/nodePool:NodePool": resource<cs.NodePoolArgs, cs.NodePool>({
    required: { clusterId: true },
    autoname: "nodePoolName",
    replaces: [
      "autoMode",
      "clusterId",
      "efloNodeGroup",
      "multiAzPolicy",
      "scalingPolicy",
      "securityGroupId",
      "securityGroupIds",
      "deploymentSetId",
      "type",
    ],
    refers: [
      ofCluster,
      inSwitch("vswitchIds[]"),
      { path: "systemDiskKmsKey", type: "alicloud:kms/key:Key", onDelete: "nothing" },
    ],
    problems: poolProblems,
    id: ({ inputs }) => `${text(inputs.clusterId)}:np${randomBytes(16).toString("hex")}`,
    outputs: { nodePoolId: ({ id }) => id.split(":")[1] ?? "", scalingGroupId: () => newId("asg") },
  }),
  "alicloud:cs/autoscalingConfig:AutoscalingConfig": resource<cs.AutoscalingConfigArgs, cs.AutoscalingConfig>({
    required: { clusterId: true },
    replaces: ["clusterId"],
    refers: [ofCluster],
    id: ({ inputs }) => text(inputs.clusterId),
    outputs: {},
  }),
};

function vpcOf(inputs: PropertyMap, cloud: Draft["cloud"]): string {
  return text(cloud.get(switchType, textsAt(inputs, "vswitchIds[]")[0] ?? "")?.inputs.vpcId);
}

function refuseCluster({ inputs }: Draft): string | undefined {
  const addons = ((inputs.addons ?? []) as PropertyMap[]).map(({ name }) => text(name));
  const isTerway = addons.some((name) => name.startsWith("terway"));
  if (isTerway && inputs.podVswitchIds === undefined) {
    return "ErrorCode: MissingPodVswitchIds: terway needs pod_vswitch_ids";
  }
  if (!isTerway && inputs.podCidr === undefined) return "ErrorCode: MissingContainerCidr: flannel needs pod_cidr";
  return inputs.encryptionProviderKey !== undefined && !text(inputs.clusterSpec).startsWith("ack.pro")
    ? "ErrorCode: InvalidClusterSpec: secrets are encrypted in Pro clusters only"
    : undefined;
}

function refuseChange({ inputs }: Draft, previous: CloudResource): string | undefined {
  if (previous.inputs.enableRrsa === true && inputs.enableRrsa !== true) {
    return "ErrorCode: OperationNotSupported: RRSA cannot be disabled once it is enabled";
  }
  const [from = 0, to = 0] = [previous.inputs, inputs].map(({ version }) => Number(text(version).split(".")[1]));
  return to < from || to > from + 1
    ? `ErrorCode: InvalidVersion: no upgrade from ${text(previous.inputs.version)} to ${text(inputs.version)}`
    : undefined;
}

function poolProblems({ scalingConfig, desiredSize }: PropertyMap): string[] {
  const { enable, minSize, maxSize } = (scalingConfig ?? {}) as PropertyMap;
  if (enable !== true) return [];
  return [
    ...(desiredSize !== undefined ? ["desiredSize cannot be set while scalingConfig is enabled"] : []),
    ...(typeof minSize === "number" && typeof maxSize === "number" && minSize >= maxSize
      ? ["scalingConfig: maxSize must be greater than minSize"]
      : []),
  ];
}

/** A kubeconfig with a client certificate: long-lived, unless the call has a life in minutes. */
const credential: CloudFunction = ({ arguments: { clusterId, temporaryDurationMinutes }, cloud }) => {
  const cluster = cloud.get(clusterType, text(clusterId));
  if (cluster === undefined) {
    throw new CloudError(`ErrorCode: ErrorClusterNotFound: cluster ${text(clusterId)} not found`);
  }
  const minutes = typeof temporaryDurationMinutes === "number" ? temporaryDurationMinutes : undefined;
  const kubeConfig = kubeconfigOf(cluster);
  const { authority, certificate, key } = accessOf(cluster);
  return {
    id: text(clusterId),
    clusterId: text(clusterId),
    clusterName: text(cluster.inputs.name),
    kubeConfig,
    certificateAuthority: { clientCert: certificate, clientKey: key, clusterCert: authority },
    expiration: new Date(Date.now() + (minutes ?? 3 * 365 * 24 * 60) * 60_000).toISOString(),
  };
};

export const csFunctions: Record<string, CloudFunction> = {
  "alicloud:cs/getClusterCredential:getClusterCredential": credential,
};
