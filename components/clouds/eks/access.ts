/** Who may do what in the cluster: https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html */
import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "./roles";

export interface GrantArgs {
  cluster: eks.Cluster;
  region: string;
  /** ARNs of IAM roles and users. */
  principals: readonly string[];
  policy: "AmazonEKSClusterAdminPolicy" | "AmazonEKSAdminViewPolicy";
}

/** Lets IAM principals into the whole cluster. @param name Prefix of the resources' names. */
export function grantAccess(
  name: string,
  { cluster, region, principals, policy }: GrantArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const policyArn = `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/${policy}`;
  return principals.map((principalArn) => {
    const grant = `${name}-${principalArn.split("/").slice(1).join("-")}`;
    const who = { clusterName: cluster.name, principalArn };
    const entry = new eks.AccessEntry(grant, who, opts);
    return new eks.AccessPolicyAssociation(
      grant,
      { ...who, policyArn, accessScope: { type: "cluster" } },
      { ...opts, dependsOn: entry },
    );
  });
}

/**
 * Opens the private address of the API to networks. EKS admits the cluster's own nodes and nobody else there:
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
export function openPrivateApi(
  name: string,
  cluster: eks.Cluster,
  cidrBlocks: pulumi.Input<string>[],
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new ec2.SecurityGroupRule(
    name,
    {
      securityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
      description: "Kubernetes API from the private network",
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks,
    },
    opts,
  );
}
