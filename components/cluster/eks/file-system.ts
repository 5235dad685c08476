import * as ec2 from "@pulumi/aws/ec2";
import * as efs from "@pulumi/aws/efs";
import * as pulumi from "@pulumi/pulumi";
import type { EksNetwork } from "./network";

export interface EksFileSystemArgs {
  network: EksNetwork;
  /** Security group of the nodes. */
  nodes: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
  protect: boolean;
}

/** An encrypted EFS file system with a mount target in each zone, which only the nodes reach. */
export class EksFileSystem extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  /** Volumes cannot be mounted before these are there. */
  readonly mountTargets: pulumi.Resource[];

  constructor(
    name: string,
    { network, nodes, keyArn, protect }: EksFileSystemArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:EksFileSystem", name, {}, opts);
    const fileSystem = new efs.FileSystem(
      name,
      { encrypted: true, kmsKeyId: keyArn, throughputMode: "elastic", tags: { Name: name } },
      { parent: this, protect },
    );
    const group = new ec2.SecurityGroup(
      name,
      {
        vpcId: network.vpcId,
        description: "NFS from the nodes",
        ingress: [{ protocol: "tcp", fromPort: 2049, toPort: 2049, securityGroups: [nodes] }],
      },
      { parent: this },
    );
    this.mountTargets = network.privateSubnetIds.map(
      (subnetId, zone) =>
        new efs.MountTarget(
          `${name}-${zone}`,
          { fileSystemId: fileSystem.id, subnetId, securityGroups: [group.id] },
          { parent: this },
        ),
    );
    this.id = fileSystem.id;
    this.registerOutputs({ id: this.id });
  }
}
