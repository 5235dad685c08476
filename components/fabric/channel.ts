import * as pulumi from "@pulumi/pulumi";
import {
  Approval,
  Chaincode,
  Channel,
  ChannelMembership,
  type Args,
  type ChannelInputs,
  type ChannelMembershipInputs,
  type LedgerProvider,
} from "../../provider/sdk";
import type { ChaincodeConfig, ChannelEntry, FoundedChannel, JoinedChannel } from "../../config";
import type { PeerOrganization as PeerPart } from "../../ledger/fabric/channel-config";
import type { ExchangedChaincode } from "../../ledger/fabric/consortium/chaincode-json";
import { expandBlock } from "../../ledger/fabric/consortium/compressed-block";
import { blockDataHash } from "../../ledger/fabric/genesis";
import { defaultEndorsementPolicy } from "../../ledger/fabric/lifecycle";
import { chaincodeServiceName, ports } from "./names";
import type { FabricNode } from "./node";
import type { Organization } from "./context";
import type { OrdererOrganization, PeerOrganization } from "./organization";
import { checked, type Partner } from "./partners";
import type { Rollouts } from "./rollout";
import {
  buildChannelConfig,
  buildJoinedConfig,
  consenterPart,
  ordererPart,
  peerPart,
  type ChannelMember,
} from "./specs/channel-config";
import {
  approvedDefinitions,
  foundedBlock,
  foundersView,
  hasChannelOf,
  partnerMembers,
  partnerOrderers,
  proposedEnvelope,
  type OwnName,
} from "./specs/public-part";

export interface FabricChannelArgs {
  /** Entry of `channels` in the stack file. */
  channel: ChannelEntry;
  /** Path of the entry. */
  path: string;
  /** This stack's organisations whose orderers order it. With a founder they join it. */
  ordering: readonly OrdererOrganization[];
  /** This stack's other organisations with orderers. Those in a channel of a partner sign what takes them out of it. */
  otherOrdering: readonly OrdererOrganization[];
  /** Organisations whose peers join it. */
  members: readonly PeerOrganization[];
  /** Partners of the network. */
  partners: readonly Partner[];
  /** Whether Pulumi refuses to remove the channel from its orderers. */
  protect: boolean;
  /** Provider that reaches the cluster. */
  ledger: LedgerProvider;
  /** Release of Fabric that its nodes run. */
  release: string;
  /** Rollouts of its nodes. They precede every change of the channel, so that nodes agree with up-to-date settings. */
  rollouts: Rollouts;
}

/** What this stack tells partners of a channel. Bytes are base64. */
export interface PublishedChannel {
  name: string;
  genesisBlock: string;
  /** Sequence of its config. */
  sequence: number;
  /** MSP ids of its peer organisations. */
  members: string[];
  /** The open proposal of this stack, if there is one. */
  proposals: { digest: string; sequence: number; envelope: string }[];
  /** Signatures over open proposals, of this stack and of partners. */
  signatures: { digest: string; mspId: string; signature: string }[];
  /** Definitions that this stack's organisations approved. */
  chaincodes: ExchangedChaincode[];
}

interface ApprovalOf {
  digest: string;
  approval: Approval;
}

/** The first block of a channel, as memberships name it. */
type FirstBlock = Pick<Args<ChannelMembershipInputs>, "channelId" | "genesisHash" | "orderers" | "genesisBlock">;

/**
 * A channel with its members and chaincodes. No other part of a network has an order of work: first orderers, then the
 * channel, then each peer when it is ready, then the decisions of the organisations. To a channel of a partner the peers are
 * the way, so they join it first.
 */
export class FabricChannel extends pulumi.ComponentResource {
  /** What partners may know. */
  readonly published: pulumi.Output<PublishedChannel>;
  /** Its entry in the stack file. */
  readonly settings: ChannelEntry;
  /** Whether companies with stacks of their own may have a part in it. */
  readonly isShared: boolean;
  /** Its chaincodes by name, in the order of the stack file. */
  readonly chaincodes: ReadonlyMap<string, Chaincode>;
  private readonly channel: Channel;
  private readonly memberships: ChannelMembership[];

  constructor(name: string, args: FabricChannelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:Channel", name, {}, pulumi.mergeOptions(opts, { providers: [args.ledger] }));
    const { channel } = args;
    let block: FirstBlock;
    if (channel.founder === undefined) {
      this.channel = this.foundChannel(name, args, channel);
      block = firstBlock(this.channel, args);
      this.memberships = this.createMemberships(name, args, block);
    } else {
      const genesisBlock = foundersBlock(channel, args);
      block = partnersBlock(channel, genesisBlock);
      this.memberships = this.createMemberships(name, args, block);
      this.channel = this.joinChannel(name, args, channel, genesisBlock);
    }
    this.settings = channel;
    this.isShared = args.partners.length > 0;
    this.chaincodes = new Map(
      channel.chaincodes.map((chaincode) => [chaincode.name, this.createChaincode(name, args, chaincode)]),
    );
    const approvals = this.createApprovals(name, args, block);
    this.published = publish(args, this.channel, approvals, this.chaincodes);
    this.registerOutputs({ channelId: this.channel.channelId });
  }

