/** An organisation of a network: its keys, then its namespace, then its nodes. */
import type { ExposureConfig, OrdererOrganizationConfig, PeerOrganizationConfig } from "../../config";
import { WorkloadNamespace } from "../workload";
import { ChaincodeServer } from "./chaincode";
import type { FabricContext, Organization } from "./context";
import { Exposure, type ExposedService } from "./exposure";
import { Gateway } from "./gateway";
import {
  chaincodeServiceName,
  fabricLabels,
  gatewayService,
  namespaceName,
  networkLabels,
  organizationLabels,
  ports,
  type Component,
} from "./names";
import { Orderer } from "./orderer";
import { OrganizationIdentities, type Identity } from "./organization-identities";
import { Peer } from "./peer";
import { trafficRules } from "./specs/traffic";

/** Settings of an organisation in the stack file. */
export type OrganizationSettings = OrdererOrganizationConfig | PeerOrganizationConfig;

/** Identities of the users in the stack file, by name; undefined without `users`. */
type Users = Record<string, Identity> | undefined;

/** An organisation with orderers. */
export interface OrdererOrganization extends Organization {
  orderers: Orderer[];
  users: Users;
  /** TLS client identity for the orderers' admin port. */
  administratorTls: Identity;
  /** Way in from outside of the cluster. Default: none. */
  exposure: Exposure | undefined;
}

/** An organisation with peers. */
export interface PeerOrganization extends Organization {
  peers: Peer[];
  /** Identity of applications. */
  client: Identity;
  users: Users;
  gateway: Gateway;
  /** Way in from outside of the cluster. Default: none. */
  exposure: Exposure | undefined;
  /** Servers of its chaincodes, by name of their Service. */
  chaincodes: Map<string, ChaincodeServer>;
}

export function createOrdererOrganization(
  context: FabricContext,
  settings: OrdererOrganizationConfig,
): OrdererOrganization {
  const organization = createOrganization(context, settings, "orderer");
  const users = organization.identities.createUsers();
  const administratorTls = organization.identities.createAdministratorTls();
  const orderers = numbers(settings.orderers).map(
    (index) =>
      new Orderer(
        `${context.prefix}-${settings.name}-orderer${index}`,
        { context, organization, index, administrator: administratorTls },
        { parent: context.component },
      ),
  );
  const names = orderers.map(({ node }) => ({ name: node, component: "orderer", port: ports.orderer.grpc }) as const);
  const exposure = createExposure(context, organization, settings, names);
  return { ...organization, users, orderers, administratorTls, exposure };
}

export function createPeerOrganization(context: FabricContext, settings: PeerOrganizationConfig): PeerOrganization {
  const organization = createOrganization(context, settings, "peer");
  const client = organization.identities.createClient();
  const users = organization.identities.createUsers();
  const peers = numbers(settings.peers).map(
    (index) =>
      new Peer(
        `${context.prefix}-${settings.name}-peer${index}`,
        { context, organization, index, settings },
        { parent: context.component },
      ),
  );
  const gateway = createGateway(context, organization, settings);
  const names = [
    { name: gatewayService, component: "peer", port: context.config.gateway.port } as const,
    ...peers.map(({ node }) => ({ name: node, component: "peer", port: ports.peer.grpc }) as const),
  ];
  const exposure = createExposure(context, organization, settings, names);
  const chaincodes = createChaincodes(context, organization);
  return { ...organization, client, users, peers, gateway, exposure, chaincodes };
}

/** Creates keys, namespace and policies. */
function createOrganization(
  context: FabricContext,
  settings: OrganizationSettings,
  node: "orderer" | "peer",
): Organization {
  const { network, dnsDomain, config } = context;
  const { name, domain } = settings;
  const identities = createIdentities(context, settings);
  // Nodes show metrics only to clients with a certificate of their organisation.
  const monitoringTls = config.monitoring === undefined ? undefined : identities.createMonitoringTls();
  const namespace = createNamespace(context, settings, node);
  const place = { namespace: namespaceName(network, name), dnsDomain, domain };
  return { name, identities, monitoringTls, namespace, place, channelPort: channelPortOf(settings) };
}

