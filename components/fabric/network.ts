import * as pulumi from "@pulumi/pulumi";
import { LedgerProvider } from "../../provider/sdk";
import type { ManagedCluster } from "../clouds";
import type { FabricNetworkConfig } from "../../config";
import type { StorageClasses } from "../storage";
import type { MonitoringOutputs } from "../workload";
import { fabricBackup } from "./backup";
import { FabricChannel } from "./channel";
import { exchangeOutputs, type ExchangeOutputs } from "./exchange";
import { fabricMonitoring } from "./monitoring";
import type { FabricOptions } from "./options";
import type { FabricContext } from "./context";
import {
  channelPortOf,
  createOrdererOrganization,
  createPeerOrganization,
  type OrdererOrganization,
  type PeerOrganization,
} from "./organization";
import { fabricOutputs, type FabricOutputs } from "./outputs";
import { ownOrganizations } from "./own-organizations";
import { readPartners, type Partner } from "./partners";
import { PublicNames } from "./public-names";
import { createHalt, hasRestoredPeers } from "./restore";
import { createOrdererRollout, createPeerRollout, type Rollouts } from "./rollout";

export interface FabricNetworkArgs {
  /** Cluster in which the network runs. */
  cluster: ManagedCluster;
  /** Classes of the nodes' volumes. */
  storage: StorageClasses;
  /** Section `network` of the stack file. */
  config: FabricNetworkConfig;
  /** Options beside the section. Default: none. */
  options?: FabricOptions;
}

/** A Hyperledger Fabric network: a namespace per organisation, its keys and nodes, channels and chaincodes. */
export class FabricNetwork extends pulumi.ComponentResource {
  readonly outputs: FabricOutputs;
  /** Public part for partners. Undefined without the key `partners`. */
  readonly exchange: ExchangeOutputs | undefined;
  /** For Prometheus, where the stack file opens the metrics to somebody. */
  readonly monitoring: MonitoringOutputs | undefined;

  constructor(name: string, args: FabricNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "blockchain-clusters:fabric:Network",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.cluster.provider] }),
    );
    this.requireNetworkPolicies(args);
    const { name: network, fabric: config } = args.config;
    const partners = readPartners(
      {
        configs: config.partners ?? [],
        channels: config.channels,
        own: ownOrganizations(args.config, args.cluster.dnsDomain),
      },
      this,
    );
    const context = this.createContext(name, args);
    const ordering = config.ordererOrganizations.map((settings) => createOrdererOrganization(context, settings));
    const endorsing = config.peerOrganizations.map((settings) => createPeerOrganization(context, settings));
    context.publicNames?.complete();
    const rollouts = this.createRollouts(context, ordering, endorsing);
    const channels = this.createChannels(context, partners, ordering, endorsing, rollouts);
    this.exchange = config.partners && exchangeOutputs({ ordering, endorsing, channels });
    const backup = fabricBackup(context, ordering, endorsing);
    this.monitoring = fabricMonitoring(context, { ordering, endorsing, backup });
    this.outputs = fabricOutputs(network, channels, ordering, endorsing);
    this.registerOutputs({ network });
  }

  /**
   * Refuses clusters without enforced network policies: between organisations without mutual trust, policies without
   * effect are worse than none.
   */
  private requireNetworkPolicies({ cluster, config }: FabricNetworkArgs): void {
    if (cluster.networkPolicyEnforced || !config.fabric.networkPolicy.required) return;
    throw new pulumi.ResourceError(
      "the cluster does not enforce NetworkPolicy objects; use one that does, or set network.fabric.networkPolicy.required to false",
      this,
      true,
    );
  }

  private createContext(prefix: string, { cluster, storage, config, options = {} }: FabricNetworkArgs): FabricContext {
    const { kubeconfig, clusterIdentifier, dnsDomain } = cluster;
    // Keys belong to organisations, not to a cluster: their provider knows no cluster and outlives any.
    const pki = new LedgerProvider(`${prefix}-pki`, {}, { parent: this });
    const ledger = new LedgerProvider(`${prefix}-ledger`, { kubeconfig, clusterIdentifier }, { parent: this });
    const { name: network, fabric } = config;
    const organizations = [...fabric.ordererOrganizations, ...fabric.peerOrganizations];
    const isPublic = organizations.some((settings) => channelPortOf(settings) !== undefined);
    const publicNames = isPublic ? new PublicNames() : undefined;
    const parts = {
      component: this,
      prefix,
      network,
      dnsDomain,
      config: fabric,
      options,
      storage,
      publicNames,
      pki,
      ledger,
    };
    return { ...parts, halt: createHalt(parts) };
  }

  private createRollouts(
    { prefix, config, ledger }: FabricContext,
    ordering: readonly OrdererOrganization[],
    endorsing: readonly PeerOrganization[],
  ): Rollouts {
    const opts = { parent: this, provider: ledger };
    const args = { release: config.version, channels: config.channels, ordering, endorsing };
    const orderers = createOrdererRollout(`${prefix}-orderers`, args, opts);
    const peers = endorsing.map((organization) => {
      const follows = hasRestoredPeers(config, organization.name) ? ordering : [];
      const peerArgs = { organization, follows };
      const rollout = createPeerRollout(`${prefix}-${organization.name}`, peerArgs, { ...opts, after: orderers });
      return [organization.name, rollout] as const;
    });
    return { orderers, peers: new Map(peers) };
  }

  private createChannels(
    { prefix, config, ledger }: FabricContext,
    partners: readonly Partner[],
    ordering: OrdererOrganization[],
    endorsing: readonly PeerOrganization[],
    rollouts: Rollouts,
  ): FabricChannel[] {
    return config.channels.map((channel, index) => {
      const path = `network.fabric.channels[${index}]`;
      const members = endorsing.filter(({ name }) => channel.organizations.includes(name));
      const orders = ({ name }: OrdererOrganization) => channel.ordererOrganizations.includes(name);
      return new FabricChannel(
        `${prefix}-${channel.name}`,
        {
          channel,
          path,
          ordering: ordering.filter(orders),
          otherOrdering: ordering.filter((organization) => !orders(organization)),
          members,
          partners,
          protect: config.protect,
          ledger,
          release: config.version,
          rollouts,
        },
        { parent: this },
      );
    });
  }
}
