import * as compute from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import type { CloudContext } from "../cloud-cluster";
import { newFirst } from "../identity";

export interface GkeNetwork {
  /** Name of the VPC network. */
  network: pulumi.Input<string>;
  subnetwork: pulumi.Input<string>;
  /** Name of the subnetwork's secondary range for pods. */
  podRange: string;
  serviceRange: string;
  /** Resources that connect the network with the internet: nodes cannot pull images before. */
  ready: pulumi.Resource[];
}

/** Network of the stack file, or a new one. */
export function createGkeNetwork({ prefix, config, cloudName, componentOptions }: CloudContext<"gke">): GkeNetwork {
  const { existing } = config.network;
  if (existing !== undefined) return { ...existing, ready: [] };
  return new OwnGkeNetwork(`${prefix}-network`, cloudName, config, componentOptions);
}

/**
 * A VPC network with one subnetwork, from which nodes without public addresses reach the internet through Cloud NAT.
 * Each cluster has its own network, which bears the cluster's name; ranges of different clusters may repeat.
 */
class OwnGkeNetwork extends pulumi.ComponentResource implements GkeNetwork {
  readonly network: pulumi.Output<string>;
  readonly subnetwork: pulumi.Output<string>;
  readonly podRange = "pods";
  readonly serviceRange = "services";
  readonly ready: pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly cloudName: string,
    private readonly config: VendorConfig<"gke">,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:GkeNetwork", name, {}, opts);
    const network = new compute.Network(
      name,
      { name: cloudName, autoCreateSubnetworks: false, routingMode: "REGIONAL" },
      { parent: this, ...newFirst },
    );
    const subnetwork = this.createSubnetwork(network);
    this.ready = [this.createNat(network)];
    this.network = network.name;
    this.subnetwork = subnetwork.name;
    this.registerOutputs({ network: this.network, subnetwork: this.subnetwork });
  }

  private createSubnetwork(network: compute.Network): compute.Subnetwork {
    const { cidr, podCidr, serviceCidr } = this.config.network;
    return new compute.Subnetwork(
      this.name,
      {
        name: this.cloudName,
        region: this.config.region,
        network: network.id,
        ipCidrRange: cidr,
        secondaryIpRanges: [
          { rangeName: this.podRange, ipCidrRange: podCidr },
          { rangeName: this.serviceRange, ipCidrRange: serviceCidr },
        ],
        // Nodes reach Google's APIs without NAT.
        privateIpGoogleAccess: true,
      },
      { parent: this, ...newFirst },
    );
  }

  private createNat(network: compute.Network): compute.RouterNat {
    const { region } = this.config;
    const name = this.cloudName;
    const options = { parent: this, ...newFirst };
    const router = new compute.Router(this.name, { name, region, network: network.id }, options);
    return new compute.RouterNat(
      this.name,
      {
        name,
        region,
        router: router.name,
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      },
      options,
    );
  }
}
