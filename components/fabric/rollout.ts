/** What restarts nodes when their pods change: one at a time, orderers before peers. */
import type * as pulumi from "@pulumi/pulumi";
import { FabricRollout, type LedgerProvider } from "../../provider/sdk";
import type { ChannelEntry } from "../../config";
import { ports } from "./names";
import type { FabricNode } from "./node";
import type { OrdererOrganization, PeerOrganization } from "./organization";

/** What keeps the nodes of a network current. */
export interface Rollouts {
  orderers: FabricRollout;
  /** By organisation. */
  peers: Map<string, FabricRollout>;
}

export interface OrdererRolloutArgs {
  channels: readonly ChannelEntry[];
  ordering: readonly OrdererOrganization[];
  endorsing: readonly PeerOrganization[];
}

/** One for the orderers of all organisations, since they order the same channels. */
export function createOrdererRollout(
  name: string,
  { channels, ordering, endorsing }: OrdererRolloutArgs,
  opts: RolloutOptions,
): FabricRollout {
  const orderers = ordering.flatMap((organization) => organization.orderers);
  return new FabricRollout(
    name,
    {
      nodes: orderers.map((orderer) => orderer.rolloutNode),
      channels: channels.map((channel) => channel.name),
      orderers: orderers.map((orderer) => orderer.address),
      operationsPort: ports.orderer.operations,
      administrators: [...ordering, ...endorsing].map(({ identities }) => identities.signer),
    },
    rolloutOptions(orderers, opts),
  );
}

/** One for each organisation: what one waits for is no reason for the others to wait. */
export function createPeerRollout(
  name: string,
  { peers, identities }: PeerOrganization,
  opts: RolloutOptions,
): FabricRollout {
  return new FabricRollout(
    name,
    {
      nodes: peers.map((peer) => peer.rolloutNode),
      operationsPort: ports.peer.operations,
      peers: peers.map((peer) => peer.address),
      administrators: [identities.signer],
    },
    rolloutOptions(peers, opts),
  );
}

interface RolloutOptions {
  parent: pulumi.Resource;
  provider: LedgerProvider;
  /** Rollouts that come first. */
  after?: FabricRollout;
}

function rolloutOptions(
  nodes: readonly FabricNode[],
  { parent, provider, after }: RolloutOptions,
): pulumi.CustomResourceOptions {
  const statefulSets = nodes.map((node) => node.statefulSet);
  return { parent, provider, dependsOn: after === undefined ? statefulSets : [after, ...statefulSets] };
}
