import * as ec2 from "@pulumi/aws/ec2";
import * as efs from "@pulumi/aws/efs";
import * as pulumi from "@pulumi/pulumi";
import type { EksNetwork } from "./network";

export interface EksFileSystemArgs {
  /** Network of the mount targets, one in each zone. */
  network: EksNetwork;
  /** Identity of the network, see `networkIdentity`: another one replaces the file system. */
  networkIdentity: string;
  /** Id of the security group of the nodes. */
  nodes: pulumi.Input<string>;
  /** ARN of the KMS key that encrypts the file system. */
  keyArn: pulumi.Input<string>;
  /** Whether Pulumi refuses to delete the file system. */
  protect: boolean;
}

/** An encrypted EFS file system with a mount target in each zone. Only nodes reach it. */
export class EksFileSystem extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** Resources without which volumes can be neither mounted nor unmounted. */
  readonly reachable: pulumi.Resource[];

  constructor(
    name: string,
    { network, networkIdentity, nodes, keyArn, protect }: EksFileSystemArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:EksFileSystem", name, {}, opts);
    const fileSystem = new efs.FileSystem(
      name,
      { encrypted: true, kmsKeyId: keyArn, throughputMode: "elastic", tags: { Name: name } },
      // All mount targets of a file system are in one VPC: https://docs.aws.amazon.com/efs/latest/ug/manage-fs-access.html
      { parent: this, protect, replacementTrigger: networkIdentity },
    );
    const group = new ec2.SecurityGroup(
      name,
      { vpcId: network.vpcId, description: "NFS from the nodes" },
      { parent: this },
    );
    // A resource apart from the group: the rules of two clusters can exist while one replaces the other.
    const rule = new ec2.SecurityGroupRule(
      name,
      {
        securityGroupId: group.id,
        type: "ingress",
        protocol: "tcp",
        fromPort: 2049,
        toPort: 2049,
        sourceSecurityGroupId: nodes,
      },
      { parent: this },
    );
    const mountTargets = network.privateSubnetIds.map(
      (subnetId, zone) =>
        new efs.MountTarget(
          `${name}-${zone}`,
          { fileSystemId: fileSystem.id, subnetId, securityGroups: [group.id] },
          { parent: this },
        ),
    );
    this.reachable = [rule, ...mountTargets];
    this.id = fileSystem.id;
    this.registerOutputs({ id: this.id });
  }
}
