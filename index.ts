/**
 * The whole program: stack file -> cluster -> storage classes -> network -> outputs.
 */
import { createCluster } from "./components/clouds";
import { loadConfig } from "./config";
import { createNetwork } from "./components/network";
import { secretSection } from "./components/secret-section";
import { StorageClasses } from "./components/storage";
import { Transforms } from "./components/transforms";

const config = loadConfig();

const isSecret = (section: "storage" | "network" | "transforms") => config.secretSections.includes(section);

const transforms = new Transforms(config.transforms, isSecret("transforms"));

transforms.register();

const cluster = createCluster(config.cluster);

const storage = new StorageClasses("storage", { cluster, config: config.storage }, secretSection(isSecret("storage")));

const network = createNetwork(config.network, { cluster, storage, isSecret: isSecret("network") });

transforms.requireUse();

/** Kubeconfig with one context, secret: `(umask 077; pulumi stack output kubeconfig --show-secrets > kubeconfig.json)`. */
export const kubeconfig = cluster.kubeconfig;

export const clusterName = cluster.name;

/** Names of the StorageClasses, by purpose. */
export const storageClasses = { block: storage.block, file: storage.file };

/**
 * `fabric`: channels, organisations and how to reach them; private keys in it are secret. `applications`: the part of it
 * that applications need. Or `ethereum`: chain, nodes and how to reach them. An output without a value would be a warning
 * in every run, so only those of one kind are exported.
 */
Object.assign(exports, network);
