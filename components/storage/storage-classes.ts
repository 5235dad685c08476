import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedCluster, StorageDriver } from "../clouds";
import type { DriverConfig, StorageConfig } from "../../config";
import { claimSize } from "./specs/claim-size";
import { buildBackupClass, buildSnapshotClass, type SnapshotClass } from "./specs/snapshot-class";
import { buildStorageClass, storageClassName } from "./specs/storage-class";

export interface StorageClassesArgs {
  /** Cluster whose drivers make the volumes. */
  cluster: ManagedCluster;
  /** Section `storage` of the stack file. */
  config: StorageConfig;
}

/**
 * Two StorageClasses with the same meaning on every vendor: `block` for one node, `file` for many; and a
 * VolumeSnapshotClass of the same name if the cluster takes snapshots.
 */
export class StorageClasses extends pulumi.ComponentResource {
  /** Class for ledgers and databases. */
  readonly block: pulumi.Output<string>;
  /** Class for files that many pods share; undefined if the cluster has no such storage. */
  readonly file: pulumi.Output<string> | undefined;
  private readonly raised = new Set<string>();
  private backups: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    private readonly args: StorageClassesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
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

  /**
   * Size of a claim, raised to the vendor's minimum. A warning appears once for each raised size, since the stack file
   * then has less than the bill.
   */
  claimSize(purpose: "block" | "file", wanted: string): string {
    const { cluster, config } = this.args;
    const size = claimSize(wanted, usesOwnDriver(config[purpose]) ? cluster.storage[purpose]?.minimumSize : undefined);
    if (size !== wanted && !this.raised.has(`${purpose} ${wanted}`)) {
      this.raised.add(`${purpose} ${wanted}`);
      void pulumi.log.warn(`volumes of ${wanted} become ${size}: the ${purpose} storage has none smaller`, this);
    }
    return size;
  }

  /**
   * Class for backups of block volumes; the first call makes it.
   *
   * @param setting path of the setting that names another class, for the error
   * @throws {pulumi.ResourceError} if the cluster takes no snapshots that this program knows of
   */
  backupClass(setting: string): pulumi.Output<string> {
    this.backups ??= this.createBackupClass(setting);
    return this.backups;
  }

  private createBackupClass(setting: string): pulumi.Output<string> {
    const { cluster, config } = this.args;
    const driver = config.block?.className === undefined ? mergeDriver(cluster.storage.block, config.block) : undefined;
    const { generation, reclaimPolicy } = config;
    const backupClass = driver && buildBackupClass({ purpose: "block", generation, driver, reclaimPolicy });
    if (backupClass === undefined) {
      throw new pulumi.ResourceError(
        `no class for snapshots of storage.block is known; must be named by ${setting}, or come from \`cluster.snapshots: true\` on a local cluster`,
        this,
        true,
      );
    }
    return this.createSnapshotClass(backupClass).metadata.name;
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
    const snapshotClass = buildSnapshotClass(spec);
    if (snapshotClass !== undefined) this.createSnapshotClass(snapshotClass);
    return new k8s.storage.v1.StorageClass(storageClassName(spec), buildStorageClass(spec), {
      parent: this,
      dependsOn: driver.dependsOn,
    }).metadata.name;
  }

  private createSnapshotClass(snapshotClass: SnapshotClass): k8s.apiextensions.CustomResource {
    return new k8s.apiextensions.CustomResource(snapshotClass.metadata.name, snapshotClass, { parent: this });
  }
}

/** Whether the vendor's driver makes the volumes, rather than a class or driver of the stack file. */
function usesOwnDriver(settings: DriverConfig | undefined): boolean {
  return settings?.className === undefined && settings?.provisioner === undefined;
}

/**
 * Merges the stack file's settings over the vendor's, parameter by parameter: a stack file that asks for faster disks
 * still gets encrypted ones. Another provisioner has other parameters, so it gets the stack file's alone.
 */
function mergeDriver(own: StorageDriver | undefined, settings: DriverConfig | undefined): StorageDriver | undefined {
  if (settings?.provisioner !== undefined && settings.provisioner !== own?.provisioner) {
    return { provisioner: settings.provisioner, parameters: settings.parameters, mountOptions: settings.mountOptions };
  }
  if (own === undefined) return undefined;
  return {
    ...own,
    parameters: settings?.parameters === undefined ? own.parameters : { ...own.parameters, ...settings.parameters },
    mountOptions: settings?.mountOptions ?? own.mountOptions,
  };
}
