/** Outputs of a Fabric network for its users: applications, operators, other stacks. */
import * as pulumi from "@pulumi/pulumi";
import { buildConnectionProfile } from "./connection-profile";
import type { FabricChannel } from "./channel";
import type { PublicEndpoint } from "./exposure";
import { gatewayService, ports } from "./names";
import type { OrdererOrganization, PeerOrganization } from "./organization";
import type { Identity } from "./organization-identities";

export interface Endpoint {
  name: string;
  host: string;
  port: number;
}

export interface OrganizationOutputs {
  mspId: string;
  namespace: string;
  /** CA of the organisation's identities. */
  caCertificate: pulumi.Output<string>;
  gateway: {
    /** `host:port` for clients. */
    endpoint: pulumi.Output<string>;
    /** Name to check in the peers' TLS certificates. */
    tlsServerName: string;
    tlsCaCertificate: pulumi.Output<string>;
  };
  peers: Endpoint[];
  /** Public names, with `exposure` in the stack file. */
  publicEndpoints: PublicEndpoint[] | undefined;
  /** Common connection profile, JSON. */
  connectionProfile: pulumi.Output<string>;
  /** Identity of the administrator. Private keys are secret. */
  administrator: Identity;
  client: Identity;
  /** Identities of the users in the stack file, by name; undefined without `users`. */
  users: Record<string, Identity> | undefined;
  /** TLS client identity for /metrics of the peers; undefined unless the stack file opens /metrics to a namespace. */
  monitoringTls: Identity | undefined;
}

export interface OrdererOrganizationOutputs {
  mspId: string;
  namespace: string;
  /** CA of the organisation's identities. */
  caCertificate: pulumi.Output<string>;
  /** CA of the orderers' TLS certificates. */
  tlsCaCertificate: pulumi.Output<string>;
  orderers: (Endpoint & { adminPort: number })[];
  /** Public names, with `exposure` in the stack file. */
  publicEndpoints: PublicEndpoint[] | undefined;
  /** Identity that signs changes of channels. Private keys are secret. */
  administrator: Identity;
  /** Identities of the users in the stack file, by name; undefined without `users`. */
  users: Record<string, Identity> | undefined;
  /** TLS client identity for the orderers' admin port, for `osnadmin`. */
  administratorTls: Identity;
  /**
   * TLS client identity for /metrics of the orderers; undefined unless the stack file opens /metrics to a namespace.
   */
  monitoringTls: Identity | undefined;
}

export interface ChannelOutputs {
  name: string;
  /** Organisations of this stack in the channel. */
  organizations: string[];
  chaincodes: {
    name: string;
    /** MSP ids of companies that have to approve it before it can be called. Undefined without `partners`. */
    waitingFor?: pulumi.Output<string[] | undefined>;
  }[];
}

export interface FabricOutputs {
  network: string;
  channels: ChannelOutputs[];
  /** Peer organisations by name. */
  organizations: Record<string, OrganizationOutputs>;
  /** Orderer organisations by name. */
  ordererOrganizations: Record<string, OrdererOrganizationOutputs>;
}

/**
 * Outputs for an application of an organisation: without the administrator's key, and without identities for ports of
 * nodes.
 */
export type ApplicationOrganizationOutputs = Pick<
  OrganizationOutputs,
  "mspId" | "gateway" | "connectionProfile" | "client"
>;

/** Part of `FabricOutputs` for application teams. */
export interface ApplicationOutputs extends Pick<FabricOutputs, "network" | "channels"> {
  /** Peer organisations by name. */
  organizations: Record<string, ApplicationOrganizationOutputs>;
}

export function fabricOutputs(
  network: string,
  channels: readonly FabricChannel[],
  ordering: readonly OrdererOrganization[],
  endorsing: readonly PeerOrganization[],
): FabricOutputs {
  return {
    network,
    channels: channelOutputs(channels),
    organizations: Object.fromEntries(
      endorsing.map((organization) => [organization.name, peerOrganizationOutputs(network, organization)]),
    ),
    ordererOrganizations: Object.fromEntries(
      ordering.map((organization) => [organization.name, ordererOrganizationOutputs(organization)]),
    ),
  };
}

export function applicationOutputs({ network, channels, organizations }: FabricOutputs): ApplicationOutputs {
  const parts = Object.entries(organizations).map(
    ([name, { mspId, gateway, connectionProfile, client }]) =>
      [name, { mspId, gateway, connectionProfile, client }] as const,
  );
  return { network, channels, organizations: Object.fromEntries(parts) };
}

function channelOutputs(channels: readonly FabricChannel[]): ChannelOutputs[] {
  return channels.map(({ settings: { name, organizations }, chaincodes, isShared }) => ({
    name,
    organizations,
    chaincodes: [...chaincodes].map(([chaincode, { waitingFor }]) => ({
      name: chaincode,
      ...(isShared ? { waitingFor } : {}),
    })),
  }));
}

function peerOrganizationOutputs(network: string, organization: PeerOrganization): OrganizationOutputs {
  const { name, identities, place, gateway, exposure, client, users, monitoringTls } = organization;
  const peers = organization.peers.map(({ node, host }) => ({ name: node, host, port: ports.peer.grpc }));
  const { mspId, caCertificate, tlsCaCertificate, administrator } = identities;
  const connectionProfile = pulumi.all([gateway.endpoint, tlsCaCertificate]).apply(([gatewayEndpoint, certificate]) =>
    JSON.stringify(
      buildConnectionProfile({
        network,
        organization: name,
        mspId,
        gatewayEndpoint,
        gatewayHost: gateway.tlsServerName,
        peers: exposure?.endpoints.filter(isPeer) ?? peers,
        tlsCaCertificate: certificate,
      }),
    ),
  );
  return {
    mspId,
    namespace: place.namespace,
    caCertificate,
    gateway: { endpoint: gateway.endpoint, tlsServerName: gateway.tlsServerName, tlsCaCertificate },
    peers,
    publicEndpoints: exposure?.endpoints,
    connectionProfile,
    administrator,
    client,
    users,
    monitoringTls,
  };
}

function isPeer({ name }: PublicEndpoint): boolean {
  return name !== gatewayService;
}

function ordererOrganizationOutputs(organization: OrdererOrganization): OrdererOrganizationOutputs {
  const { place, identities, users, administratorTls, monitoringTls, orderers, exposure } = organization;
  const { mspId, caCertificate, tlsCaCertificate, administrator } = identities;
  const { grpc: port, admin: adminPort } = ports.orderer;
  return {
    mspId,
    namespace: place.namespace,
    caCertificate,
    tlsCaCertificate,
    orderers: orderers.map(({ node, host }) => ({ name: node, host, port, adminPort })),
    publicEndpoints: exposure?.endpoints,
    administrator,
    users,
    administratorTls,
    monitoringTls,
  };
}
