import * as ec2 from "@pulumi/aws/ec2";
import * as efs from "@pulumi/aws/efs";
import * as pulumi from "@pulumi/pulumi";
import type { EksNetwork } from "./network";

export interface EksFileSystemArgs {
  network: EksNetwork;
  networkIdentity: string;
  /** Security group of the nodes. */
  nodes: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
  protect: boolean;
}

/** An encrypted EFS file system with a mount target in each zone, which only the nodes reach. */
export class EksFileSystem extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** Volumes cannot be mounted before these are there, nor let go of after. */
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
    // Apart from the group, so that those of two clusters can be there while one replaces the other.
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
