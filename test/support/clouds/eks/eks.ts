/**
 * EKS. Sources of replacements: hashicorp/terraform-provider-aws, internal/service/eks; of refusals: the API reference
 * and the user guide, https://docs.aws.amazon.com/eks/latest/userguide/.
 */
import { randomBytes } from "node:crypto";
import type * as eks from "@pulumi/aws/eks";
import type { PropertyMap } from "../../../../provider/framework/property-value";
import type { CloudResource } from "../cloud";
import { text } from "../cloud-style";
import { accessOf, installSnapshotClasses, leftInCluster, stopCluster, takeCluster } from "../kubernetes";
import { resource, textsAt, type Draft, type Reference, type ResourceType } from "../resource-type";
import { arn, newId, regionOf } from "./account";
import { behindGroups, inSubnets, networkOf, zonesOf } from "./ec2";
import { actsAs, policiesOf, trustedServices } from "./iam";

const clusterType = "aws:eks/cluster:Cluster";

function ofCluster(onDelete: Reference["onDelete"]): Reference {
  return { path: "clusterName", type: clusterType, by: "name", onDelete };
}

const tagsAll = ({ inputs }: Draft): Draft["inputs"][string] => inputs.tags ?? {};
const now = (): string => new Date().toISOString();

/** CSI drivers whose volumes are disks of the account; an EFS volume is a folder of a file system. */
const diskDrivers = ["ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"];

/** Without these a node never becomes a member: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html */
const nodePolicies = [
  ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"],
  ["AmazonEC2ContainerRegistryReadOnly", "AmazonEC2ContainerRegistryPullOnly"],
];

