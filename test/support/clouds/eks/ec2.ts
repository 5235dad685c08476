/**
 * Networks of AWS. Replacements follow the schemas of hashicorp/terraform-provider-aws (internal/service/ec2), on which
 * Pulumi's provider is built; refused deletions follow the EC2 API's DependencyViolation.
 */
import type * as ec2 from "@pulumi/aws/ec2";
import type * as vpc from "@pulumi/aws/vpc";
import { contains, overlap } from "../addresses";
import { text } from "../cloud-style";
import { resource, textsAt, type Draft, type Reference, type ResourceType } from "../resource-type";
import { accountId, arn, newId, regionOf } from "./account";

const vpcType = "aws:ec2/vpc:Vpc";
const subnetType = "aws:ec2/subnet:Subnet";
const groupType = "aws:ec2/securityGroup:SecurityGroup";
const gatewayType = "aws:ec2/internetGateway:InternetGateway";
const natType = "aws:ec2/natGateway:NatGateway";
const eipType = "aws:ec2/eip:Eip";
const tableType = "aws:ec2/routeTable:RouteTable";

export const inVpc: Reference = { path: "vpcId", type: vpcType, onDelete: "refuse" };

export function inSubnets(path: string): Reference {
  return { path, type: subnetType, onDelete: "refuse" };
}

/** The security group that EKS creates for a cluster, and deletes with the cluster. */
const clusterGroup = /-eks-cluster$/;

/** Reference of network interfaces, which prevent the deletion of their security groups. */
export function behindGroups(path: string): Reference {
  return { path, type: groupType, onDelete: "refuse", except: clusterGroup };
}

const tagsAll = ({ inputs }: Draft): Draft["inputs"][string] => inputs.tags ?? {};
const tagsMove = { tagsAll: ["tags"] } as const;
const groupRuleFields = ["fromPort", "toPort", "protocol", "type", "cidrBlocks", "ipv6CidrBlocks", "self"] as const;
const ruleProblem = ({ fromPort, toPort, ipProtocol }: Draft["inputs"]): string[] =>
  ipProtocol === "-1" && (fromPort !== undefined || toPort !== undefined)
    ? ["fromPort and toPort must not be set when ipProtocol is -1"]
    : [];

/** Rule of either direction of a security group. */
const groupRule = resource<
  vpc.SecurityGroupIngressRuleArgs | vpc.SecurityGroupEgressRuleArgs,
  vpc.SecurityGroupIngressRule | vpc.SecurityGroupEgressRule
>({
  required: { ipProtocol: true, securityGroupId: true },
  replaces: ["securityGroupId"],
  refers: [
    { path: "securityGroupId", type: groupType, onDelete: "cascade", except: clusterGroup },
    { path: "referencedSecurityGroupId", type: groupType, onDelete: "refuse", except: clusterGroup },
  ],
  problems: ruleProblem,
  id: () => newId("sgr"),
  outputs: {
    arn: (draft) => arn("ec2", draft, `security-group-rule/${draft.id}`),
    securityGroupRuleId: ({ id }) => id,
    tagsAll,
  },
  moves: tagsMove,
});

