import * as ecs from "@pulumi/alicloud/ecs";
import * as vpc from "@pulumi/alicloud/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { subnetCidr } from "../../../lib/ipv4";
import type { CloudContext } from "../cloud-cluster";

export interface AckNetwork {
  vpcId: pulumi.Input<string>;
  cidr: string;
  /** One per zone. */
  vswitchIds: pulumi.Input<string>[];
  /** One per zone, in the same order. */
  podVswitchIds: pulumi.Input<string>[];
  /** The way to the outside: nodes cannot pull images without it. */
  ready: pulumi.Resource[];
}

/** What tells one network from another, known in previews. */
export function networkIdentity({ network }: VendorConfig<"ack">): string {
  return network.existing?.vpcId ?? network.cidr;
}

/** The network that the stack file names, or one that is made. */
export function createAckNetwork({ prefix, config, tags, componentOptions }: CloudContext<"ack">): AckNetwork {
  const { existing } = config.network;
  if (existing !== undefined) return { ...existing, ready: [] };
  return new OwnAckNetwork(`${prefix}-network`, config, tags, componentOptions);
}

/** A VPC with vSwitches for nodes and for pods in each zone, and one NAT gateway for all of them. */
class OwnAckNetwork extends pulumi.ComponentResource implements AckNetwork {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly vswitchIds: pulumi.Output<string>[];
  readonly podVswitchIds: pulumi.Output<string>[];
  readonly ready: pulumi.Resource[];
  private readonly vpc: vpc.Network;

  constructor(
    private readonly name: string,
    private readonly config: VendorConfig<"ack">,
    private readonly tags: Record<string, string>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:AckNetwork", name, {}, opts);
    this.cidr = config.network.cidr;
    this.vpc = new vpc.Network(
      name,
      { vpcName: config.name, cidrBlock: this.cidr, tags },
      // Its addresses cannot change while anything is in it.
      { parent: this, replacementTrigger: networkIdentity(config) },
    );
    const nodes = this.createSwitches("nodes");
    const pods = this.createSwitches("pods");
    this.ready = [this.createNat(nodes)];
    this.vpcId = this.vpc.id;
    this.vswitchIds = nodes.map((vswitch) => vswitch.id);
    this.podVswitchIds = pods.map((vswitch) => vswitch.id);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  /** An eighth of the network each: nodes in the lower half, pods in the upper. */
  private createSwitches(use: "nodes" | "pods"): vpc.Switch[] {
    const first = use === "nodes" ? 0 : 4;
    return (this.config.zones ?? []).map(
      (zoneId, zone) =>
        new vpc.Switch(
          `${this.name}-${use}-${zone}`,
          {
            vpcId: this.vpc.id,
            zoneId,
            cidrBlock: subnetCidr(this.cidr, 3, first + zone),
            vswitchName: `${this.config.name}-${use}-${zoneId}`,
            tags: this.tags,
          },
          { parent: this },
        ),
    );
  }

  private createNat(switches: vpc.Switch[]): pulumi.Resource {
    const { name, tags } = this;
    const gateway = new vpc.NatGateway(
      name,
      {
        vpcId: this.vpc.id,
        vswitchId: switches[0]?.id,
        natGatewayName: this.config.name,
        natType: "Enhanced",
        paymentType: "PayAsYouGo",
        tags,
      },
      { parent: this },
    );
    const address = new ecs.EipAddress(
      name,
      { addressName: this.config.name, bandwidth: "100", internetChargeType: "PayByTraffic", tags },
      // Two gateways cannot have one address: the next VPC's needs another.
      { parent: this, replacementTrigger: networkIdentity(this.config) },
    );
    const association = new ecs.EipAssociation(
      name,
      { allocationId: address.id, instanceId: gateway.id, instanceType: "Nat" },
      { parent: this },
    );
    return new vpc.SnatEntry(
      name,
      { snatTableId: gateway.snatTableIds, snatIp: address.ipAddress, sourceCidr: this.cidr },
      { parent: this, dependsOn: association },
    );
  }
}
