import type { ClusterConfig, Vendor, VendorConfig } from "../../config";
import type * as ack from "./ack/cluster";
import type * as aks from "./aks/cluster";
import { CloudCluster } from "./cloud-cluster";
import type * as eks from "./eks/cluster";
import type * as existing from "./existing";
import type * as gke from "./gke/cluster";
import type * as local from "./local";
import type { ManagedCluster } from "./managed-cluster";

export type { ManagedCluster, StorageDriver, StorageDrivers } from "./managed-cluster";

/** Name of the component, and prefix of its resources' names. */
const name = "cluster";

/**
 * Cluster of each vendor. Each file is loaded on demand, since a program needs one cloud's SDK at most. A vendor in the
 * config schema without an entry here does not compile.
 */
const vendors: { [V in Vendor]: (config: VendorConfig<V>) => ManagedCluster } = {
  ack: (config) => new CloudCluster(name, load<typeof ack>("./ack/cluster").ack, config),
  aks: (config) => new CloudCluster(name, load<typeof aks>("./aks/cluster").aks, config),
  eks: (config) => new CloudCluster(name, load<typeof eks>("./eks/cluster").eks, config),
  gke: (config) => new CloudCluster(name, load<typeof gke>("./gke/cluster").gke, config),
  existing: (config) => new (load<typeof existing>("./existing").ExistingCluster)(name, config),
  local: (config) => new (load<typeof local>("./local").LocalCluster)(name, config),
};

/** Creates or finds the cluster of the stack file. */
export function createCluster<V extends Vendor>(config: VendorConfig<V> & ClusterConfig): ManagedCluster {
  return vendors[config.vendor](config);
}

function load<Module>(path: string): Module {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import` loads at once, or makes the program asynchronous
  return require(path) as Module;
}
