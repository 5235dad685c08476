/** Azure Kubernetes Service: https://learn.microsoft.com/azure/aks/ */
import { Provider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import type { Cloud, CloudContext, CreatedCluster } from "../cloud-cluster";
import { clusterIdentity, newFirst } from "../identity";
import { createAdministrator, helperFor, readKubeconfig } from "./access";
import { nameOf, type ResourceSettings } from "./azure";
import { createControlPlane, createNodeWindow } from "./control-plane";
import { createAksKey } from "./key";
import { createAksNetwork } from "./network";
import { createLedgerPools } from "./node-pools";
import { buildBlockDriver, buildFileDriver } from "./storage";

/** An AKS cluster with its resource group, network, pools, identity and keys. */
export const aks: Cloud<"aks"> = {
  componentType: "AksCluster",
  loadBalancersKeepClients: true,
  helperFor,
  identityOf,
  createProvider: ({ prefix, config: { subscriptionId, tenantId, location } }, opts) =>
    new Provider(`${prefix}-azure`, { subscriptionId, tenantId, location }, opts),
  createCluster,
};

function createCluster(cloudContext: CloudContext<"aks">): CreatedCluster {
  const context = { ...cloudContext, settings: createGroup(cloudContext) };
  const { prefix, config, tags, settings, cloudName, resourceOptions } = context;
  const key = createAksKey(context);
  const network = createAksNetwork(context);
  const cluster = createControlPlane(context, network, key);
  // The assignment precedes the pools, which take minutes: by then every part of Azure knows the right.
  const administrators = createAdministrator(context, cluster);
  createNodeWindow(context, cluster);
  const { resourceGroupName } = settings;
  const { subnetId } = network;
  const pools = createLedgerPools(
    prefix,
    { config, resourceGroupName, subnetId, tags, cluster, clusterName: cloudName },
    resourceOptions,
  );
  return {
    // The cluster's output `name` is unknown in every preview that updates the cluster.
    name: pulumi.output(cloudName),
    kubeconfig: readKubeconfig(context, cluster),
    ready: [...administrators, ...pools],
    storage: {
      block: buildBlockDriver({ diskEncryptionSetId: key.diskEncryptionSetId, resourceGroupName }),
      file: config.fileSystem ? buildFileDriver() : undefined,
    },
  };
}

function createGroup({ prefix, config, tags, resourceOptions }: CloudContext<"aks">): ResourceSettings {
  const { name, location, protect } = config;
  const group = new ResourceGroup(
    `${prefix}-group`,
    { resourceGroupName: name, location, tags },
    { ...resourceOptions, ...newFirst, protect },
  );
  return { resourceGroupName: nameOf(group, name), location, tags };
}

function identityOf(config: VendorConfig<"aks">): string {
  const { network, subscriptionId, location } = config;
  return clusterIdentity("aks", `${subscriptionId}/${location}`, config, [
    network.existing?.subnetId ?? network.cidr,
    network.podCidr,
    network.serviceCidr,
    config.encryptionKey?.diskEncryptionSetId,
  ]);
}
