/** A channel that this stack founded and whose votes are all with orderers of others. Its peers are the way to it then. */
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import type { Session } from "../clients/session";
import type { NodeAddress, OrdererAddress, SigningIdentity } from "../sdk";
import { peersInChannel } from "./chain-guard";
import { wayByPeers, type PeerWay } from "./channel-way";
import { isNamed, type ChannelOrderers } from "./orderers";

export interface Search {
  channelId: string;
  /** Peers of this stack that may be in the channel. */
  peers: readonly NodeAddress[];
  administrators: readonly SigningIdentity[];
}

/**
 * The way by peers where no orderer of this stack votes and others do.
 *
 * @param orderers of this stack, as many as can be asked
 * @param own all orderers of this stack
 * @returns undefined where one of this stack's votes, or where no peer knows of others that do
 */
export async function wayToVotersElsewhere(
  session: Session,
  orderers: ChannelOrderers,
  own: readonly OrdererAddress[],
  { channelId, peers, administrators }: Search,
): Promise<PeerWay | undefined> {
  if (!(await orderers.onlyFollow())) return undefined;
  const known = await peersInChannel(session, channelId, peers, administrators);
  if (known.length === 0) return undefined;
  const members = peers.filter(({ name }) => known.includes(name));
  const way = wayByPeers(session, channelId, members, administrators);
  const { config } = await way.liveConfig();
  const { consenters } = describeChannelConfig(channelId, config);
  const isOwn = (consenter: (typeof consenters)[number]): boolean => own.some((orderer) => isNamed(consenter, orderer));
  return consenters.every(isOwn) ? undefined : way;
}
