/**
 * Networks of Google Cloud. Replacements follow the schemas of hashicorp/terraform-provider-google
 * (google/services/compute), on which Pulumi's provider is built.
 */
import type * as compute from "@pulumi/gcp/compute";
import { text } from "../cloud-style";
import { resource, type Draft, type Reference, type ResourceType } from "../resource-type";
import { projectOf, selfLink } from "./project";

export const networkType = "gcp:compute/network:Network";
export const subnetworkType = "gcp:compute/subnetwork:Subnetwork";
const routerType = "gcp:compute/router:Router";
const addressType = "gcp:compute/address:Address";

/** Reference to a network, which a program may name by id, self link or name. */
export function byAnyName(path: string, type: string, onDelete: Reference["onDelete"]): Reference {
  return { path, type, by: ["id", "selfLink", "name"], onDelete };
}

const inNetwork = byAnyName("network", networkType, "refuse");
const created = (): string => new Date().toISOString();
const projectId = (draft: Draft): string => projectOf(draft);

/** `projects/P/global/networks/N`: ids, and self links after the address of the API. */
function globalId(kind: string) {
  return (draft: Omit<Draft, "id">): string => `projects/${projectOf(draft)}/global/${kind}/${text(draft.inputs.name)}`;
}

function regionalId(kind: string) {
  return (draft: Omit<Draft, "id">): string =>
    `projects/${projectOf(draft)}/regions/${regionOf(draft)}/${kind}/${text(draft.inputs.name)}`;
}

function regionOf({ inputs, account }: Omit<Draft, "id">): string {
  return text(inputs.region) || text(account.region);
}

export const networkResources: Record<string, ResourceType> = {
  [networkType]: resource<compute.NetworkArgs, compute.Network>({
    required: {},
    autoname: "name",
    replaces: ["name", "project", "autoCreateSubnetworks", "description", "networkProfile", "internalIpv6Range"],
    refers: [],
    id: globalId("networks"),
    outputs: { networkId: () => "1000", numericId: () => "1000", project: projectId, selfLink },
  }),
  [subnetworkType]: resource<compute.SubnetworkArgs, compute.Subnetwork>({
    required: { network: true },
    autoname: "name",
    replaces: ["name", "network", "region", "project", "purpose", "description", "externalIpv6Prefix"],
    refers: [inNetwork],
    refusesCreate: ({ inputs }) =>
      inputs.ipCidrRange === undefined
        ? "googleapi: Error 400: Required field 'resource.ipCidrRange' not specified"
        : undefined,
    id: regionalId("subnetworks"),
    outputs: {
      creationTimestamp: created,
      gatewayAddress: ({ inputs }) => text(inputs.ipCidrRange).replace(/\d+\/\d+$/, "1"),
      project: projectId,
      region: regionOf,
      selfLink,
    },
  }),
  [routerType]: resource<compute.RouterArgs, compute.Router>({
    required: { network: true },
    autoname: "name",
    replaces: ["name", "network", "region", "project", "encryptedInterconnectRouter"],
    refers: [inNetwork],
    id: regionalId("routers"),
    outputs: { creationTimestamp: created, project: projectId, region: regionOf, selfLink },
  }),
  "gcp:compute/routerNat:RouterNat": resource<compute.RouterNatArgs, compute.RouterNat>({
    required: { router: true, sourceSubnetworkIpRangesToNat: true },
    autoname: "name",
    replaces: ["name", "router", "region", "project", "type"],
    refers: [
      byAnyName("router", routerType, "cascade"),
      byAnyName("subnetworks[].name", subnetworkType, "refuse"),
      byAnyName("natIps[]", addressType, "refuse"),
    ],
    id: (draft) => `${projectOf(draft)}/${regionOf(draft)}/${text(draft.inputs.router)}/${text(draft.inputs.name)}`,
    outputs: { project: projectId, region: regionOf },
  }),
  [addressType]: resource<compute.AddressArgs, compute.Address>({
    required: {},
    autoname: "name",
    replaces: [
      "name",
      "region",
      "project",
      "address",
      "addressType",
      "network",
      "subnetwork",
      "purpose",
      "networkTier",
    ],
    refers: [byAnyName("subnetwork", subnetworkType, "refuse")],
    id: regionalId("addresses"),
    outputs: { address: ({ inputs }) => inputs.address ?? "203.0.113.9", creationTimestamp: created, selfLink },
  }),
  "gcp:compute/globalAddress:GlobalAddress": resource<compute.GlobalAddressArgs, compute.GlobalAddress>({
    required: {},
    autoname: "name",
    replaces: ["name", "project", "address", "addressType", "network", "prefixLength", "purpose", "ipVersion"],
    refers: [inNetwork],
    id: globalId("addresses"),
    outputs: { address: ({ inputs }) => inputs.address ?? "10.200.0.0", creationTimestamp: created, selfLink },
  }),
  "gcp:compute/firewall:Firewall": resource<compute.FirewallArgs, compute.Firewall>({
    required: { network: true },
    autoname: "name",
    replaces: ["name", "network", "project", "direction"],
    refers: [inNetwork],
    id: globalId("firewalls"),
    outputs: { creationTimestamp: created, project: projectId, selfLink },
  }),
};
