/**
 * The whole program: stack file -> cluster -> storage classes -> network -> outputs.
 */
import { createCluster } from "./components/cluster";
import { loadConfig } from "./components/config";
import { exitWithEngine } from "./components/exit-with-engine";
import { FabricNetwork } from "./components/fabric";
import { StorageClasses } from "./components/storage";

exitWithEngine();

const config = loadConfig();

const cluster = createCluster(config.cluster);

const storage = new StorageClasses("storage", { cluster, config: config.storage });

const network = new FabricNetwork(config.network.name, { cluster, storage, config: config.network });

/** One context, secret: `pulumi stack output kubeconfig --show-secrets > kubeconfig.json`. */
export const kubeconfig = cluster.kubeconfig;

export const clusterName = cluster.name;

/** Names of the StorageClasses, by purpose. */
export const storageClasses = { block: storage.block, file: storage.file };

/** Channels, organisations and how to reach them; private keys in it are secret. */
export const fabric = network.outputs;
