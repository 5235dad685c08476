/** A channel that this stack founded and whose votes are all with orderers of others. Its peers are the way to it then. */
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import type { Session } from "../clients/session";
import type { NodeAddress, OrdererAddress, SigningIdentity } from "../sdk";
import { peersInChannel } from "./chain-guard";
import { wayByPeers, type PeerWay } from "./peer-way";
import { isNamed, type ChannelOrderers } from "./orderers";

export interface Search {
  channelId: string;
  /** Peers of this stack that may be in the channel. */
  peers: readonly NodeAddress[];
  administrators: readonly SigningIdentity[];
  /** Milliseconds for each peer. Default: as long as a refresh waits. */
  patienceMs?: number | undefined;
}

/** What this stack's peers know of a channel in which none of its orderers votes. */
export interface Elsewhere {
  /** Names of the peers in the channel. None where an orderer of this stack votes, since nobody was asked then. */
  knowing: readonly string[];
  /** The way by them where others vote. */
  way: PeerWay | undefined;
}

/**
 * Looks for the way by peers where no orderer of this stack votes and others do.
 *
 * @param orderers of this stack, as many as can be asked
 * @param own all orderers of this stack
 */
export async function lookElsewhere(
  session: Session,
  orderers: ChannelOrderers,
  own: readonly OrdererAddress[],
  { channelId, peers, administrators, patienceMs }: Search,
): Promise<Elsewhere> {
  if (!(await orderers.onlyFollow())) return { knowing: [], way: undefined };
  const knowing = await peersInChannel(session, channelId, peers, administrators, patienceMs);
  if (knowing.length === 0) return { knowing, way: undefined };
  const members = peers.filter(({ name }) => knowing.includes(name));
  const way = wayByPeers(session, channelId, members, administrators);
  const { config } = await way.liveConfig();
  const { consenters } = describeChannelConfig(channelId, config);
  const isOwn = (consenter: (typeof consenters)[number]): boolean => own.some((orderer) => isNamed(consenter, orderer));
  return { knowing, way: consenters.every(isOwn) ? undefined : way };
}
