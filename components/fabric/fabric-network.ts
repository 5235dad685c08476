import * as pulumi from "@pulumi/pulumi";
import { LedgerProvider } from "../../provider/sdk";
import type { ManagedCluster } from "../clouds";
import type {
  FabricConfig,
  FabricNetworkConfig,
  OrdererOrganizationConfig,
  PeerOrganizationConfig,
} from "../../config";
import type { StorageClasses } from "../storage";
import { ChaincodeServer } from "./chaincode";
import { FabricChannel, type OrderingMember, type PeerMember, type Rollouts } from "./channel";
import type { NodeContext } from "./fabric-node";
import { Gateway } from "./gateway";
import { chaincodeServiceName, namespaceName, type Component, type Place } from "./names";
import type { FabricOptions } from "./options";
import { Orderer } from "./orderer";
import { OrganizationIdentities, type Identity } from "./organization-identities";
import { OrganizationNamespace } from "./organization-namespace";
import { channelOutputs, ordererOrganizationOutputs, organizationOutputs, type FabricOutputs } from "./outputs";
import { Peer } from "./peer";
import { createOrdererRollout, createPeerRollout } from "./rollout";

export interface FabricNetworkArgs {
  cluster: ManagedCluster;
  storage: StorageClasses;
  config: FabricNetworkConfig;
  /** Default: none. */
  options?: FabricOptions;
}

/** An organisation with all that is made for it before its nodes. */
interface Ground<Settings> {
  settings: Settings;
  identities: OrganizationIdentities;
  context: NodeContext;
}

interface OrdererOrganization extends OrderingMember {
  administratorTls: Identity;
  monitoringTls: Identity | undefined;
}

interface PeerOrganization extends PeerMember {
  client: Identity;
  monitoringTls: Identity | undefined;
  gateway: Gateway;
}

/**
 * A Hyperledger Fabric network: one namespace per organisation, its keys, its nodes, the channels they share and the
 * chaincodes on them.
 */
export class FabricNetwork extends pulumi.ComponentResource {
  readonly outputs: FabricOutputs;

  private readonly network: string;
  private readonly config: FabricConfig;
  private readonly options: FabricOptions;
  private readonly pki: LedgerProvider;
  private readonly ledger: LedgerProvider;