export const eksResources: Record<string, ResourceType> = {
  [clusterType]: resource<eks.ClusterArgs, eks.Cluster>({
    required: { roleArn: true, vpcConfig: true },
    autoname: "name",
    replaces: [
      "name",
      "roleArn",
      "bootstrapSelfManagedAddons",
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
      "kubernetesNetworkConfig.serviceIpv4Cidr",
      "kubernetesNetworkConfig.ipFamily",
      "remoteNetworkConfig",
      "outpostConfig",
    ],
    refers: [
      actsAs("roleArn"),
      inSubnets("vpcConfig.subnetIds[]"),
      behindGroups("vpcConfig.securityGroupIds[]"),
      { path: "encryptionConfig.provider.keyArn", type: "aws:kms/key:Key", by: "arn", onDelete: "nothing" },
    ],
    problems: autoModeProblems,
    refusesCreate: refuseCluster,
    refusesUpdate: ({ inputs }, previous) => refuseUpgrade(inputs, previous) ?? refuseCidrs(inputs),
    refusesDelete: ({ inputs }) =>
      inputs.deletionProtection === true
        ? `deleting EKS Cluster (${text(inputs.name)}): api error InvalidRequestException: Cluster deletion protection is enabled. Disable deletion protection before deleting the cluster`
        : undefined,
    id: ({ inputs }) => text(inputs.name),
    deleted: stopCluster,
    hidden: async ({ cloud }) => ({
      ...(await takeCluster(cloud)),
      // EKS creates this group itself and deletes it with the cluster.
      securityGroup: `${newId("sg")}-eks-cluster`,
    }),
    outputs: {
      arn: (draft) => arn("eks", draft, `cluster/${text(draft.inputs.name)}`),
      certificateAuthority: (draft) => ({ data: accessOf(draft).authority }),
      createdAt: now,
      endpoint: (draft) => accessOf(draft).server,
      identities: (draft) => [
        {
          oidcs: [
            {
              issuer: `https://oidc.eks.${regionOf(draft)}.amazonaws.com/id/${randomBytes(16).toString("hex").toUpperCase()}`,
            },
          ],
        },
      ],
      platformVersion: () => "eks.1",
      status: () => "ACTIVE",
      version: ({ inputs }) => inputs.version ?? "1.34",
      vpcConfig: ({ inputs, cloud, hidden }) => ({
        ...(inputs.vpcConfig as PropertyMap),
        clusterSecurityGroupId: hidden?.securityGroup ?? "",
        vpcId: networkOf(cloud, inputs, "vpcConfig.subnetIds[]"),
      }),
      tagsAll,
    },
    unforeseen: ["platformVersion"],
    moves: { platformVersion: ["version"], version: ["version"], vpcConfig: ["vpcConfig"], tagsAll: ["tags"] },
    leftovers: (made) => {
      const vpc = text((made.outputs.vpcConfig as PropertyMap).vpcId);
      const subnets = textsAt(made.inputs, "vpcConfig.subnetIds[]");
      return leftInCluster(made, diskDrivers, { "aws:ec2/vpc:Vpc": [vpc], "aws:ec2/subnet:Subnet": subnets });
    },
  }),
  "aws:eks/nodeGroup:NodeGroup": resource<eks.NodeGroupArgs, eks.NodeGroup>({
    required: { clusterName: true, nodeRoleArn: true, scalingConfig: true, subnetIds: true },
    autoname: "nodeGroupName",
    replaces: [
      "amiType",
      "capacityType",
      "clusterName",
      "diskSize",
      "instanceTypes",
      "launchTemplate.id",
      "launchTemplate.name",
      "nodeGroupName",
      "nodeGroupNamePrefix",
      "nodeRoleArn",
      "remoteAccess",
      "subnetIds",
    ],
    refers: [
      ofCluster("refuse"),
      actsAs("nodeRoleArn"),
      inSubnets("subnetIds[]"),
      { path: "launchTemplate.id", type: "aws:ec2/launchTemplate:LaunchTemplate", onDelete: "nothing" },
    ],
    problems: nodeGroupProblems,
    refusesCreate: refuseNodeGroup,
    refusesUpdate: ({ inputs, cloud }) =>
      refuseSizes(inputs) ?? refuseNodeVersion(inputs, cloud.find(clusterType, "name", inputs.clusterName ?? null)),
    // EKS removes the nodes' network interfaces by the node role. Without the role's policies they stay.
    refusesDelete: ({ id, inputs }, cloud) => {
      const missing = missingNodePolicies(policiesOf(cloud, text(inputs.nodeRoleArn)));
      return missing.length === 0
        ? undefined
        : `waiting for EKS Node Group (${id}) delete: unexpected state 'DELETE_FAILED': Ec2SecurityGroupDeletionFailure: the node role has no ${missing.join(", ")}`;
    },
    id: ({ inputs }) => `${text(inputs.clusterName)}:${text(inputs.nodeGroupName)}`,
    outputs: {
      arn: (draft) => arn("eks", draft, `nodegroup/${draft.id.replace(":", "/")}/${randomBytes(16).toString("hex")}`),
      resources: ({ inputs }) => [{ autoscalingGroups: [{ name: `eks-${text(inputs.nodeGroupName)}` }] }],
      status: () => "ACTIVE",
      version: ({ inputs, cloud }) =>
        inputs.version ?? cloud.find(clusterType, "name", inputs.clusterName ?? null)?.outputs.version ?? "",
      tagsAll,
    },
    moves: { version: ["version"], tagsAll: ["tags"] },
  }),
  "aws:eks/addon:Addon": resource<eks.AddonArgs, eks.Addon>({
    required: { addonName: true, clusterName: true },
    replaces: ["addonName", "clusterName", "namespaceConfig"],
    refers: [ofCluster("cascade"), actsAs("serviceAccountRoleArn"), actsAs("podIdentityAssociations[].roleArn")],
    problems: ({ configurationValues }) => {
      if (typeof configurationValues !== "string") return [];
      try {
        JSON.parse(configurationValues);
        return [];
      } catch {
        return ["configurationValues must be JSON"];
      }
    },
    refusesCreate: refuseAddon,
    hidden: async ({ inputs, cloud }) => {
      const cluster = cloud.find(clusterType, "name", inputs.clusterName ?? null);
      if (inputs.addonName === "snapshot-controller" && cluster) await installSnapshotClasses(accessOf(cluster));
      return {};
    },
    id: ({ inputs }) => `${text(inputs.clusterName)}:${text(inputs.addonName)}`,
    outputs: {
      addonVersion: ({ inputs }) => inputs.addonVersion ?? "v1.0.0-eksbuild.1",
      arn: (draft) => arn("eks", draft, `addon/${draft.id.replace(":", "/")}/${randomBytes(16).toString("hex")}`),
      createdAt: now,
      modifiedAt: now,
      tagsAll,
    },
    moves: { modifiedAt: ["*"], addonVersion: ["addonVersion"], tagsAll: ["tags"] },
  }),
  "aws:eks/accessEntry:AccessEntry": resource<eks.AccessEntryArgs, eks.AccessEntry>({
    required: { clusterName: true, principalArn: true },
    replaces: ["clusterName", "principalArn", "type"],
    refers: [ofCluster("cascade")],
    refusesCreate: ({ inputs, cloud }) => {
      const mode = (cloud.find(clusterType, "name", inputs.clusterName ?? null)?.inputs.accessConfig as PropertyMap)
        ?.authenticationMode;
      return mode === "API" || mode === "API_AND_CONFIG_MAP"
        ? undefined
        : "creating EKS Access Entry: api error InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.";
    },
    id: ({ inputs }) => `${text(inputs.clusterName)}:${text(inputs.principalArn)}`,
    outputs: {
      accessEntryArn: (draft) => arn("eks", draft, `access-entry/${text(draft.inputs.clusterName)}/${newId("entry")}`),
      createdAt: now,
      modifiedAt: now,
      userName: ({ inputs }) => inputs.userName ?? inputs.principalArn ?? "",
      tagsAll,
    },
    moves: { modifiedAt: ["*"], userName: ["userName"], tagsAll: ["tags"] },
  }),
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": resource<
    eks.AccessPolicyAssociationArgs,
    eks.AccessPolicyAssociation
  >({
    required: { accessScope: true, clusterName: true, policyArn: true, principalArn: true },
    replaces: ["accessScope", "clusterName", "policyArn", "principalArn"],
    refers: [ofCluster("cascade")],
    refusesCreate: ({ inputs, cloud }) => {
      const entries = cloud.list("aws:eks/accessEntry:AccessEntry");
      const isThere = entries.some(
        (entry) => entry.inputs.principalArn === inputs.principalArn && entry.inputs.clusterName === inputs.clusterName,
      );
      return isThere
        ? undefined
        : `creating EKS Access Policy Association: api error ResourceNotFoundException: The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`;
    },
    id: ({ inputs }) => ["clusterName", "principalArn", "policyArn"].map((name) => text(inputs[name])).join("#"),
    outputs: { associatedAt: now, modifiedAt: now },
  }),
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": resource<
    eks.PodIdentityAssociationArgs,
    eks.PodIdentityAssociation
  >({
    required: { clusterName: true, namespace: true, roleArn: true, serviceAccount: true },
    replaces: ["clusterName", "namespace", "serviceAccount"],
    refers: [ofCluster("cascade"), actsAs("roleArn")],
    refusesCreate: ({ inputs, cloud }) => refusePodIdentity(cloud, text(inputs.roleArn)),
    id: () => newId("a"),
    outputs: {
      associationArn: (draft) =>
        arn("eks", draft, `podidentityassociation/${text(draft.inputs.clusterName)}/${draft.id}`),
      associationId: ({ id }) => id,
      tagsAll,
    },
    moves: { tagsAll: ["tags"] },
  }),
};

