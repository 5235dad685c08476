/**
 * The whole program: stack file -> cluster -> storage classes -> network -> outputs.
 */
import type * as pulumi from "@pulumi/pulumi";
import { createCluster } from "./components/clouds";
import { loadConfig } from "./config";
import { createNetwork, type NetworkOutputs } from "./components/network";
import { secretSection } from "./components/secret-section";
import { StorageClasses } from "./components/storage";
import { Transforms } from "./components/transforms";

/**
 * Stack outputs. An output without a value would be a warning in every run, so of the network's only those of its kind
 * are there.
 */
export interface Outputs extends NetworkOutputs {
  /** Kubeconfig with one context, secret: `(umask 077; pulumi stack output kubeconfig --show-secrets > kubeconfig.json)`. */
  kubeconfig: pulumi.Output<string>;
  clusterName: pulumi.Output<string>;
  /** Names of the StorageClasses, by purpose. */
  storageClasses: Pick<StorageClasses, "block" | "file">;
}

/** Creates everything that the stack file asks for. */
export function program(): Outputs {
  const config = loadConfig();
  const isSecret = (section: "storage" | "network" | "transforms") => config.secretSections.includes(section);

  const transforms = new Transforms(config.transforms, isSecret("transforms"));
  transforms.register();

  const cluster = createCluster(config.cluster);
  const storage = new StorageClasses(
    "storage",
    { cluster, config: config.storage },
    secretSection(isSecret("storage")),
  );
  const network = createNetwork(config.network, { cluster, storage, isSecret: isSecret("network") });

  transforms.requireUse();

  return {
    kubeconfig: cluster.kubeconfig,
    clusterName: cluster.name,
    storageClasses: { block: storage.block, file: storage.file },
    ...network,
  };
}