  private foundChannel(name: string, args: FabricChannelArgs, channel: FoundedChannel): Channel {
    const { ordering, protect, release, rollouts } = args;
    const [first] = ordering.flatMap((organization) => organization.orderers);
    return new Channel(
      name,
      {
        config: buildChannelConfig({ channel, peerOrganizations: peerParts(args), ...ordererParts(args) }),
        orderers: orderersOf(args),
        allowDelete: !protect,
        restart: restartOf(channel),
        ...(args.partners.length > 0 ? { carriedBy: carriedBy(args) } : {}),
        operationsPort: ports.orderer.operations,
        release,
        ...ownParts(args),
      },
      {
        parent: this,
        protect,
        dependsOn: rollouts.orderers ?? [],
        // A deletion of the orderers deletes the channel too.
        deletedWith: first?.statefulSet,
      },
    );
  }

  private joinChannel(
    name: string,
    args: FabricChannelArgs,
    channel: JoinedChannel,
    genesisBlock: pulumi.Output<string>,
  ): Channel {
    const { ordering, rollouts } = args;
    const ownOrderers = ordering.length === 0 || rollouts.orderers === undefined ? [] : [rollouts.orderers];
    const peers = args.members.map((member) => peerPart(channelMember(member, member.peers)));
    const own = pulumi.output({ peers, orderers: ordering.map(orderingPart) });
    const config = pulumi
      .all([genesisBlock, own, membersOfPartners(args)])
      .apply(([block, ours, theirs]) => checked(() => buildJoinedConfig(block, channel, ours, theirs)));
    return new Channel(
      name,
      {
        config,
        orderers: [],
        ...(ordering.length > 0 ? { joiningOrderers: orderersOf(args) } : {}),
        founderView: founderViewOf(channel, args),
        ...ownParts(args),
      },
      {
        parent: this,
        dependsOn: [...this.memberships, ...ownOrderers],
        // A deletion of the orderers takes the channel from them, too.
        deletedWith: ordering.flatMap(({ orderers }) => orderers)[0]?.statefulSet,
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
    { members, rollouts }: FabricChannelArgs,
    block: FirstBlock,
  ): ChannelMembership[] {
    const [first] = members;
    return members.flatMap((member) => {
      const { name: organization, identities, peers } = member;
      return peers.map(
        (peer) =>
          new ChannelMembership(
            `${name}-${organization}-${peer.node}`,
            {
              ...block,
              peer: peer.address,
              administrator: identities.signer,
              observer: member === first ? undefined : first?.identities.signer,
            },
            { parent: this, dependsOn: rollouts.peers.get(organization) ?? [], deletedWith: peer.statefulSet },
          ),
      );
    });
  }

  /** Approvals by digest. Each is made when the peers, by which it is judged, are in the channel. */
  private createApprovals(name: string, args: FabricChannelArgs, { genesisHash }: FirstBlock): ApprovalOf[] {
    const { channel, partners } = args;
    const { administrators, peers } = ownParts(args);
    const parts = pulumi.all(partners.map(({ part }) => part));
    return channel.approve.map((digest) => ({
      digest,
      approval: new Approval(
        `${name}-approval-${digest.slice("sha256:".length, "sha256:".length + 12)}`,
        {
          channelId: channel.name,
          digest,
          envelope: parts.apply((known) => proposedEnvelope(known, channel.name, digest)),
          administrators,
          peers,
          orderers: peers.length > 0 || channel.founder !== undefined ? undefined : orderersOf(args),
          signatures: parts.apply((known) =>
            known.flatMap(({ signatures }) => signatures.filter((signature) => signature.digest === digest)),
          ),
          genesisHash,
          restart: restartOf(channel),
        },
        { parent: this, dependsOn: [...this.memberships, this.channel] },
      ),
    }));
  }

  private createChaincode(
    name: string,
    { channel, members, partners, rollouts }: FabricChannelArgs,
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
        ...(partners.length > 0 ? { partnerDefinitions: partnersDefinitions(partners, channel, chaincode) } : {}),
      },
      // Organisations agree on a definition when its pods run: until then the previous definition serves.
      {
        parent: this,
        dependsOn: [...this.memberships, ...rollouts.peers.values(), ...servers.map((server) => server.rollout)],
      },
    );
  }
}

/** Whether a channel is to be begun anew, for the resources that ask. Undefined for one that is not, and for those of partners. */
function restartOf(channel: ChannelEntry): true | undefined {
  return channel.founder === undefined && channel.restart ? true : undefined;
}