  constructor(
    private readonly name: string,
    private readonly args: FabricNetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "blockchain-clusters:fabric:Network",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.cluster.provider] }),
    );
    this.requireNetworkPolicies();
    this.network = args.config.name;
    this.config = args.config.fabric;
    this.options = args.options ?? {};
    // Keys belong to organisations, not to a cluster: their provider knows none, and outlives any.
    this.pki = new LedgerProvider(`${name}-pki`, {}, { parent: this });
    this.ledger = this.createLedgerProvider();

    const ordering = this.config.ordererOrganizations.map((settings) => this.createOrdererOrganization(settings));
    const members = this.config.peerOrganizations.map((settings) => this.createPeerOrganization(settings));
    this.createChannels(ordering, members, this.createRollouts(ordering, members));

    this.outputs = this.buildOutputs(ordering, members);
    this.registerOutputs({ network: this.network });
  }

  /** Between organisations that do not trust each other, policies that only look like some are worse than none. */
  private requireNetworkPolicies(): void {
    const { cluster, config } = this.args;
    if (cluster.networkPolicyEnforced || !config.fabric.networkPolicy.required) return;
    throw new pulumi.ResourceError(
      "the cluster does not enforce NetworkPolicy objects; use one that does, or set network.fabric.networkPolicy.required to false",
      this,
      true,
    );
  }

  private createLedgerProvider(): LedgerProvider {
    const { kubeconfig, clusterIdentifier } = this.args.cluster;
    return new LedgerProvider(`${this.name}-ledger`, { kubeconfig, clusterIdentifier }, { parent: this });
  }

  private createOrdererOrganization(settings: OrdererOrganizationConfig): OrdererOrganization {
    const { identities, context } = this.prepare(settings, "orderer", ["orderer"]);
    const administratorTls = identities.createAdministratorTls();
    const orderers = numbers(settings.orderers).map(
      (index) =>
        new Orderer(
          this.childName(settings.name, `orderer${index}`),
          { ...context, index, administrator: administratorTls },
          { parent: this },
        ),
    );
    return { name: settings.name, identities, orderers, administratorTls, monitoringTls: this.monitor(identities) };
  }

  private createPeerOrganization(settings: PeerOrganizationConfig): PeerOrganization {
    const ground = this.prepare(settings, "peer-org", ["peer", "chaincode"]);
    const { identities, context } = ground;
    const peers = numbers(settings.peers).map(
      (index) =>
        new Peer(this.childName(settings.name, `peer${index}`), { ...context, index, settings }, { parent: this }),
    );
    return {
      name: settings.name,
      identities,
      peers,
      client: identities.createClient("client"),
      monitoringTls: this.monitor(identities),
      gateway: this.createGateway(ground),
      chaincodes: this.createChaincodes(ground),
    };
  }

  /** Keys, namespace and policies of an organisation. */
  private prepare<S extends { name: string; mspId: string; domain?: string | undefined }>(
    settings: S,
    role: "orderer" | "peer-org",
    components: Component[],
  ): Ground<S> {
    const { network, config, options } = this;
    const organization = settings.name;
    const name = this.childName(organization);
    const { mspId } = settings;
    const identities = new OrganizationIdentities(
      name,
      { organization, mspId, certificates: config.certificates, protect: config.protect, pki: this.pki },
      { parent: this },
    );
    const namespace = new OrganizationNamespace(
      name,
      {
        network,
        organization,
        mspId,
        role,
        components,
        config,
        dns: options.dns,
        imagePullSecrets: options.imagePullSecrets,
      },
      { parent: this },
    );
    const place = this.placeOf(settings);
    const { storage } = this.args;
    return {
      settings,
      identities,
      context: { network, organization, place, config, storage, identities, namespace, options },
    };
  }

  /** Nodes show their metrics to nobody without a certificate of their organisation. */
  private monitor(identities: OrganizationIdentities): Identity | undefined {
    return this.config.monitoring === undefined ? undefined : identities.createMonitoringTls();
  }

  private placeOf({ name, domain }: { name: string; domain?: string | undefined }): Place {
    return { namespace: namespaceName(this.network, name), dnsDomain: this.args.cluster.dnsDomain, domain };
  }

  private createGateway({ settings, identities, context }: Ground<PeerOrganizationConfig>): Gateway {
    const { network, place, namespace } = context;
    return new Gateway(
      this.childName(settings.name, "gateway"),
      { network, mspId: identities.mspId, place, config: this.config.gateway, namespace },
      { parent: this },
    );
  }

  /** Servers of the chaincodes that this organisation runs, by channel and chaincode. */
  private createChaincodes({ settings, context }: Ground<PeerOrganizationConfig>): PeerMember["chaincodes"] {
    const { network, place, config, identities, namespace } = context;
    const servers = this.config.channels.flatMap((channel) =>
      channel.chaincodes
        .filter((chaincode) => chaincode.organizations.includes(settings.name))
        .map((chaincode) => {
          const service = chaincodeServiceName(channel.name, chaincode.name, chaincode.version);
          const server = new ChaincodeServer(
            this.childName(settings.name, service),
            {
              network,
              channel: channel.name,
              chaincode,
              place,
              config,
              identities,
              namespace,
              ledger: this.ledger,
              indexes: this.options.indexes?.[`${channel.name}/${chaincode.name}`],
              placement: this.options.placement?.chaincode,
              hasSecretText: this.options.hasSecretText,
            },
            { parent: this },
          );
          return [service, server] as const;
        }),
    );
    return new Map(servers);
  }

  private createRollouts(ordering: OrdererOrganization[], members: PeerOrganization[]): Rollouts {
    const opts = { parent: this, provider: this.ledger };
    const { channels } = this.config;
    const orderers = createOrdererRollout(this.childName("orderers"), { channels, ordering, members }, opts);
    const peers = members.map((member) => {
      const rollout = createPeerRollout(this.childName(member.name), member, { ...opts, after: orderers });
      return [member.name, rollout] as const;
    });
    return { orderers, peers: new Map(peers) };
  }

  private createChannels(ordering: OrdererOrganization[], organizations: PeerOrganization[], rollouts: Rollouts): void {
    for (const channel of this.config.channels) {
      const members = organizations.filter(({ name }) => channel.organizations.includes(name));
      new FabricChannel(
        this.childName(channel.name),
        { channel, ordering, members, protect: this.config.protect, ledger: this.ledger, rollouts },
        { parent: this },
      );
    }
  }

  private buildOutputs(ordering: OrdererOrganization[], members: PeerOrganization[]): FabricOutputs {
    const { network } = this;
    const organizations = members.map((member) => {
      const namespace = namespaceName(network, member.name);
      return [member.name, organizationOutputs({ ...member, network, namespace })] as const;
    });
    const ordererOrganizations = ordering.map((organization) => {
      const namespace = namespaceName(network, organization.name);
      return [organization.name, ordererOrganizationOutputs({ ...organization, namespace })] as const;
    });
    return {
      network,
      channels: channelOutputs(this.config.channels),
      organizations: Object.fromEntries(organizations),
      ordererOrganizations: Object.fromEntries(ordererOrganizations),
    };
  }

  private childName(...parts: string[]): string {
    return [this.name, ...parts].join("-");
  }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
