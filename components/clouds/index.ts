import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { ClusterConfig, Vendor, VendorConfig } from "../../config";
import type * as ack from "./ack/cluster";
import type * as aks from "./aks/cluster";
import type * as eks from "./eks/cluster";
import type * as existing from "./existing";
import type * as gke from "./gke/cluster";
import type * as local from "./local";
import type { ManagedCluster } from "./managed-cluster";

export type { ManagedCluster, StorageDriver, StorageDrivers } from "./managed-cluster";

type VendorClass<V extends Vendor> = new (
  name: string,
  config: VendorConfig<V>,
  opts?: ComponentResourceOptions,
) => ManagedCluster;

/**
 * The class of each vendor, loaded when it is asked for: a program needs one cloud's SDK at most.
 * A vendor in the config schema without one here does not compile.
 */
const vendors: { [V in Vendor]: () => VendorClass<V> } = {
  ack: () => load<typeof ack>("./ack/cluster").AckCluster,
  aks: () => load<typeof aks>("./aks/cluster").AksCluster,
  eks: () => load<typeof eks>("./eks/cluster").EksCluster,
  existing: () => load<typeof existing>("./existing").ExistingCluster,
  gke: () => load<typeof gke>("./gke/cluster").GkeCluster,
  local: () => load<typeof local>("./local").LocalCluster,
};

/** The cluster that the stack file describes. */
export function createCluster<V extends Vendor>(config: VendorConfig<V> & ClusterConfig): ManagedCluster {
  const Cluster = vendors[config.vendor]();
  return new Cluster("cluster", config);
}

function load<Module>(path: string): Module {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import` loads at once, or makes the program asynchronous
  return require(path) as Module;
}
