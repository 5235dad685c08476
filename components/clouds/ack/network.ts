import * as ecs from "@pulumi/alicloud/ecs";
import * as vpc from "@pulumi/alicloud/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { subnetCidr } from "../../../lib/ipv4";
import type { CloudContext } from "../cloud-cluster";

export interface AckNetwork {
  vpcId: pulumi.Input<string>;
  cidr: string;
  /** vSwitches of nodes, one per zone. */
  vswitchIds: pulumi.Input<string>[];
  /** vSwitches of pods, one per zone in the same order. */
  podVswitchIds: pulumi.Input<string>[];
  /** Resources that connect the network with the internet: nodes cannot pull images before. */
  ready: pulumi.Resource[];
}

/** Identity of a network. Previews know it. */
export function networkIdentity({ network }: VendorConfig<"ack">): string {
  return network.existing?.vpcId ?? network.cidr;
}

/** Network of the stack file, or a new one. */
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
      // The address range of a VPC cannot change while the VPC has vSwitches.
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
      // An address serves one gateway: the gateway of a replacing VPC needs another address.
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