export const ec2Resources: Record<string, ResourceType> = {
  [vpcType]: resource<ec2.VpcArgs, ec2.Vpc>({
    required: {},
    replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
    refers: [],
    refusesCreate: ({ inputs }) =>
      inputs.cidrBlock === undefined && inputs.ipv4IpamPoolId === undefined
        ? "creating EC2 VPC: api error MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."
        : undefined,
    id: () => newId("vpc"),
    outputs: {
      arn: (draft) => arn("ec2", draft, `vpc/${draft.id}`),
      defaultNetworkAclId: () => newId("acl"),
      defaultRouteTableId: () => newId("rtb"),
      defaultSecurityGroupId: () => newId("sg"),
      mainRouteTableId: () => newId("rtb"),
      ownerId: () => accountId,
      tagsAll,
    },
    moves: tagsMove,
  }),
  [subnetType]: resource<ec2.SubnetArgs, ec2.Subnet>({
    required: { vpcId: true },
    replaces: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "outpostArn"],
    refers: [inVpc],
    refusesCreate: (draft) => refuseSubnet(draft),
    id: () => newId("subnet"),
    outputs: {
      arn: (draft) => arn("ec2", draft, `subnet/${draft.id}`),
      availabilityZone: (draft) => draft.inputs.availabilityZone ?? `${regionOf(draft)}a`,
      ownerId: () => accountId,
      tagsAll,
    },
    moves: tagsMove,
  }),
  [gatewayType]: resource<ec2.InternetGatewayArgs, ec2.InternetGateway>({
    required: {},
    replaces: [],
    refers: [inVpc],
    // A change of the VPC is an update: the gateway is detached from the old VPC and attached to the new one.
    refusesUpdate: ({ id, inputs, cloud }, previous) =>
      inputs.vpcId === previous.inputs.vpcId ? undefined : refuseDetachment(id, previous.inputs.vpcId, cloud),
    id: () => newId("igw"),
    outputs: {
      arn: (draft) => arn("ec2", draft, `internet-gateway/${draft.id}`),
      ownerId: () => accountId,
      tagsAll,
    },
    moves: tagsMove,
    refusesDelete: ({ id, inputs }, cloud) => refuseDetachment(id, inputs.vpcId, cloud),
  }),
  [eipType]: resource<ec2.EipArgs, ec2.Eip>({
    required: {},
    replaces: ["domain", "address", "customerOwnedIpv4Pool", "networkBorderGroup", "publicIpv4Pool", "ipamPoolId"],
    refers: [],
    id: () => newId("eipalloc"),
    outputs: {
      allocationId: ({ id }) => id,
      arn: (draft) => arn("ec2", draft, `elastic-ip/${draft.id}`),
      publicIp: ({ id }) => `203.0.113.${Number.parseInt(id.slice(-2), 16)}`,
      tagsAll,
    },
    moves: tagsMove,
  }),
  [natType]: resource<ec2.NatGatewayArgs, ec2.NatGateway>({
    required: {},
    replaces: ["allocationId", "connectivityType", "privateIp", "subnetId", "availabilityMode", "vpcId"],
    refers: [inSubnets("subnetId"), inVpc, { path: "allocationId", type: eipType, onDelete: "refuse" }],
    problems: ({ connectivityType, allocationId, availabilityMode }) =>
      connectivityType !== "private" && allocationId === undefined && availabilityMode !== "regional"
        ? ["allocationId is required when connectivityType is public"]
        : [],
    // A public NAT gateway needs a network with an internet gateway: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
    refusesCreate: ({ inputs, cloud }) => {
      const address = text(inputs.allocationId);
      if (address !== "" && cloud.find(natType, "allocationId", address)) {
        return `creating EC2 NAT Gateway: Resource.AlreadyAssociated: Elastic IP address [${address}] is already associated`;
      }
      const network = inputs.vpcId ?? cloud.get(subnetType, text(inputs.subnetId))?.inputs.vpcId;
      if (inputs.connectivityType === "private" || cloud.find(gatewayType, "vpcId", network ?? null)) return undefined;
      return `waiting for EC2 NAT Gateway create: Gateway.NotAttached: Network ${text(network)} has no Internet gateway attached`;
    },
    id: () => newId("nat"),
    outputs: {
      networkInterfaceId: () => newId("eni"),
      publicIp: ({ inputs, cloud }) => cloud.get(eipType, text(inputs.allocationId))?.outputs.publicIp ?? "",
      tagsAll,
    },
    moves: tagsMove,
  }),
  [tableType]: resource<ec2.RouteTableArgs, ec2.RouteTable>({
    required: { vpcId: true },
    replaces: ["vpcId"],
    refers: [
      inVpc,
      { path: "routes[].gatewayId", type: gatewayType, onDelete: "nothing" },
      { path: "routes[].natGatewayId", type: natType, onDelete: "nothing" },
    ],
    id: () => newId("rtb"),
    outputs: { arn: (draft) => arn("ec2", draft, `route-table/${draft.id}`), ownerId: () => accountId, tagsAll },
    moves: tagsMove,
  }),
  "aws:ec2/route:Route": resource<ec2.RouteArgs, ec2.Route>({
    required: { routeTableId: true },
    replaces: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
    refers: [
      { path: "routeTableId", type: tableType, onDelete: "cascade" },
      { path: "gatewayId", type: gatewayType, onDelete: "nothing" },
      { path: "natGatewayId", type: natType, onDelete: "nothing" },
    ],
    id: ({ inputs }) => `r-${text(inputs.routeTableId)}${text(inputs.destinationCidrBlock).replace(/\D/g, "")}`,
    outputs: { origin: () => "CreateRoute", state: () => "active" },
  }),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": resource<
    ec2.RouteTableAssociationArgs,
    ec2.RouteTableAssociation
  >({
    required: { routeTableId: true },
    replaces: ["subnetId", "gatewayId"],
    refers: [
      { path: "routeTableId", type: tableType, onDelete: "refuse" },
      { path: "subnetId", type: subnetType, onDelete: "cascade" },
    ],
    id: () => newId("rtbassoc"),
    outputs: {},
  }),
  [groupType]: resource<ec2.SecurityGroupArgs, ec2.SecurityGroup>({
    required: {},
    autoname: "name",
    replaces: ["name", "namePrefix", "description", "vpcId"],
    refers: [inVpc, behindGroups("ingress[].securityGroups[]")],
    id: () => newId("sg"),
    outputs: {
      arn: (draft) => arn("ec2", draft, `security-group/${draft.id}`),
      ownerId: () => accountId,
      tagsAll,
    },
    moves: tagsMove,
  }),
  "aws:ec2/securityGroupRule:SecurityGroupRule": resource<ec2.SecurityGroupRuleArgs, ec2.SecurityGroupRule>({
    required: { fromPort: true, protocol: true, securityGroupId: true, toPort: true, type: true },
    replaces: [...groupRuleFields, "securityGroupId", "sourceSecurityGroupId", "prefixListIds"],
    refers: [
      { path: "securityGroupId", type: groupType, onDelete: "cascade", except: clusterGroup },
      { path: "sourceSecurityGroupId", type: groupType, onDelete: "refuse", except: clusterGroup },
    ],
    id: () => newId("sgrule"),
    outputs: { securityGroupRuleId: () => newId("sgr") },
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": groupRule,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": groupRule,
  "aws:ec2/launchTemplate:LaunchTemplate": resource<ec2.LaunchTemplateArgs, ec2.LaunchTemplate>({
    required: {},
    autoname: "name",
    replaces: ["name", "namePrefix"],
    refers: [behindGroups("vpcSecurityGroupIds[]")],
    id: () => newId("lt"),
    outputs: {
      arn: (draft) => arn("ec2", draft, `launch-template/${draft.id}`),
      defaultVersion: ({ inputs }) => inputs.defaultVersion ?? 1,
      latestVersion: ({ cloud, type, id }) => Number(cloud.get(type, id)?.outputs.latestVersion ?? 0) + 1,
      tagsAll,
    },
    moves: { latestVersion: ["*"], tagsAll: ["tags"] },
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": resource<ec2.VpcEndpointArgs, ec2.VpcEndpoint>({
    required: { vpcId: true },
    replaces: ["vpcId", "serviceName", "vpcEndpointType", "resourceConfigurationArn", "serviceNetworkArn"],
    refers: [inVpc, inSubnets("subnetIds[]"), behindGroups("securityGroupIds[]")],
    id: () => newId("vpce"),
    outputs: {
      arn: (draft) => arn("ec2", draft, `vpc-endpoint/${draft.id}`),
      ownerId: () => accountId,
      state: () => "available",
      tagsAll,
    },
    moves: tagsMove,
  }),
  "aws:ec2/flowLog:FlowLog": resource<ec2.FlowLogArgs, ec2.FlowLog>({
    required: {},
    replaces: ["vpcId", "subnetId", "trafficType", "logDestination", "logDestinationType", "iamRoleArn", "logFormat"],
    refers: [{ ...inVpc, onDelete: "cascade" }],
    id: () => newId("fl"),
    outputs: { arn: (draft) => arn("ec2", draft, `vpc-flow-log/${draft.id}`), tagsAll },
    moves: tagsMove,
  }),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": resource<ec2.DefaultSecurityGroupArgs, ec2.DefaultSecurityGroup>(
    {
      required: {},
      replaces: ["vpcId"],
      // The group belongs to the network and is deleted with it. Pulumi's deletion only forgets the group.
      refers: [{ ...inVpc, onDelete: "cascade" }],
      id: ({ inputs, cloud }) => text(cloud.get(vpcType, text(inputs.vpcId))?.outputs.defaultSecurityGroupId),
      outputs: {
        arn: (draft) => arn("ec2", draft, `security-group/${draft.id}`),
        name: () => "default",
        ownerId: () => accountId,
        tagsAll,
      },
      moves: tagsMove,
    },
  ),
};

