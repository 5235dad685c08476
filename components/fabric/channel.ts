import * as pulumi from "@pulumi/pulumi";
import { Chaincode, Channel, ChannelMembership, type LedgerProvider } from "../../provider/sdk";
import type { ChaincodeConfig, ChannelEntry } from "../../config";
import { blockDataHash } from "../../ledger/fabric/genesis";
import { chaincodeServiceName, ports } from "./names";
import type { FabricNode } from "./node";
import type { Organization } from "./context";
import type { OrdererOrganization, PeerOrganization } from "./organization";
import type { Rollouts } from "./rollout";
import { buildChannelConfig, type ChannelMember } from "./specs/channel-config";

export interface FabricChannelArgs {
  /** Entry of `channels` in the stack file. */
  channel: ChannelEntry;
  /** Organisations whose orderers order it. */
  ordering: readonly OrdererOrganization[];
  /** Organisations whose peers join it. */
  members: readonly PeerOrganization[];
  /** Whether Pulumi refuses to remove the channel from its orderers. */
  protect: boolean;
  /** Provider that reaches the cluster. */
  ledger: LedgerProvider;
  /** Release of Fabric that its nodes run. */
  release: string;
  /** Rollouts of its nodes. They precede every change of the channel, so that nodes agree with up-to-date settings. */
  rollouts: Rollouts;
}

/**
 * A channel with its members and chaincodes. No other part of a network has an order of work: first orderers, then the
 * channel, then each peer when it is ready, then the decisions of the organisations.
 */
export class FabricChannel extends pulumi.ComponentResource {
  private readonly channel: Channel;
  private readonly memberships: ChannelMembership[];

  constructor(name: string, args: FabricChannelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Channel", name, {}, pulumi.mergeOptions(opts, { providers: [args.ledger] }));
    this.channel = this.createChannel(name, args);
    this.memberships = args.members.flatMap((member) => this.createMemberships(name, member, args));
    for (const chaincode of args.channel.chaincodes) {
      this.createChaincode(name, args, chaincode);
    }
    this.registerOutputs({ channelId: this.channel.channelId });
  }

  private createChannel(
    name: string,
    { channel, ordering, members, protect, release, rollouts }: FabricChannelArgs,
  ): Channel {
    const orderers = ordering.flatMap((organization) => organization.orderers);
    return new Channel(
      name,
      {
        config: buildChannelConfig({
          channel,
          ordererOrganizations: ordering.map((organization) => channelMember(organization, organization.orderers)),
          peerOrganizations: members.map((organization) => channelMember(organization, organization.peers)),
          orderers: ordering.flatMap(({ identities, orderers: nodes }) =>
            nodes.map(({ host, identity }) => ({
              mspId: identities.mspId,
              host,
              certificate: identity.signing.certificate,
              tlsCertificate: identity.tls.certificate,
            })),
          ),
        }),
        orderers: orderers.map((orderer) => orderer.administered),
        administrators: [...ordering, ...members].map(({ identities }) => identities.signer),
        allowDelete: !protect,
        restart: channel.restart ? true : undefined,
        operationsPort: ports.orderer.operations,
        release,
        peers: members.flatMap(({ peers }) => peers.map(({ address }) => address)),
      },
      {
        parent: this,
        protect,
        dependsOn: rollouts.orderers,
        // A deletion of the orderers deletes the channel too.
        deletedWith: orderers[0]?.statefulSet,
      },
    );
  }

  /**
   * Each peer joins when the channel and the organisation's peers are ready, independently of other organisations.
   * Peers of organisations that came later answer the first member while they catch up: their channel's config has had
   * that member from the first block on.
   */
  private createMemberships(
    name: string,
    member: PeerOrganization,
    { ordering, members: [first], rollouts }: FabricChannelArgs,
  ): ChannelMembership[] {
    const { name: organization, identities, peers } = member;
    return peers.map(
      (peer) =>
        new ChannelMembership(
          `${name}-${organization}-${peer.node}`,
          {
            channelId: this.channel.channelId,
            genesisHash: this.channel.genesisBlock.apply(blockDataHash),
            orderers: ordering.flatMap(({ orderers }) => orderers.map(({ address }) => address)),
            peer: peer.address,
            administrator: identities.signer,
            observer: member === first ? undefined : first?.identities.signer,
          },
          { parent: this, dependsOn: rollouts.peers.get(organization) ?? [], deletedWith: peer.statefulSet },
        ),
    );
  }

  private createChaincode(
    name: string,
    { channel, members, rollouts }: FabricChannelArgs,
    chaincode: ChaincodeConfig,
  ): Chaincode {
    const service = chaincodeServiceName(channel.name, chaincode.name, chaincode.version);
    const servers = members.flatMap(({ chaincodes }) => chaincodes.get(service) ?? []);
    const organizations = members.flatMap(({ identities, peers, chaincodes }) => {
      const server = chaincodes.get(service);
      if (server === undefined) return [];
      return [
        {
          mspId: identities.mspId,
          administrator: identities.signer,
          peers: peers.map((peer) => peer.address),
          package: server.package,
          packageId: server.packageId,
        },
      ];
    });
    return new Chaincode(
      `${name}-${chaincode.name}`,
      {
        channelId: this.channel.channelId,
        name: chaincode.name,
        version: chaincode.version,
        endorsementPolicy: chaincode.endorsementPolicy,
        initRequired: chaincode.initRequired,
        collections: chaincode.collections.length === 0 ? undefined : chaincode.collections,
        organizations,
      },
      // Organisations agree on a definition when its pods run: until then the previous definition serves.
      {
        parent: this,
        dependsOn: [...this.memberships, ...rollouts.peers.values(), ...servers.map((server) => server.rollout)],
      },
    );
  }
}

function channelMember({ name, identities }: Organization, nodes: readonly FabricNode[]): ChannelMember {
  const { mspId, caCertificate, tlsCaCertificate, revocationLists } = identities;
  return {
    name,
    msp: { mspId, caCertificate, tlsCaCertificate, revocationLists },
    hosts: nodes.map(({ host }) => host),
  };
}
