/** IAM roles of the cluster, its nodes and its add-ons. Policy names: https://docs.aws.amazon.com/eks/latest/userguide/security-iam-awsmanpol.html */
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "../cloud-cluster";

/** AWS partition of a region. China and the government clouds have their own. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** One permission of a policy. */
export interface Statement {
  Effect: "Allow";
  Action: readonly string[];
  Resource: pulumi.Input<string>;
  Condition?: Record<string, Record<string, string>>;
}

export interface RoleSpec {
  /** Service that may assume the role. */
  service: "eks.amazonaws.com" | "ec2.amazonaws.com" | "pods.eks.amazonaws.com";
  /** Managed policies, by the last part of the ARN. */
  policies?: string[];
  /** Permissions that no managed policy contains. */
  statements?: Statement[];
}

export interface RoleWithPolicies {
  arn: pulumi.Output<string>;
  /** Policies of the role. Users of the role must be created after them and deleted before them. */
  policies: pulumi.Resource[];
}

/** Permissions of the control plane on the key of Kubernetes secrets. */
export function secretsKeyStatement(keyArn: pulumi.Input<string>): Statement {
  const actions = ["Encrypt", "Decrypt", "DescribeKey", "ListGrants", "CreateGrant"];
  return { Effect: "Allow", Action: actions.map((action) => `kms:${action}`), Resource: keyArn };
}

/**
 * Permissions of the EBS driver on the key of volumes:
 * https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/install.md
 */
export function volumeKeyStatements(keyArn: pulumi.Input<string>): Statement[] {
  const forData = ["Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "DescribeKey"];
  const forGrants = ["CreateGrant", "ListGrants", "RevokeGrant"];
  const allow = (actions: string[]) => ({
    Effect: "Allow" as const,
    Action: actions.map((action) => `kms:${action}`),
    Resource: keyArn,
  });
  // Grants are limited to AWS services, which need them for machines that attach the disks.
  return [allow(forData), { ...allow(forGrants), Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } }];
}

/**
 * Permissions of the cluster autoscaler: it reads many resources, and changes only groups that EKS tags for this
 * cluster: https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
 */
export function autoscalerStatements(cluster: string): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`]: "owned" } },
    },
  ];
}

/** @param role Last part of the resource's name. */
export function createRole(
  { prefix, config: { region }, resourceOptions: opts }: CloudContext<"eks">,
  role: string,
  { service, policies = [], statements = [] }: RoleSpec,
): RoleWithPolicies {
  const name = `${prefix}-${role}`;
  // Pod Identity tags each session with its pod.
  const actions = service === "pods.eks.amazonaws.com" ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"];
  const trust = { Effect: "Allow", Principal: { Service: service }, Action: actions };
  const iamRole = new iam.Role(name, { assumeRolePolicy: policyDocument([trust]) }, opts);
  const attached = policies.map(
    (policy) =>
      new iam.RolePolicyAttachment(
        `${name}-${policy.split("/").pop()}`,
        { role: iamRole.name, policyArn: `arn:${partitionOf(region)}:iam::aws:policy/${policy}` },
        opts,
      ),
  );
  const own =
    statements.length === 0
      ? []
      : [new iam.RolePolicy(name, { role: iamRole.name, policy: policyDocument(statements) }, opts)];
  return { arn: iamRole.arn, policies: [...attached, ...own] };
}

function policyDocument(statements: readonly object[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
