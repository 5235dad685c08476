import { LogGroup } from "@pulumi/aws/cloudwatch";
import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "../cloud-cluster";
import { newFirst } from "../identity";
import type { EksNetwork } from "./network";
import { createRole, secretsKeyStatement } from "./roles";

/** The managed part of Kubernetes, with its role and its logs. */
export function createControlPlane(
  context: CloudContext<"eks">,
  network: EksNetwork,
  keyArn: pulumi.Input<string>,
): eks.Cluster {
  const { prefix, config, clusterIdentifier, cloudName, resourceOptions } = context;
  const role = createRole(context, "control-plane", {
    service: "eks.amazonaws.com",
    policies: ["AmazonEKSClusterPolicy"],
    statements: [secretsKeyStatement(keyArn)],
  });
  return new eks.Cluster(
    prefix,
    {
      name: cloudName,
      version: config.kubernetesVersion,
      roleArn: role.arn,
      vpcConfig: {
        subnetIds: network.privateSubnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: !config.apiAccess.private,
        publicAccessCidrs: config.apiAccess.private ? undefined : config.apiAccess.authorizedCidrs,
      },
      kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: config.network.serviceCidr },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      encryptionConfig: { provider: { keyArn }, resources: ["secrets"] },
      enabledClusterLogTypes: ["api", "audit", "authenticator"],
      // All add-ons are resources of their own. Without this, EKS would install some of them a second time.
      bootstrapSelfManagedAddons: false,
      // With STANDARD, EKS upgrades the control plane by itself at the end of support.
      upgradePolicy: { supportType: "EXTENDED" },
      deletionProtection: config.protect,
    },
    {
      ...resourceOptions,
      ...newFirst,
      protect: config.protect,
      replacementTrigger: clusterIdentifier,
      // EKS stops reporting the value after creation: https://github.com/pulumi/pulumi-eks/pull/1208
      ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions"],
      dependsOn: [...role.policies, createLogGroup(context)],
    },
  );
}

/** Log group of the control plane. EKS would create one that keeps logs without a limit. */
function createLogGroup({ prefix, config, cloudName, resourceOptions }: CloudContext<"eks">): LogGroup {
  return new LogGroup(
    `${prefix}-logs`,
    {
      name: `/aws/eks/${cloudName}/cluster`,
      retentionInDays: config.environment === "production" ? 90 : 7,
    },
    { ...resourceOptions, ...newFirst },
  );
}
