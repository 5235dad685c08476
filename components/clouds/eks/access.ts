/** Rights inside the cluster: https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html */
import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "../cloud-cluster";
import type { EksNetwork } from "./network";
import { partitionOf } from "./roles";

/** Gives the stack file's administrators and viewers, which are IAM roles and users, access to the whole cluster. */
export function grantAccess(context: CloudContext<"eks">, cluster: eks.Cluster): pulumi.Resource[] {
  const { admins, viewers } = context.config;
  return [
    ...admins.map((arn) => grant(context, cluster, arn, { use: "admin", policy: "AmazonEKSClusterAdminPolicy" })),
    ...viewers.map((arn) => grant(context, cluster, arn, { use: "viewer", policy: "AmazonEKSAdminViewPolicy" })),
  ];
}

function grant(
  { prefix, config, resourceOptions }: CloudContext<"eks">,
  cluster: eks.Cluster,
  principalArn: string,
  { use, policy }: { use: string; policy: string },
): pulumi.Resource {
  const policyArn = `arn:${partitionOf(config.region)}:eks::aws:cluster-access-policy/${policy}`;
  const name = `${prefix}-${use}-${principalArn.split("/").slice(1).join("-")}`;
  const principal = { clusterName: cluster.name, principalArn };
  const entry = new eks.AccessEntry(name, principal, resourceOptions);
  return new eks.AccessPolicyAssociation(
    name,
    { ...principal, policyArn, accessScope: { type: "cluster" } },
    { ...resourceOptions, dependsOn: entry },
  );
}

/**
 * Opens the private address of the API to its whole network, and to further networks of the stack file. By default EKS
 * admits only the cluster's own nodes there: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
export function openPrivateApi(
  { prefix, config: { apiAccess }, resourceOptions }: CloudContext<"eks">,
  cluster: eks.Cluster,
  network: EksNetwork,
): pulumi.Resource[] {
  if (!apiAccess.private) return [];
  return [
    new ec2.SecurityGroupRule(
      `${prefix}-api`,
      {
        securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
        description: "Kubernetes API from the private network",
        type: "ingress",
        protocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrBlocks: [network.cidr, ...apiAccess.authorizedCidrs],
      },
      resourceOptions,
    ),
  ];
}
