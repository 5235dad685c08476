/** Restarts of nodes whose pods change: one at a time, orderers before peers. */
import type * as pulumi from "@pulumi/pulumi";
import { FabricRollout, type LedgerProvider } from "../../provider/sdk";
import type { ChannelEntry } from "../../config";
import { ports } from "./names";
import type { FabricNode } from "./node";
import type { OrdererOrganization, PeerOrganization } from "./organization";

/** Rollouts of a network's nodes. */
export interface Rollouts {
  /** Undefined for a network whose orderers others run. */
  orderers: FabricRollout | undefined;
  /** Rollouts of peers, by organisation. */
  peers: Map<string, FabricRollout>;
}

export interface OrdererRolloutArgs {
  /** Release of Fabric that the orderers run. */
  release: string;
  /** Entries of `channels` in the stack file. */
  channels: readonly ChannelEntry[];
  /** Organisations with orderers. */
  ordering: readonly OrdererOrganization[];
  /** Organisations with peers. */
  endorsing: readonly PeerOrganization[];
}

/** Creates one rollout for the orderers of all organisations, since they order the same channels. */
export function createOrdererRollout(
  name: string,
  { release, channels, ordering, endorsing }: OrdererRolloutArgs,
  opts: RolloutOptions,
): FabricRollout | undefined {
  const orderers = ordering.flatMap((organization) => organization.orderers);
  if (orderers.length === 0) return undefined;
  return new FabricRollout(
    name,
    {
      nodes: orderers.map((orderer) => orderer.rolloutNode),
      channels: channels
        .filter(({ ordererOrganizations }) => ordererOrganizations.length > 0)
        .map(({ name: channel }) => channel),
      orderers: orderers.map((orderer) => orderer.administered),
      operationsPort: ports.orderer.operations,
      administrators: [...ordering, ...endorsing].map(({ identities }) => identities.signer),
      release,
    },
    rolloutOptions(orderers, opts),
  );
}

export interface PeerRolloutArgs {
  /** Organisation whose peers restart. */
  organization: PeerOrganization;
  /** Organisations whose orderers' chains its peers must be able to go on with. None: they are not compared. */
  follows: readonly OrdererOrganization[];
}

/** Creates a rollout for each organisation: organisations do not wait for each other. */
export function createPeerRollout(
  name: string,
  { organization: { peers, identities }, follows }: PeerRolloutArgs,
  opts: RolloutOptions,
): FabricRollout {
  const orderers = follows.flatMap((ordering) => ordering.orderers.map(({ administered }) => administered));
  return new FabricRollout(
    name,
    {
      nodes: peers.map((peer) => peer.rolloutNode),
      operationsPort: ports.peer.operations,
      peers: peers.map((peer) => peer.address),
      administrators: [identities.signer],
      ...(orderers.length === 0 ? {} : { follows: orderers }),
    },
    rolloutOptions(peers, opts),
  );
}

interface RolloutOptions {
  parent: pulumi.Resource;
  provider: LedgerProvider;
  /** Rollouts that precede it. Default: none. */
  after?: FabricRollout | undefined;
}

function rolloutOptions(
  nodes: readonly FabricNode[],
  { parent, provider, after }: RolloutOptions,
): pulumi.CustomResourceOptions {
  const statefulSets = nodes.map((node) => node.statefulSet);
  return { parent, provider, dependsOn: after === undefined ? statefulSets : [after, ...statefulSets] };
}