/** Auto Mode is on or off as a whole: https://docs.aws.amazon.com/eks/latest/userguide/automode.html */
function autoModeProblems({ computeConfig, storageConfig, kubernetesNetworkConfig }: PropertyMap): string[] {
  const at = (value: unknown, ...path: string[]): unknown =>
    path.reduce((each, key) => (each as PropertyMap | undefined)?.[key], value);
  const switches = [
    at(computeConfig, "enabled"),
    at(storageConfig, "blockStorage", "enabled"),
    at(kubernetesNetworkConfig, "elasticLoadBalancing", "enabled"),
  ];
  const isOn = switches.map((value) => value === true);
  return isOn.some(Boolean) && !isOn.every(Boolean)
    ? [
        "computeConfig.enabled, kubernetesNetworkConfig.elasticLoadBalancing.enabled, and storageConfig.blockStorage.enabled must all be set to either true or false",
      ]
    : [];
}

function refuseCluster({ inputs, cloud }: Draft): string | undefined {
  const role = text(inputs.roleArn);
  const error = (message: string): string =>
    `creating EKS Cluster (${text(inputs.name)}): api error InvalidParameterException: ${message}`;
  if (!trustedServices(cloud, role).includes("eks.amazonaws.com")) {
    return error("Role could not be assumed because the trusted entity is not correct");
  }
  if (!policiesOf(cloud, role).includes("AmazonEKSClusterPolicy")) {
    return error(
      `The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the following policy is attached: AmazonEKSClusterPolicy`,
    );
  }
  if (zonesOf(cloud, inputs, "vpcConfig.subnetIds[]").length < 2) {
    return error("Subnets specified must be in at least two different AZs");
  }
  const { endpointPrivateAccess, endpointPublicAccess } = inputs.vpcConfig as PropertyMap;
  if (endpointPublicAccess === false && endpointPrivateAccess !== true) {
    return error("Private and public endpoint access cannot be false at the same time");
  }
  return refuseCidrs(inputs);
}

function refuseCidrs({ vpcConfig }: PropertyMap): string | undefined {
  const ranges = textsAt(vpcConfig, "publicAccessCidrs[]");
  const reserved = ranges.find((range) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.64\.)/.test(range));
  return (
    reserved &&
    `api error InvalidParameterException: The following CIDRs are not allowed in publicAccessCidrs: [${reserved}]`
  );
}

