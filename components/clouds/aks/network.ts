import { Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { newFirst } from "../identity";
import { nameOf, type AksContext } from "./azure";

export interface AksNetwork {
  subnetId: pulumi.Input<string>;
  outboundType: string;
}

/** The subnet that the stack file names, or one that is made. */
export function createAksNetwork(context: AksContext): AksNetwork {
  const { prefix, config, componentOptions } = context;
  return config.network.existing ?? new OwnAksNetwork(`${prefix}-network`, context, componentOptions);
}

/**
 * A virtual network with a subnet for nodes. Pods have addresses of their own, which leave a node behind the node's. It is
 * the cluster's alone and bears its name: the next cluster has its own, with the same addresses, if it likes.
 */
class OwnAksNetwork extends pulumi.ComponentResource implements AksNetwork {
  readonly subnetId: pulumi.Output<string>;
  /** The cluster's load balancer, which spans the zones; a NAT gateway lives in one. */
  readonly outboundType = "loadBalancer";

  constructor(name: string, { config, cloudName, settings }: AksContext, opts: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:cluster:AksNetwork", name, {}, opts);
    const network = new VirtualNetwork(
      name,
      { ...settings, virtualNetworkName: cloudName, addressSpace: { addressPrefixes: [config.network.cidr] } },
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
        resourceGroupName: settings.resourceGroupName,
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
