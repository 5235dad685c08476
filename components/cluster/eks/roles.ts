/** IAM roles of the cluster, its nodes and its add-ons. Policy names: https://docs.aws.amazon.com/eks/latest/userguide/security-iam-awsmanpol.html */
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

/** China and the government clouds are partitions of their own. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export interface RoleSpec {
  /** Service that may take the role. */
  service: "eks.amazonaws.com" | "ec2.amazonaws.com" | "pods.eks.amazonaws.com";
  /** Managed policies, by the end of their ARN. */
  policies: string[];
  /** A KMS key that the role may use, and for what. */
  key?: { arn: pulumi.Input<string>; use: "secrets" | "volumes" };
}

export interface RoleWithPolicies {
  role: iam.Role;
  arn: pulumi.Output<string>;
  /** Whoever uses the role must wait for these, and outlast them. */
  policies: pulumi.Resource[];
}

const keyActions = {
  secrets: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListGrants", "kms:CreateGrant"],
  // https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/install.md: encrypted volumes
  volumes: [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncrypt*",
    "kms:GenerateDataKey*",
    "kms:DescribeKey",
    "kms:CreateGrant",
    "kms:ListGrants",
    "kms:RevokeGrant",
  ],
} as const;

export function createRole(
  name: string,
  region: string,
  spec: RoleSpec,
  opts: pulumi.CustomResourceOptions,
): RoleWithPolicies {
  // Pod Identity tags each session with the pod it is for.
  const actions = spec.service === "pods.eks.amazonaws.com" ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"];
  const role = new iam.Role(
    name,
    {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: spec.service }, Action: actions }],
      }),
    },
    opts,
  );
  const attached = spec.policies.map(
    (policy) =>
      new iam.RolePolicyAttachment(
        `${name}-${policy.split("/").pop()}`,
        { role: role.name, policyArn: `arn:${partitionOf(region)}:iam::aws:policy/${policy}` },
        opts,
      ),
  );
  const { key } = spec;
  const own =
    key === undefined
      ? []
      : [new iam.RolePolicy(`${name}-key`, { role: role.name, policy: keyPolicy(keyActions[key.use], key.arn) }, opts)];
  return { role, arn: role.arn, policies: [...attached, ...own] };
}

function keyPolicy(actions: readonly string[], keyArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: actions, Resource: keyArn }],
  });
}
