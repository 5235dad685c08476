import type { FabricNetworkConfig } from "../../config";
import type { HostPort } from "../../ledger/fabric/channel-config";
import { serviceHost } from "../workload";
import { namespaceName, nodeName, ports } from "./names";
import { channelEndpoint } from "./node";
import { channelPortOf, type OrganizationSettings } from "./organization";
import type { OwnOrganization } from "./specs/collisions";

/** Organisations of the stack file with the names that channels have for them and their nodes, before anything of them is made. */
export function ownOrganizations({ name: network, fabric }: FabricNetworkConfig, dnsDomain: string): OwnOrganization[] {
  const endpoints = (settings: OrganizationSettings, role: "orderer" | "peer", count: number): HostPort[] => {
    const place = { namespace: namespaceName(network, settings.name), dnsDomain, domain: settings.domain };
    return Array.from({ length: count }, (_, index) => {
      const node = nodeName(role, index);
      const inside = { host: serviceHost(node, place), port: ports[role].grpc };
      return channelEndpoint(node, inside, { place, channelPort: channelPortOf(settings) });
    });
  };
  return [
    ...fabric.ordererOrganizations.map((settings, index) => ({
      role: "orderer" as const,
      name: settings.name,
      mspId: settings.mspId,
      endpoints: endpoints(settings, "orderer", settings.orderers),
      path: `network.fabric.ordererOrganizations[${index}]`,
    })),
    ...fabric.peerOrganizations.map((settings, index) => ({
      role: "peer" as const,
      name: settings.name,
      mspId: settings.mspId,
      endpoints: endpoints(settings, "peer", settings.peers),
      path: `network.fabric.peerOrganizations[${index}]`,
    })),
  ];
}
