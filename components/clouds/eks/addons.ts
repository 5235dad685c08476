/** EKS add-ons: https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html */
import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import type { AddonName, VendorConfig } from "../../../config";

export interface AddonSpec {
  addonName: AddonName;
  /** Settings, in the form of the add-on's own schema. */
  settings?: Record<string, unknown>;
  /** Service account to role, which it gets by Pod Identity. */
  identities?: Record<string, pulumi.Input<string>>;
  /** Name of an add-on earlier in the list that must exist first. */
  after?: AddonName;
}

/** Add-ons that nodes need to become ready. */
export const beforeNodes: AddonSpec[] = [
  // The add-on wants text here: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
  { addonName: "vpc-cni", settings: { enableNetworkPolicy: "true" } },
  { addonName: "kube-proxy" },
  { addonName: "eks-pod-identity-agent" },
];

/**
 * Add-ons that run on nodes.
 *
 * @param roles Roles of the CSI drivers' controllers; without `file` there is no EFS driver.
 */
export function afterNodes(roles: { block: pulumi.Input<string>; file?: pulumi.Input<string> }): AddonSpec[] {
  const files: AddonSpec[] =
    roles.file === undefined
      ? []
      : [{ addonName: "aws-efs-csi-driver", identities: { "efs-csi-controller-sa": roles.file } }];
  return [
    { addonName: "coredns" },
    { addonName: "metrics-server" },
    // It has the CRDs that the CSI driver's snapshotter requires.
    { addonName: "snapshot-controller" },
    {
      addonName: "aws-ebs-csi-driver",
      identities: { "ebs-csi-controller-sa": roles.block },
      after: "snapshot-controller",
    },
    ...files,
  ];
}

export function createAddon(
  name: string,
  spec: AddonSpec,
  config: VendorConfig<"eks">,
  cluster: eks.Cluster,
  opts: pulumi.CustomResourceOptions,
): eks.Addon {
  const { addonName, settings, identities = {} } = spec;
  return new eks.Addon(
    `${name}-${addonName}`,
    {
      clusterName: cluster.name,
      addonName,
      addonVersion: config.addonVersions[addonName],
      configurationValues: settings === undefined ? undefined : JSON.stringify(settings),
      podIdentityAssociations: Object.entries(identities).map(([serviceAccount, roleArn]) => ({
        serviceAccount,
        roleArn,
      })),
      resolveConflictsOnCreate: "OVERWRITE",
      // Keep changes that somebody made by hand in the cluster.
      resolveConflictsOnUpdate: "PRESERVE",
    },
    opts,
  );
}
