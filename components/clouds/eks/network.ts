import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { subnetCidr } from "../../../lib/ipv4";
import type { CloudContext } from "../cloud-cluster";
import { usableZones } from "./zones";

/** Network of the nodes, with one private subnet per zone, in the order of the zones. */
export interface EksNetwork {
  vpcId: pulumi.Input<string>;
  /** Address range of the VPC. */
  cidr: pulumi.Input<string>;
  privateSubnetIds: pulumi.Input<string>[];
  /** Routes to the internet, without which nodes cannot join. */
  ready: pulumi.Resource[];
}

/** Identity of a network. Previews know it. */
export function networkIdentity({ network }: VendorConfig<"eks">): string {
  return network.existing?.vpcId ?? network.cidr;
}

/** Network of the stack file, or a new one. */
export function createEksNetwork(context: CloudContext<"eks">): EksNetwork {
  const { prefix, config, resourceOptions, componentOptions } = context;
  const { existing } = config.network;
  if (existing === undefined) return new OwnEksNetwork(`${prefix}-network`, config, componentOptions);
  const { cidrBlock } = ec2.getVpcOutput({ id: existing.vpcId }, resourceOptions);
  return { ...existing, cidr: cidrBlock, ready: [] };
}

/**
 * A VPC with a private and a public subnet in each zone. Nodes live in private subnets and reach the internet through
 * NAT. Public subnets hold NAT gateways and load balancers that face the internet.
 */
class OwnEksNetwork extends pulumi.ComponentResource implements EksNetwork {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly privateSubnetIds: pulumi.Output<string>[];
  readonly ready: pulumi.Resource[];
  private readonly vpc: ec2.Vpc;

  constructor(
    private readonly name: string,
    private readonly config: VendorConfig<"eks">,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:EksNetwork", name, {}, opts);
    this.cidr = config.network.cidr;
    this.vpc = this.createVpc();
    const zones = usableZones(config.zones, { parent: this });
    const publicSubnets = this.createSubnets("public", zones);
    const privateSubnets = this.createSubnets("private", zones);
    const publicRoutes = this.createPublicRoutes(publicSubnets);
    const gateways = this.createNatGateways(publicSubnets, publicRoutes);
    const tables = privateSubnets.map((_, zone) => this.createRouteTable(`private-${zone}`));
    this.ready = tables.flatMap((table, zone) => [
      this.createRoute(`private-${zone}`, table, { natGatewayId: pick(gateways, zone).id }),
      this.associate(`private-${zone}`, table, pick(privateSubnets, zone)),
    ]);
    this.createS3Endpoint(tables);
    this.vpcId = this.vpc.id;
    this.privateSubnetIds = privateSubnets.map((subnet) => subnet.id);
    this.registerOutputs({ vpcId: this.vpcId, privateSubnetIds: this.privateSubnetIds });
  }

  private createVpc(): ec2.Vpc {
    return new ec2.Vpc(
      this.name,
      {
        cidrBlock: this.config.network.cidr,
        // Private API endpoints need both, and so do EFS mount targets, whose clients look up a DNS name.
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: { Name: this.config.name },
      },
      { parent: this },
    );
  }

  /**
   * Creates the subnets. Private ones are an eighth of the network each, in its lower half; public ones are small, in
   * the upper half.
   */
  private createSubnets(kind: "public" | "private", usable: pulumi.Output<string[]>): ec2.Subnet[] {
    const { cidr } = this.config.network;
    const role = kind === "public" ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb";
    return this.config.zones.map(
      (zone, index) =>
        new ec2.Subnet(
          `${this.name}-${kind}-${index}`,
          {
            vpcId: this.vpc.id,
            availabilityZone: usable.apply(() => zone),
            cidrBlock: kind === "private" ? subnetCidr(cidr, 3, index) : subnetCidr(cidr, 6, 32 + index),
            mapPublicIpOnLaunch: false,
            // Load balancers find their subnets by these tags.
            tags: { Name: `${this.config.name}-${kind}-${zone}`, [role]: "1" },
          },
          { parent: this },
        ),
    );
  }

  private createPublicRoutes(subnets: ec2.Subnet[]): pulumi.Resource[] {
    const gateway = new ec2.InternetGateway(
      `${this.name}-internet`,
      { vpcId: this.vpc.id, tags: { Name: this.config.name } },
      // An update would move the gateway to the new VPC, and cut the old VPC off.
      { parent: this, replacementTrigger: networkIdentity(this.config) },
    );
    const table = this.createRouteTable("public");
    return [
      this.createRoute("public", table, { gatewayId: gateway.id }),
      ...subnets.map((subnet, zone) => this.associate(`public-${zone}`, table, subnet)),
    ];
  }

  /**
   * Creates the NAT gateways: one per zone in production, so that a lost zone does not cut off others. Each costs money
   * by the hour.
   */
  private createNatGateways(subnets: ec2.Subnet[], routes: pulumi.Resource[]): ec2.NatGateway[] {
    const places = this.config.environment === "production" ? subnets : subnets.slice(0, 1);
    return places.map((subnet, zone) => {
      const tags = { Name: `${this.config.name}-${zone}` };
      const address = new ec2.Eip(
        `${this.name}-nat-${zone}`,
        { domain: "vpc", tags },
        // An address serves one gateway: gateways of a replacing VPC need other addresses.
        { parent: this, replacementTrigger: networkIdentity(this.config) },
      );
      return new ec2.NatGateway(
        `${this.name}-nat-${zone}`,
        { subnetId: subnet.id, allocationId: address.id, tags },
        { parent: this, dependsOn: routes },
      );
    });
  }

  private createRouteTable(role: string): ec2.RouteTable {
    return new ec2.RouteTable(
      `${this.name}-${role}`,
      { vpcId: this.vpc.id, tags: { Name: `${this.config.name}-${role}` } },
      { parent: this },
    );
  }

  private createRoute(
    role: string,
    table: ec2.RouteTable,
    target: Pick<ec2.RouteArgs, "gatewayId" | "natGatewayId">,
  ): ec2.Route {
    return new ec2.Route(
      `${this.name}-${role}`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...target },
      { parent: this },
    );
  }

  private associate(role: string, table: ec2.RouteTable, subnet: ec2.Subnet): ec2.RouteTableAssociation {
    return new ec2.RouteTableAssociation(
      `${this.name}-${role}`,
      { routeTableId: table.id, subnetId: subnet.id },
      { parent: this },
    );
  }

  /**
   * Creates an endpoint for S3, which stores layers of images: pulling them costs no NAT traffic. The endpoint is free.
   */
  private createS3Endpoint(tables: ec2.RouteTable[]): ec2.VpcEndpoint {
    return new ec2.VpcEndpoint(
      `${this.name}-s3`,
      {
        vpcId: this.vpc.id,
        serviceName: `com.amazonaws.${this.config.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map((table) => table.id),
        tags: { Name: `${this.config.name}-s3` },
      },
      { parent: this },
    );
  }
}

/** Item of the zone, or the only item. */
function pick<T>(items: readonly T[], zone: number): T {
  const item = items[zone] ?? items[0];
  if (item === undefined) throw new Error("a network has at least one zone");
  return item;
}
