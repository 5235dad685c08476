/** What a Fabric network tells its users: applications, operators, other stacks. */
import * as pulumi from "@pulumi/pulumi";
import type { ChannelEntry } from "../../config";
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
  /** CA of the organisation's identities. */
  caCertificate: pulumi.Output<string>;
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
  /** TLS client identity for /metrics of the peers, where the stack file opens it to somebody. */
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
  /** Signs changes of channels. Private keys are secret. */
  administrator: Identity;
  /** TLS client identity for the orderers' admin port, which `osnadmin` speaks to. */
  administratorTls: Identity;
  /** TLS client identity for /metrics of the orderers, where the stack file opens it to somebody. */
  monitoringTls: Identity | undefined;
}

export interface FabricOutputs {
  network: string;
  channels: { name: string; organizations: string[]; chaincodes: { name: string }[] }[];
  /** Peer organisations by name. */
  organizations: Record<string, OrganizationOutputs>;
  /** Orderer organisations by name. */
  ordererOrganizations: Record<string, OrdererOrganizationOutputs>;
}

export interface PeerOrganizationParts {
  network: string;
  name: string;
  namespace: string;
  identities: OrganizationIdentities;
  client: Identity;
  monitoringTls: Identity | undefined;
  peers: Peer[];
  gateway: Gateway;
}

export interface OrdererOrganizationParts {
  namespace: string;
  identities: OrganizationIdentities;
  administratorTls: Identity;
  monitoringTls: Identity | undefined;
  orderers: readonly Orderer[];
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
    caCertificate: identities.caCertificate,
    gateway: { endpoint: gateway.endpoint, tlsServerName: gateway.tlsServerName, tlsCaCertificate },
    peers,
    connectionProfile,
    administrator: identities.administrator,
    client: parts.client,
    monitoringTls: parts.monitoringTls,
  };
}

export function channelOutputs(channels: readonly ChannelEntry[]): FabricOutputs["channels"] {
  return channels.map(({ name, organizations, chaincodes }) => ({
    name,
    organizations,
    chaincodes: chaincodes.map((chaincode) => ({ name: chaincode.name })),
  }));
}

export function ordererOrganizationOutputs(parts: OrdererOrganizationParts): OrdererOrganizationOutputs {
  const { namespace, identities, administratorTls, monitoringTls, orderers } = parts;
  const { mspId, caCertificate, tlsCaCertificate, administrator } = identities;
  const { grpc: port, admin: adminPort } = ports.orderer;
  return {
    mspId,
    namespace,
    caCertificate,
    tlsCaCertificate,
    orderers: orderers.map(({ node, host }) => ({ name: node, host, port, adminPort })),
    administrator,
    administratorTls,
    monitoringTls,
  };
}
