/** What restarts nodes when their pods shall change: one at a time, orderers before peers. */
import type * as pulumi from "@pulumi/pulumi";
import { FabricRollout, type LedgerProvider } from "../../provider/sdk";
import type { ChannelEntry } from "../../config";
import type { OrderingMember, PeerMember } from "./channel";
import type { FabricNode } from "./fabric-node";
import { ports } from "./names";

export interface OrdererRolloutArgs {
  channels: readonly ChannelEntry[];
  ordering: readonly OrderingMember[];
  members: readonly PeerMember[];
}

/** One for the orderers of all organisations, since they order the same channels. */
export function createOrdererRollout(
  name: string,
  { channels, ordering, members }: OrdererRolloutArgs,
  opts: RolloutOptions,
): FabricRollout {
  const orderers = ordering.flatMap((member) => member.orderers);
  return new FabricRollout(
    name,
    {
      nodes: orderers.map((orderer) => orderer.rolloutNode),
      channels: channels.map((channel) => channel.name),
      orderers: orderers.map((orderer) => orderer.address),
      operationsPort: ports.orderer.operations,
      administrators: [...ordering, ...members].map(({ identities }) => identities.signer),
    },
    rolloutOptions(orderers, opts),
  );
}

/** One for each organisation: what one waits for is no reason for the others to wait. */
export function createPeerRollout(name: string, { peers }: PeerMember, opts: RolloutOptions): FabricRollout {
  return new FabricRollout(
    name,
    { nodes: peers.map((peer) => peer.rolloutNode), operationsPort: ports.peer.operations },
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
