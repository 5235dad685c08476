import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { ClusterConfig, Vendor, VendorConfig } from "../config";
import type { ManagedCluster } from "./managed-cluster";

export type { ManagedCluster, StorageDriver, StorageDrivers } from "./managed-cluster";

type VendorClass<V extends Vendor> = new (
  name: string,
  config: VendorConfig<V>,
  opts?: ComponentResourceOptions,
) => ManagedCluster;

/**
 * The class of each vendor, loaded when it is asked for: a cloud's SDK takes as long to load as the rest of the program.
 * A vendor in the config schema without one here does not compile.
 */
const vendors: { [V in Vendor]: () => VendorClass<V> } = {
  existing: () => load<typeof import("./existing")>("./existing").ExistingCluster,
  local: () => load<typeof import("./local")>("./local").LocalCluster,
  eks: () => load<typeof import("./eks")>("./eks").EksCluster,
};

/** The cluster that the stack file describes. */
export function createCluster<V extends Vendor>(config: VendorConfig<V> & ClusterConfig): ManagedCluster {
  const Cluster = vendors[config.vendor]();
  return new Cluster("cluster", config);
}

function load<Module>(path: string): Module {
  return require(path) as Module;
}