function createIdentities(
  { component, prefix, config, pki }: FabricContext,
  { name: organization, mspId, users, revoke }: OrganizationSettings,
): OrganizationIdentities {
  const { certificates, protect } = config;
  const args = { organization, mspId, users, revoke, certificates, protect, pki };
  return new OrganizationIdentities(`${prefix}-${organization}`, args, { parent: component });
}

function createNamespace(
  { component, prefix, network, config, options }: FabricContext,
  settings: OrganizationSettings,
  node: "orderer" | "peer",
): WorkloadNamespace<Component> {
  const { name: organization, mspId } = settings;
  const isOrderer = node === "orderer";
  const exposure = exposureOf(settings);
  const hasRouter = exposure?.type === "router";
  return new WorkloadNamespace<Component>(
    `${prefix}-${organization}`,
    {
      type: "blockchain-clusters:fabric:OrganizationNamespace",
      namespace: namespaceName(network, organization),
      network,
      labels: { ...networkLabels(network), ...organizationLabels(mspId) },
      namespaceLabels: { "fabric.role": isOrderer ? "orderer" : "peer-org" },
      podSecurity: config.podSecurity,
      protect: config.protect,
      serviceAccount: "fabric",
      imagePullSecrets: options.imagePullSecrets,
      components: [
        ...(isOrderer ? orderingComponents : endorsingComponents),
        ...(hasRouter ? ["router" as const] : []),
      ],
      names: fabricLabels,
      traffic: trafficRules(config, exposure),
      dns: options.dns,
      // One orderer, or one peer, of the organisation at a time, and one router.
      budgets: { [node]: 1, ...(hasRouter ? { router: 1 } : {}) },
    },
    { parent: component },
  );
}

const orderingComponents: readonly Component[] = ["orderer"];
const endorsingComponents: readonly Component[] = ["peer", "chaincode"];

function createGateway(
  { component, prefix, network, config }: FabricContext,
  organization: Organization,
  settings: OrganizationSettings,
): Gateway {
  const args = { network, organization, config: config.gateway, exposure: exposureOf(settings) };
  return new Gateway(`${prefix}-${organization.name}-gateway`, args, { parent: component });
}

function createExposure(
  context: FabricContext,
  organization: Organization,
  settings: OrganizationSettings,
  services: readonly ExposedService[],
): Exposure | undefined {
  const config = exposureOf(settings);
  if (config === undefined) return undefined;
  const name = `${context.prefix}-${organization.name}-exposure`;
  return new Exposure(name, { context, organization, config, services }, { parent: context.component });
}

function exposureOf({ exposure }: OrganizationSettings): ExposureConfig | undefined {
  return exposure === undefined || exposure.type === "none" ? undefined : exposure;
}

/** Port of an organisation's nodes in channels that name them in public. Undefined where channels have names of the cluster. */
export function channelPortOf(settings: OrganizationSettings): number | undefined {
  const exposure = exposureOf(settings);
  return exposure?.inChannels === true ? exposure.port : undefined;
}

/** Creates the servers of the organisation's chaincodes, those of former versions that still serve included. */
function createChaincodes(context: FabricContext, organization: Organization): Map<string, ChaincodeServer> {
  const servers = context.config.channels.flatMap((channel) =>
    channel.chaincodes
      .filter((chaincode) => chaincode.organizations.includes(organization.name))
      .flatMap((chaincode) => [chaincode, ...(chaincode.previous ? [{ ...chaincode, ...chaincode.previous }] : [])])
      .map((chaincode) => {
        const service = chaincodeServiceName(channel.name, chaincode.name, chaincode.version);
        const server = new ChaincodeServer(
          `${context.prefix}-${organization.name}-${service}`,
          { context, organization, channel: channel.name, chaincode },
          { parent: context.component },
        );
        return [service, server] as const;
      }),
  );
  return new Map(servers);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
