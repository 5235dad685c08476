import * as nas from "@pulumi/alicloud/nas";
import * as pulumi from "@pulumi/pulumi";
import { newFirst } from "../identity";
import type { AckNetwork } from "./network";

export interface AckFileSystemArgs {
  /** Name of the cluster at Alibaba Cloud. */
  cluster: string;
  /** Network whose vSwitches and addresses reach the file system. */
  network: AckNetwork;
  /** Whether Pulumi refuses to delete the file system. */
  protect: boolean;
  /** Tags of the file system, name to value. */
  tags: Record<string, string>;
}

/** An encrypted NAS file system that answers the cluster's network only. */
export class AckFileSystem extends pulumi.ComponentResource {
  /** DNS name to mount it by. */
  readonly mountTargetDomain: pulumi.Output<string>;
  /** Mount target, without which no volume can be mounted. */
  readonly mountTarget: pulumi.Resource;

  constructor(name: string, args: AckFileSystemArgs, opts: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:cluster:AckFileSystem", name, {}, opts);
    const { cluster, network, protect, tags } = args;
    const fileSystem = new nas.FileSystem(
      name,
      {
        protocolType: "NFS",
        fileSystemType: "standard",
        storageType: "Performance",
        // Encryption by a key of NAS itself: a standard file system accepts no other key.
        encryptType: 1,
        description: `Files of ${cluster}`,
        tags,
      },
      { parent: this, protect },
    );
    const group = new nas.AccessGroup(
      name,
      { accessGroupName: `${cluster}-files`, accessGroupType: "Vpc" },
      { parent: this, ...newFirst },
    );
    const rule = new nas.AccessRule(
      name,
      {
        accessGroupName: group.accessGroupName,
        sourceCidrIp: network.cidr,
        rwAccessType: "RDWR",
        // The CSI driver makes each volume's folder as root, which a squashed root may not. No pod can mount by itself.
        userAccessType: "no_squash",
        priority: 1,
      },
      { parent: this },
    );
    const mountTarget = new nas.MountTarget(
      name,
      {
        fileSystemId: fileSystem.id,
        accessGroupName: group.accessGroupName,
        networkType: "Vpc",
        vpcId: network.vpcId,
        vswitchId: network.vswitchIds[0],
      },
      { parent: this, dependsOn: rule },
    );
    this.mountTarget = mountTarget;
    this.mountTargetDomain = mountTarget.mountTargetDomain;
    this.registerOutputs({ mountTargetDomain: this.mountTargetDomain });
  }
}
