/** Connections of the channel resource: the orderers and peers of its inputs, as far as they can be asked. */
import type { Session } from "../../clients/session";
import { wayByOrderers, type ChannelWay } from "../../work/channel-way";
import { peersInChannel } from "../../work/chain-guard";
import { ChannelOrderers } from "../../work/orderers";
import { wayByPeers, type PeerWay } from "../../work/peer-way";
import { lookElsewhere, type Elsewhere } from "../../work/voters-elsewhere";
import { oneOfSeveralMs } from "../../../kubernetes/ask-patiently";
import type { NodeContext } from "../../../kubernetes/node-access";
import type { OrdererAddress } from "../../sdk";
import type { Inputs } from "./types";

/** The channel's orderers among `all`, asked by the administrators of the inputs. */
export function open(
  session: Session,
  { config, administrators }: Inputs,
  all: readonly OrdererAddress[],
): ChannelOrderers {
  return new ChannelOrderers(session, config.channelId, administrators, all);
}

/** The way by orderers of this stack. */
export function wayOf(
  session: Session,
  orderers: ChannelOrderers,
  { administrators, operationsPort = 0 }: Inputs,
): ChannelWay {
  return wayByOrderers(session, orderers, { administrators, operationsPort });
}

/** The way by all peers of the inputs. */
export function peerWay(session: Session, { config: { channelId }, peers, administrators }: Inputs): PeerWay {
  return wayByPeers(session, channelId, peers, administrators);
}

/** The way by those peers that are in the channel and answer in time. Where there is none, by all: an error of theirs says why. */
export async function answeringPeerWay(session: Session, inputs: Inputs): Promise<PeerWay> {
  const { config, peers, administrators } = inputs;
  const names = await peersInChannel(session, config.channelId, peers, administrators, oneOfSeveralMs);
  const answering = peers.filter(({ name }) => names.includes(name));
  return peerWay(session, answering.length === 0 ? inputs : { ...inputs, peers: answering });
}

/** Time of previews and refreshes, which are over before a peer that they wait for for long. */
export const look = { patienceMs: oneOfSeveralMs };

/** What peers know of a channel that this stack founded, and in which none of its orderers votes. */
export function elsewhereOf(
  session: Session,
  orderers: ChannelOrderers,
  { config: { channelId }, orderers: own, peers, administrators }: Inputs,
  { former = [], patienceMs }: { former?: readonly OrdererAddress[]; patienceMs?: number },
): Promise<Elsewhere> {
  return lookElsewhere(session, orderers, [...own, ...former], { channelId, peers, administrators, patienceMs });
}

/** Orderers that have a pod. */
export async function presentOrderers(
  orderers: readonly OrdererAddress[],
  context: NodeContext,
): Promise<OrdererAddress[]> {
  const presence = await Promise.all(orderers.map((orderer) => context.dialer.presence(orderer, context.signal)));
  return orderers.filter((_, index) => presence[index] === "present");
}
