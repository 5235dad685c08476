import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedCluster, StorageDriver } from "../cluster";
import type { DriverConfig, StorageConfig } from "../config";
import { buildStorageClass, storageClassName } from "./specs/storage-class";

export interface StorageClassesArgs {
  cluster: ManagedCluster;
  config: StorageConfig;
}

/** Two StorageClasses that mean the same on every vendor: `block` for one node, `file` for many. */
export class StorageClasses extends pulumi.ComponentResource {
  /** Class for ledgers and databases. */
  readonly block: pulumi.Output<string>;
  /** Class for what many pods share; undefined where the cluster has no such storage. */
  readonly file: pulumi.Output<string> | undefined;

  constructor(name: string, args: StorageClassesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "blockchain-clusters:storage:StorageClasses",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.cluster.provider] }),
    );
    const block = this.createClass("block", args);
    if (block === undefined) {
      throw new pulumi.ResourceError(
        "this cluster has no block storage; name a driver under storage.block",
        this,
        true,
      );
    }
    this.block = block;
    this.file = this.createClass("file", args);
    this.registerOutputs({ block: this.block, file: this.file });
  }

  private createClass(
    purpose: "block" | "file",
    { cluster, config }: StorageClassesArgs,
  ): pulumi.Output<string> | undefined {
    const settings = config[purpose];
    if (settings?.className !== undefined) return pulumi.output(settings.className);
    const driver = mergeDriver(cluster.storage[purpose], settings);
    if (driver === undefined) return undefined;
    const { generation, reclaimPolicy } = config;
    const spec = { purpose, generation, driver, reclaimPolicy };
    return new k8s.storage.v1.StorageClass(storageClassName(spec), buildStorageClass(spec), { parent: this }).metadata
      .name;
  }
}

/** The stack file's settings over the vendor's; another provisioner has other parameters, so nothing is kept then. */
function mergeDriver(own: StorageDriver | undefined, settings: DriverConfig | undefined): StorageDriver | undefined {
  if (settings?.provisioner !== undefined && settings.provisioner !== own?.provisioner) {
    return { provisioner: settings.provisioner, parameters: settings.parameters, mountOptions: settings.mountOptions };
  }
  if (own === undefined) return undefined;
  return {
    provisioner: own.provisioner,
    parameters: settings?.parameters ?? own.parameters,
    mountOptions: settings?.mountOptions ?? own.mountOptions,
  };
}
