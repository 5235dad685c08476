/** EKS add-ons: https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html */
import * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";

export interface AddonSpec {
  addonName: string;
  /** Settings by the add-on's own schema. */
  settings?: Record<string, unknown>;
  /** Service account -> role that it gets by Pod Identity. */
  identities?: Record<string, pulumi.Input<string>>;
  /** Add-on of the same list, further up, that must be there first. */
  after?: string;
}

/** What nodes need to become ready. */
export const beforeNodes: AddonSpec[] = [
  // The value is text on purpose: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
  { addonName: "vpc-cni", settings: { enableNetworkPolicy: "true" } },
  { addonName: "kube-proxy" },
  { addonName: "eks-pod-identity-agent" },
];

/**
 * What runs on nodes.
 *
 * @param roles Roles of the CSI drivers' controllers; without `file` there is no EFS driver.
 */
export function afterNodes(roles: { block: pulumi.Input<string>; file?: pulumi.Input<string> }): AddonSpec[] {
  return [
    { addonName: "coredns" },
    { addonName: "metrics-server" },
    // Brings the CRDs that the CSI driver's snapshotter looks for.
    { addonName: "snapshot-controller" },
    {
      addonName: "aws-ebs-csi-driver",
      identities: { "ebs-csi-controller-sa": roles.block },
      after: "snapshot-controller",
    },
    ...(roles.file === undefined
      ? []
      : [{ addonName: "aws-efs-csi-driver", identities: { "efs-csi-controller-sa": roles.file } }]),
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
      // What somebody set by hand in the cluster stays.
      resolveConflictsOnUpdate: "PRESERVE",
    },
    opts,
  );
}