/** Allows one minor version at a time, and no downgrade. */
function refuseUpgrade({ version, name }: PropertyMap, previous: CloudResource): string | undefined {
  const from = Number(text(previous.outputs.version).split(".")[1]);
  const to = Number((text(version) || text(previous.outputs.version)).split(".")[1]);
  return to < from || to > from + 1
    ? `updating EKS Cluster (${text(name)}) version: api error InvalidParameterException: Unsupported Kubernetes minor version update from ${text(previous.outputs.version)} to ${text(version)}`
    : undefined;
}

function nodeGroupProblems({ nodeGroupName, launchTemplate, diskSize, remoteAccess }: PropertyMap): string[] {
  return [
    ...(typeof nodeGroupName === "string" && nodeGroupName.length > 63
      ? ["expected length of nodeGroupName to be in the range (0 - 63)"]
      : []),
    ...(launchTemplate !== undefined && (diskSize !== undefined || remoteAccess !== undefined)
      ? ["InvalidRequestException: Disk size and remote access must be specified within the launch template."]
      : []),
  ];
}

/** Checks the desired size even when an update does not change it. */
function refuseSizes({ scalingConfig }: PropertyMap): string | undefined {
  const { minSize, maxSize, desiredSize } = scalingConfig as Record<string, number>;
  const [minimum = 0, desired = 0, maximum = 0] = [minSize, desiredSize, maxSize];
  if (minimum > desired) {
    return `api error InvalidParameterException: Minimum capacity ${minimum} can't be greater than desired size ${desired}`;
  }
  return desired > maximum
    ? `api error InvalidParameterException: desired capacity ${desired} can't be greater than max size ${maximum}`
    : undefined;
}

function missingNodePolicies(policies: string[]): string[] {
  return nodePolicies.filter((choices) => !choices.some((name) => policies.includes(name))).map(([name = ""]) => name);
}

function refuseNodeGroup({ inputs, id, cloud }: Draft): string | undefined {
  const role = text(inputs.nodeRoleArn);
  if (!trustedServices(cloud, role).includes("ec2.amazonaws.com")) {
    return `creating EKS Node Group (${id}): api error InvalidParameterException: Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${role}`;
  }
  const missing = missingNodePolicies(policiesOf(cloud, role));
  if (missing.length > 0) {
    return `waiting for EKS Node Group (${id}) create: unexpected state 'CREATE_FAILED': NodeCreationFailure: Instances failed to join the kubernetes cluster (the node role has no ${missing.join(", ")})`;
  }
  return refuseSizes(inputs) ?? refuseNodeVersion(inputs, cloud.find(clusterType, "name", inputs.clusterName ?? null));
}

/** Nodes must not be newer than their control plane. */
function refuseNodeVersion({ version }: PropertyMap, cluster: CloudResource | undefined): string | undefined {
  const minor = (value: string): number => Number(value.split(".")[1]);
  const plane = text(cluster?.outputs.version);
  return text(version) !== "" && minor(text(version)) > minor(plane)
    ? `api error InvalidParameterException: Nodegroup Kubernetes version should be equal to Cluster kubernetes version ${plane} or NodeGroup kubernetes version`
    : undefined;
}

/** Add-ons with pods, which need nodes. Without nodes they become DEGRADED, and Pulumi's wait fails. */
const needsNodes = ["coredns", "aws-ebs-csi-driver", "aws-efs-csi-driver", "snapshot-controller", "metrics-server"];

function refuseAddon({ inputs, id, cloud }: Draft): string | undefined {
  const name = text(inputs.addonName);
  const groups = cloud.list("aws:eks/nodeGroup:NodeGroup");
  if (needsNodes.includes(name) && !groups.some((group) => group.inputs.clusterName === inputs.clusterName)) {
    return `waiting for EKS Add-On (${id}) create: unexpected state 'DEGRADED': InsufficientNumberOfReplicas: The add-on is unhealthy because all deployments have all pods unscheduled no nodes available to schedule pods`;
  }
  const roles = textsAt(inputs, "podIdentityAssociations[].roleArn");
  return roles.map((role) => refusePodIdentity(cloud, role)).find((reason) => reason !== undefined);
}

function refusePodIdentity(cloud: Draft["cloud"], role: string): string | undefined {
  return trustedServices(cloud, role).includes("pods.eks.amazonaws.com")
    ? undefined
    : `api error InvalidParameterException: Trust policy of role ${role} is invalid: it must allow pods.eks.amazonaws.com to assume it`;
}
