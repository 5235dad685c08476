import { Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { newFirst } from "../identity";
import { nameOf, type AksContext } from "./azure";

export interface AksNetwork {
  subnetId: pulumi.Input<string>;
  outboundType: string;
}

/** Subnet of the stack file, or a new one. */
export function createAksNetwork(context: AksContext): AksNetwork {
  const { prefix, config, componentOptions } = context;
  return config.network.existing ?? new OwnAksNetwork(`${prefix}-network`, context, componentOptions);
}

/**
 * A virtual network with a subnet for nodes. Pods have overlay addresses; packets leave a node with the node's address.
 * Each cluster has its own network, which bears the cluster's name; ranges of different clusters may repeat.
 */
class OwnAksNetwork extends pulumi.ComponentResource implements AksNetwork {
  readonly subnetId: pulumi.Output<string>;
  /** The cluster's load balancer, which spans the zones. A NAT gateway would belong to a single zone. */
  readonly outboundType = "loadBalancer";

  constructor(name: string, { config, cloudName, settings }: AksContext, opts: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:cluster:AksNetwork", name, {}, opts);
    const network = new VirtualNetwork(
      name,
      { ...settings, virtualNetworkName: cloudName, addressSpace: { addressPrefixes: [config.network.cidr] } },
      {
        parent: this,
        ...newFirst,
        // The subnet is a resource of its own; Azure lists it in the network too.
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
        // Shares accept connections from this subnet only.
        serviceEndpoints: config.fileSystem ? [{ service: "Microsoft.Storage" }] : [],
      },
      { parent: this, ...newFirst },
    );
    this.subnetId = subnet.id;
    this.registerOutputs({ subnetId: this.subnetId });
  }
}
