/** What a Fabric network tells its users: applications, operators, other stacks. */
import * as pulumi from "@pulumi/pulumi";
import type { ChannelEntry } from "../config";
import { buildConnectionProfile } from "./connection-profile";
import type { Gateway } from "./gateway";
import { ports } from "./names";
import type { Orderer } from "./orderer";
import type { Identity, OrganizationIdentities } from "./organization-identities";
import type { Peer } from "./peer";

export interface Endpoint {
  name: string;
  host: string;
  port: number;
}

export interface OrganizationOutputs {
  mspId: string;
  namespace: string;
  gateway: {
    /** `host:port` to connect to. */
    endpoint: pulumi.Output<string>;
    /** Name to check in the peers' TLS certificates. */
    tlsServerName: string;
    tlsCaCertificate: pulumi.Output<string>;
  };
  peers: Endpoint[];
  /** Common connection profile, JSON. */
  connectionProfile: pulumi.Output<string>;
  /** Private keys are secret. */
  administrator: Identity;
  client: Identity;
}

export interface FabricOutputs {
  network: string;
  channels: { name: string; organizations: string[]; chaincodes: { name: string }[] }[];
  organizations: Record<string, OrganizationOutputs>;
  orderers: Endpoint[];
}

export interface PeerOrganizationParts {
  network: string;
  name: string;
  namespace: string;
  identities: OrganizationIdentities;
  client: Identity;
  peers: Peer[];
  gateway: Gateway;
}

export function organizationOutputs(parts: PeerOrganizationParts): OrganizationOutputs {
  const { network, name, identities, gateway } = parts;
  const peers = parts.peers.map(({ node, host }) => ({ name: node, host, port: ports.peer.grpc }));
  const { mspId, tlsCaCertificate } = identities;
  const connectionProfile = pulumi.all([gateway.endpoint, tlsCaCertificate]).apply(([gatewayEndpoint, certificate]) =>
    JSON.stringify(
      buildConnectionProfile({
        network,
        organization: name,
        mspId,
        gatewayEndpoint,
        gatewayHost: gateway.tlsServerName,
        peers,
        tlsCaCertificate: certificate,
      }),
    ),
  );
  return {
    mspId,
    namespace: parts.namespace,
    gateway: { endpoint: gateway.endpoint, tlsServerName: gateway.tlsServerName, tlsCaCertificate },
    peers,
    connectionProfile,
    administrator: identities.administrator,
    client: parts.client,
  };
}

export function channelOutputs(channels: readonly ChannelEntry[]): FabricOutputs["channels"] {
  return channels.map(({ name, organizations, chaincodes }) => ({
    name,
    organizations,
    chaincodes: chaincodes.map((chaincode) => ({ name: chaincode.name })),
  }));
}

export function ordererOutputs(orderers: readonly Orderer[]): Endpoint[] {
  return orderers.map(({ node, host }) => ({ name: node, host, port: ports.orderer.grpc }));
}
