/** Networks of Azure. */
import type * as network from "@pulumi/azure-native/network";
import { text } from "../cloud-style";
import { contains } from "../addresses";
import { resource, textsAt, type Draft, type Reference, type ResourceType } from "../resource-type";
import { armId, inGroup, nameOf, succeeded } from "./arm";

const networkType = "azure-native:network:VirtualNetwork";
const subnetType = "azure-native:network:Subnet";

/** Reference of network interfaces, which prevent the deletion of their subnet. */
export function inSubnet(path: string): Reference {
  return { path, type: subnetType, onDelete: "refuse" };
}

export const networkResources: Record<string, ResourceType> = {
  [networkType]: resource<network.VirtualNetworkArgs, network.VirtualNetwork>({
    required: { resourceGroupName: true },
    autoname: "virtualNetworkName",
    replaces: ["resourceGroupName", "virtualNetworkName", "location"],
    refers: [inGroup],
    // An update is a PUT of everything: Azure deletes subnets that it does not name, unless it names none.
    refusesCreate: ({ inputs }) =>
      textsAt(inputs, "addressSpace.addressPrefixes[]").length === 0
        ? `Status=400 Code="InvalidRequestFormat" Message="addressSpace has no addressPrefixes"`
        : undefined,
    id: armId("Microsoft.Network", ["virtualNetworks", "virtualNetworkName"]),
    outputs: { etag: () => "W/1", name: nameOf("virtualNetworkName"), provisioningState: succeeded },
  }),
  [subnetType]: resource<network.SubnetArgs, network.Subnet>({
    required: { resourceGroupName: true, virtualNetworkName: true },
    autoname: "subnetName",
    replaces: ["resourceGroupName", "virtualNetworkName", "subnetName"],
    // A network's deletion deletes its subnets. Subnets in use refuse by themselves.
    refers: [inGroup, { path: "virtualNetworkName", type: networkType, by: "name", onDelete: "cascade" }],
    refusesCreate: refuseRange,
    id: armId("Microsoft.Network", ["virtualNetworks", "virtualNetworkName"], ["subnets", "subnetName"]),
    outputs: { etag: () => "W/1", name: nameOf("subnetName"), provisioningState: succeeded },
  }),
};

function refuseRange({ inputs, cloud }: Draft): string | undefined {
  const outer = cloud.find(networkType, "name", inputs.virtualNetworkName ?? null);
  const range = text(inputs.addressPrefix);
  const isInside = textsAt(outer?.inputs, "addressSpace.addressPrefixes[]").some((each) => contains(each, range));
  return isInside
    ? undefined
    : `Status=400 Code="NetcfgSubnetRangeOutsideVnet" Message="Subnet '${text(inputs.subnetName)}' is not valid because its IP address range is outside the virtual network"`;
}