/** Block of a channel that this stack founds: its orderers give it. */
function firstBlock(channel: Channel, { ordering }: FabricChannelArgs): FirstBlock {
  return {
    channelId: channel.channelId,
    genesisHash: channel.genesisBlock.apply(blockDataHash),
    orderers: ordering.flatMap(({ orderers }) => orderers.map(({ address }) => address)),
  };
}

/** Partners that have a channel of this name, begun by orderers of this stack. */
function carriedBy({ channel: { name }, ordering, partners }: FabricChannelArgs): pulumi.Output<string[]> {
  const own = ordering.map(({ identities }) => identities.mspId);
  return pulumi
    .all(partners.map(({ part }) => part))
    .apply((parts) => parts.filter((part) => hasChannelOf(part, name, own)).map(({ partner }) => partner));
}

/** @param genesisBlock compressed */
function partnersBlock({ name }: JoinedChannel, genesisBlock: pulumi.Output<string>): FirstBlock {
  return {
    channelId: name,
    genesisHash: genesisBlock.apply((block) => blockDataHash(expandBlock(block))),
    genesisBlock,
  };
}

/** Compressed genesis block of a partner's channel. */
function foundersBlock({ name, founder }: JoinedChannel, { partners, path }: FabricChannelArgs): pulumi.Output<string> {
  const partner = partners.find((each) => each.name === founder);
  if (partner === undefined) throw new Error(`${path}.founder: no partner ${founder}`);
  return partner.part.apply((part) => checked(() => foundedBlock(part, name, path)));
}

/** The channel as its founder last published it. */
function founderViewOf({ name, founder }: JoinedChannel, { partners }: FabricChannelArgs) {
  return partners.find((each) => each.name === founder)?.part.apply((part) => foundersView(part, name));
}

/** Parts of a channel that are this stack's, wherever its orderers are. */
function ownParts({ channel, ordering, otherOrdering, members, partners }: FabricChannelArgs) {
  const leaving = channel.founder === undefined ? [] : otherOrdering;
  return {
    administrators: [...ordering, ...leaving, ...members].map(({ identities }) => identities.signer),
    peers: members.flatMap(({ peers }) => peers.map(({ address }) => address)),
    ...(partners.length > 0 ? { signatures: partnersSignatures(partners) } : {}),
    ...(channel.approve.length > 0 ? { approved: channel.approve } : {}),
  } satisfies Partial<Args<ChannelInputs>>;
}

function orderersOf({ ordering }: FabricChannelArgs) {
  return ordering.flatMap(({ orderers }) => orderers.map(({ administered }) => administered));
}

/** Signatures that partners made, over any proposal: the provider takes those over the open one. */
function partnersSignatures(partners: readonly Partner[]) {
  return pulumi.all(partners.map(({ part }) => part)).apply((parts) => parts.flatMap(({ signatures }) => signatures));
}

/** Definitions of a chaincode that partners approved. */
function partnersDefinitions(partners: readonly Partner[], channel: ChannelEntry, { name }: ChaincodeConfig) {
  return pulumi.all(partners.map(({ part }) => part)).apply((parts) => approvedDefinitions(parts, channel.name, name));
}

/** Peer organisations of a channel: this stack's, then those of partners. */
function peerParts(args: FabricChannelArgs) {
  const own = args.members.map((member) => peerPart(channelMember(member, member.peers)));
  if (args.channel.partnerOrganizations.length === 0) return own;
  return pulumi.all([own, membersOfPartners(args)]).apply(([ours, theirs]) => [...ours, ...theirs]);
}

/** Orderer organisations of a channel that this stack founds, and their orderers: this stack's, then those of partners. */
function ordererParts(args: FabricChannelArgs) {
  const { channel, path, ordering, partners } = args;
  const ordererOrganizations = ordering.map(ordererOrganizationPart);
  const consenters = ordering.flatMap(consenterParts);
  if (channel.partnerOrdererOrganizations.length === 0) return { ordererOrganizations, consenters };
  const parts = pulumi.all(partners.map(({ part }) => part));
  const theirs = pulumi.all([parts, membersOfPartners(args)]).apply(([known, peers]) => {
    const taken = [...ownNames(args), ...peers.map(({ name, msp: { mspId } }) => ({ name, mspId }))];
    const at = `${path}.ordererOrganizations`;
    return checked(() => partnerOrderers(known, channel.partnerOrdererOrganizations, taken, at));
  });
  return {
    ordererOrganizations: pulumi
      .all([ordererOrganizations, theirs])
      .apply(([ours, others]) => [...ours, ...others.map(({ consenters: _, ...organization }) => organization)]),
    consenters: pulumi
      .all([consenters, theirs])
      .apply(([ours, others]) => [...ours, ...others.flatMap((organization) => organization.consenters)]),
  };
}

