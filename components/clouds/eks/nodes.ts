import type * as eks from "@pulumi/aws/eks";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "../cloud-cluster";
import { afterNodes, beforeNodes, createAddon } from "./addons";
import type { EksNetwork } from "./network";
import { createNodePools } from "./node-pools";
import { createRole, volumeKeyStatements } from "./roles";

/** Creates add-ons that nodes need, the nodes, and add-ons that need nodes. */
export function createNodes(
  context: CloudContext<"eks">,
  cluster: eks.Cluster,
  network: EksNetwork,
  keyArn: pulumi.Input<string>,
): pulumi.Resource[] {
  const { prefix, config, resourceOptions } = context;
  const role = createRole(context, "nodes", {
    service: "ec2.amazonaws.com",
    // The CNI's policy belongs to the node's role. With Pod Identity the CNI would wait for an agent, which itself
    // needs the CNI's network.
    policies: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"],
  });
  const before = beforeNodes.map((spec) => createAddon(prefix, spec, config, cluster, resourceOptions));
  const groups = createNodePools(prefix, { config, cluster, network, role, before }, resourceOptions);
  const drivers = createDriverRoles(context, keyArn);
  const dependsOn = [...groups, ...drivers.policies];
  const after = new Map<string, eks.Addon>();
  for (const spec of afterNodes(drivers)) {
    const earlier = [spec.after].flatMap((name) => after.get(name ?? "") ?? []);
    const options = { ...resourceOptions, dependsOn: [...dependsOn, ...earlier] };
    after.set(spec.addonName, createAddon(prefix, spec, config, cluster, options));
  }
  return [...groups, ...after.values()];
}

/** Roles of the CSI drivers' controllers. */
function createDriverRoles(context: CloudContext<"eks">, keyArn: pulumi.Input<string>) {
  const service = "pods.eks.amazonaws.com";
  const block = createRole(context, "ebs-csi", {
    service,
    policies: ["service-role/AmazonEBSCSIDriverPolicy"],
    statements: volumeKeyStatements(keyArn),
  });
  if (!context.config.fileSystem) return { block: block.arn, policies: block.policies };
  const file = createRole(context, "efs-csi", { service, policies: ["service-role/AmazonEFSCSIDriverPolicy"] });
  return { block: block.arn, file: file.arn, policies: [...block.policies, ...file.policies] };
}