function refuseDetachment(id: string, vpcId: Draft["inputs"][string] | undefined, cloud: Draft["cloud"]) {
  const subnets = cloud.list(subnetType).filter((subnet) => subnet.inputs.vpcId === vpcId);
  const ids = subnets.map((subnet) => subnet.id);
  const isPublic = cloud
    .list(natType)
    .some((nat) => nat.inputs.allocationId !== undefined && ids.includes(text(nat.inputs.subnetId)));
  return isPublic
    ? `detaching EC2 Internet Gateway (${id}): api error DependencyViolation: Network ${text(vpcId)} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`
    : undefined;
}

function refuseSubnet({ inputs, cloud }: Draft): string | undefined {
  const range = text(inputs.cidrBlock);
  const network = cloud.get(vpcType, text(inputs.vpcId));
  if (range === "" || network === undefined) return undefined;
  if (!contains(text(network.inputs.cidrBlock), range)) {
    return `creating EC2 Subnet: api error InvalidSubnet.Range: The CIDR '${range}' is invalid.`;
  }
  const others = cloud.list(subnetType).filter((other) => other.inputs.vpcId === inputs.vpcId);
  const taken = others.find((other) => overlap(text(other.inputs.cidrBlock), range));
  return (
    taken && `creating EC2 Subnet: api error InvalidSubnet.Conflict: The CIDR '${range}' conflicts with another subnet`
  );
}

/** Availability zones of subnets. */
export function zonesOf(cloud: Draft["cloud"], inputs: Draft["inputs"], path: string): string[] {
  const zones = textsAt(inputs, path).map((id) => text(cloud.get(subnetType, id)?.outputs.availabilityZone));
  return [...new Set(zones)];
}

/** The network of subnets. */
export function networkOf(cloud: Draft["cloud"], inputs: Draft["inputs"], path: string): string {
  return text(cloud.get(subnetType, textsAt(inputs, path)[0] ?? "")?.inputs.vpcId);
}