function membersOfPartners(args: FabricChannelArgs): pulumi.Output<PeerPart[]> {
  const { channel, path, partners } = args;
  const names = channel.partnerOrganizations;
  return pulumi
    .all(partners.map(({ part }) => part))
    .apply((parts) => checked(() => partnerMembers(parts, names, ownNames(args), `${path}.organizations`)));
}

function ownNames({ ordering, members }: FabricChannelArgs): OwnName[] {
  return [...ordering, ...members].map(({ name, identities: { mspId } }) => ({ name, mspId }));
}

function publish(
  { channel, members: own }: FabricChannelArgs,
  { genesisBlock, configSequence, members: seen, proposal: proposed }: Channel,
  approvals: readonly ApprovalOf[],
  chaincodes: ReadonlyMap<string, Chaincode>,
): pulumi.Output<PublishedChannel> {
  const { name } = channel;
  const approving = channel.chaincodes.flatMap((config) => approvedHere(name, config, own, chaincodes));
  const given = approvals.map(({ digest, approval: { standing, signatures } }) => ({ digest, standing, signatures }));
  // An approval that completed a change knows a newer config than the channel, which is looked at before.
  const looks = approvals.map(({ approval }) => ({ sequence: approval.configSequence, members: approval.members }));
  const view = pulumi.all([{ sequence: configSequence, members: seen }, ...looks]).apply(newestView);
  const all = pulumi.all([genesisBlock, view, proposed, given, approving]);
  return all.apply(([block, { sequence, members }, proposal, approved, definitions]) => ({
    name,
    genesisBlock: block,
    sequence,
    members,
    proposals: proposal === undefined ? [] : [proposal],
    signatures: [
      ...signaturesOver(proposal),
      ...approved.flatMap((approval) => (approval.standing === "open" ? signaturesOver(approval) : [])),
    ],
    chaincodes: definitions,
  }));
}

/** The newest of several looks at a channel. Without members they say nothing: config 0 is news to nobody. */
function newestView(looks: { sequence?: number | undefined; members?: string[] | undefined }[]): {
  sequence: number;
  members: string[];
} {
  return looks.reduce<{ sequence: number; members: string[] }>(
    (newest, { sequence = 0, members }) =>
      members !== undefined && (sequence > newest.sequence || newest.members.length === 0)
        ? { sequence, members }
        : newest,
    { sequence: 0, members: [] },
  );
}

/** One definition for each of this stack's organisations that runs the chaincode. */
function approvedHere(
  channel: string,
  config: ChaincodeConfig,
  members: readonly PeerOrganization[],
  chaincodes: ReadonlyMap<string, Chaincode>,
): pulumi.Output<ExchangedChaincode>[] {
  const { name, version, endorsementPolicy = defaultEndorsementPolicy, initRequired, collections } = config;
  const chaincode = chaincodes.get(name);
  if (chaincode === undefined) return [];
  const service = chaincodeServiceName(channel, name, version);
  const approving = members.filter((member) => member.chaincodes.has(service));
  return approving.map(({ identities: { mspId } }) =>
    pulumi.all([chaincode.sequence, chaincode.waitingFor]).apply(([committed, waitingFor]) => ({
      channel,
      mspId,
      name,
      version,
      sequence: waitingFor === undefined ? committed : committed + 1,
      endorsementPolicy,
      initRequired,
      collections,
    })),
  );
}

function signaturesOver(
  signed: { digest: string; signatures: { mspId: string; signature: string }[] } | undefined,
): PublishedChannel["signatures"] {
  return (signed?.signatures ?? []).map((signature) => ({ ...signature, digest: signed?.digest ?? "" }));
}

/** An orderer organisation's part of a channel, with its orderers. */
export function orderingPart(organization: OrdererOrganization) {
  return { ...ordererOrganizationPart(organization), consenters: consenterParts(organization) };
}

function ordererOrganizationPart(organization: OrdererOrganization) {
  return ordererPart(channelMember(organization, organization.orderers));
}

function consenterParts({ identities: { mspId }, orderers }: OrdererOrganization) {
  return orderers.map(({ endpoint, identity: { signing, tls } }) =>
    consenterPart({ mspId, endpoint, certificate: signing.certificate, tlsCertificate: tls.certificate }),
  );
}

/** An organisation with the nodes that a channel knows. */
export function channelMember({ name, identities }: Organization, nodes: readonly FabricNode[]): ChannelMember {
  const { mspId, caCertificate, tlsCaCertificate, revocationLists } = identities;
  return {
    name,
    msp: { mspId, caCertificate, tlsCaCertificate, revocationLists },
    endpoints: nodes.map(({ endpoint }) => endpoint),
  };
}
