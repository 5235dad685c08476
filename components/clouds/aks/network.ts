import { Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { newFirst } from "../identity";
import { nameOf, type Place } from "./place";

export interface AksNetwork {
  subnetId: pulumi.Input<string>;
  outboundType: string;
}

/**
 * The subnet that the stack file names, or one that is made.
 *
 * @param cloudName name of the cluster at Azure
 */
export function aksNetwork(
  name: string,
  cloudName: string,
  config: VendorConfig<"aks">,
  place: Place,
  opts: pulumi.ComponentResourceOptions,
): AksNetwork {
  return config.network.existing ?? new OwnAksNetwork(name, cloudName, config, place, opts);
}

/**
 * A virtual network with a subnet for nodes. Pods have addresses of their own, which leave a node behind the node's. It is
 * the cluster's alone and bears its name: the next cluster has its own, with the same addresses, if it likes.
 */
class OwnAksNetwork extends pulumi.ComponentResource implements AksNetwork {
  readonly subnetId: pulumi.Output<string>;
  /** The cluster's load balancer, which spans the zones; a NAT gateway lives in one. */
  readonly outboundType = "loadBalancer";

  constructor(
    name: string,
    cloudName: string,
    config: VendorConfig<"aks">,
    place: Place,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:AksNetwork", name, {}, opts);
    const network = new VirtualNetwork(
      name,
      { ...place, virtualNetworkName: cloudName, addressSpace: { addressPrefixes: [config.network.cidr] } },
      {
        parent: this,
        ...newFirst,
        // The subnet is a resource of its own; the network lists it all the same.
        ignoreChanges: ["subnets"],
      },
    );
    const subnet = new Subnet(
      `${name}-nodes`,
      {
        resourceGroupName: place.resourceGroupName,
        virtualNetworkName: nameOf(network, cloudName),
        subnetName: "nodes",
        addressPrefix: config.network.cidr,
        // Shares are reached from here and from nowhere else.
        serviceEndpoints: config.fileSystem ? [{ service: "Microsoft.Storage" }] : [],
      },
      { parent: this, ...newFirst },
    );
    this.subnetId = subnet.id;
    this.registerOutputs({ subnetId: this.subnetId });
  }
}
