import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { ClusterConfig, Vendor, VendorConfig } from "../config";
import { ExistingCluster } from "./existing";
import { LocalCluster } from "./local";
import type { ManagedCluster } from "./managed-cluster";

export type { ManagedCluster, StorageDriver, StorageDrivers } from "./managed-cluster";

type VendorClass<V extends Vendor> = new (
  name: string,
  config: VendorConfig<V>,
  opts?: ComponentResourceOptions,
) => ManagedCluster;

/** The class of each vendor. A vendor in the config schema without one here does not compile. */
const vendors: { [V in Vendor]: VendorClass<V> } = {
  existing: ExistingCluster,
  local: LocalCluster,
};

/** The cluster that the stack file describes. */
export function createCluster<V extends Vendor>(config: VendorConfig<V> & ClusterConfig): ManagedCluster {
  const Cluster = vendors[config.vendor];
  return new Cluster("cluster", config);
}
