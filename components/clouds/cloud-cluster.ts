import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CloudConfig, CloudVendor, VendorConfig } from "../../config";
import { requireHelper, type HelperProgram } from "./helper-program";
import { clusterName } from "./identity";
import { createKubernetesProvider } from "./kubernetes-provider";
import type { ManagedCluster, StorageDrivers } from "./managed-cluster";

/** Parts in which clouds differ. */
export interface Cloud<V extends CloudVendor> {
  /** Last part of the component's type, which is part of the URN of every resource below. */
  componentType: string;
  loadBalancersKeepClients: ManagedCluster["loadBalancersKeepClients"];
  /** Program by which the kubeconfig logs in; undefined where the kubeconfig contains a credential. */
  helperFor: (config: VendorConfig<V>) => HelperProgram | undefined;
  /** Identity of the cluster, made by `clusterIdentity`. */
  identityOf: (config: VendorConfig<V>) => string;
  createProvider: (args: CloudProviderArgs<V>, opts: pulumi.CustomResourceOptions) => pulumi.ProviderResource;
  createCluster: (context: CloudContext<V>) => CreatedCluster;
}

export interface CloudProviderArgs<V extends CloudVendor> {
  /** Prefix of the names of all resources. */
  prefix: string;
  /** Section `cluster` of the stack file. */
  config: VendorConfig<V>;
  /** Tags or labels of all resources that can have some, name to value. */
  tags: Record<string, string>;
}

/** Context of every resource of a cluster. */
export interface CloudContext<V extends CloudVendor> extends CloudProviderArgs<V> {
  clusterIdentifier: string;
  /** Name of the cluster at its cloud. */
  cloudName: string;
  /** Options of resources at the cloud. */
  resourceOptions: { parent: pulumi.Resource; provider: pulumi.ProviderResource };
  /** Options of components whose resources are at the cloud. */
  componentOptions: { parent: pulumi.Resource; providers: pulumi.ProviderResource[] };
}

export interface CreatedCluster {
  name: pulumi.Output<string>;
  kubeconfig: pulumi.Output<string>;
  /** Resources without which pods cannot run. They are deleted after the last pod. */
  ready: pulumi.Resource[];
  storage: StorageDrivers;
  /** Creates, inside the cluster, the parts that the cloud leaves to its users. Default: none. */
  createInside?: (provider: k8s.Provider) => void;
}

/** A cluster that this program makes at a cloud. */
export class CloudCluster<V extends CloudVendor> extends pulumi.ComponentResource implements ManagedCluster {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterIdentifier: string;
  readonly provider: k8s.Provider;
  readonly storage: StorageDrivers;
  readonly networkPolicyEnforced = true;
  readonly loadBalancersKeepClients: boolean;
  readonly dnsDomain = "cluster.local";

  /** @throws {pulumi.RunError} when the program by which the kubeconfig logs in is missing. */
  constructor(
    prefix: string,
    cloud: Cloud<V>,
    config: VendorConfig<V> & CloudConfig,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`blockchain-clusters:cluster:${cloud.componentType}`, prefix, {}, opts);
    const { vendor, name, tags }: CloudConfig = config;
    const helper = cloud.helperFor(config);
    if (helper !== undefined) requireHelper(vendor, helper);
    const common = { prefix, config, tags: { "blockchain-clusters": name, ...tags } };
    const cloudProvider = cloud.createProvider(common, { parent: this });
    this.clusterIdentifier = cloud.identityOf(config);
    const cluster = cloud.createCluster({
      ...common,
      clusterIdentifier: this.clusterIdentifier,
      cloudName: clusterName(name, this.clusterIdentifier),
      resourceOptions: { parent: this, provider: cloudProvider },
      componentOptions: { parent: this, providers: [cloudProvider] },
    });
    this.name = cluster.name;
    this.kubeconfig = pulumi.secret(cluster.kubeconfig);
    this.provider = createKubernetesProvider(`${prefix}-kubernetes`, this, this, cluster.ready);
    cluster.createInside?.(this.provider);
    this.storage = cluster.storage;
    this.loadBalancersKeepClients = cloud.loadBalancersKeepClients;
    this.registerOutputs({ name: this.name, kubeconfig: this.kubeconfig });
  }
}
