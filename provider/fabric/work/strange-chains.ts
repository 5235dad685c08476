/** Chains of peers that run on volumes of a backup, compared with those of the orderers. */
import { Block } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { askPatiently } from "../../kubernetes/ask-patiently";
import type { NodeContext } from "../../kubernetes/node-access";
import { ProviderError } from "../../framework/errors";
import { administratorOf, type Identity } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import type { PeerClient } from "../clients/peer-client";
import { Session } from "../clients/session";
import type { NodeAddress, OrdererAddress, SigningIdentity } from "../sdk";
import { linkOf } from "./chain-guard";
import { chainHeight } from "./chain-height";
import { joinedChannels } from "./joined-channels";
import { ChannelOrderers } from "./orderers";

interface Chains {
  peers: readonly NodeAddress[];
  /** Identities that ask: one of the organisation of each peer. */
  administrators: readonly SigningIdentity[];
  orderers: readonly OrdererAddress[];
}

/**
 * Refuses peers that can never go on with the orderers: they have more blocks than any orderer, or another block at the same
 * height. Both come of backups that do not belong together. Nodes that do not answer are not refused.
 *
 * @throws ProviderError with each peer, its channel and the remedy
 */
export async function refuseStrangeChains(chains: Chains, context: NodeContext): Promise<void> {
  const found = await Promise.all(
    chains.peers.map((peer) =>
      askPatiently(context, `the chains of ${peer.name}`, (patient) =>
        Session.run(patient, (session) => strangeChains(session, peer, chains)),
      ),
    ),
  );
  const problems = found.flatMap((each) => each ?? []);
  if (problems.length > 0) throw new ProviderError(problems.join("\n"));
}

async function strangeChains(session: Session, peer: NodeAddress, chains: Chains): Promise<string[]> {
  const identity = administratorOf(peer, chains.administrators);
  if (identity === undefined) return [];
  try {
    const client = await session.peer(peer);
    const channels = await joinedChannels(client, identity);
    const found = await Promise.all(
      channels.map((channelId) => strangeChain(session, { peer, client, identity, channelId }, chains)),
    );
    return found.filter((each) => each !== undefined);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    session.context.log.warn(`the chains of ${peer.name} cannot be compared: ${error.message}`);
    return [];
  }
}

interface PeerChain {
  peer: NodeAddress;
  client: PeerClient;
  identity: Identity;
  channelId: string;
}

/** The peer is asked before the orderers, which only gain blocks meanwhile. */
async function strangeChain(
  session: Session,
  { peer, client, identity, channelId }: PeerChain,
  { administrators, orderers: all }: Chains,
): Promise<string | undefined> {
  const height = await chainHeight(client, identity, channelId);
  const orderers = new ChannelOrderers(session, channelId, administrators, all);
  const heights = await orderers.heights();
  const highest = heights.reduce((most, each) => Math.max(most, each.height), 0);
  if (height === undefined || highest === 0) return undefined;
  const remedy =
    "It can never go on with them. Give it a backup of the same network that is as old as theirs or older, by `restore`, or an empty volume";
  if (height > highest) {
    return `${peer.name} has ${height} blocks of channel ${channelId}, and the orderers ${highest}: it is from a later copy than they are. ${remedy}`;
  }
  const orderer = heights.find((each) => each.height >= height)?.orderer;
  if (orderer === undefined) return undefined;
  const position = height - 1;
  const step = `reading block ${position} of channel ${channelId}`;
  const own = await client.block(step, identity, channelId, position);
  const theirs = Block.deserializeBinary(await orderers.reader.block(orderer, position));
  if (linkOf(own) === linkOf(theirs)) return undefined;
  return `${peer.name} has another block ${position} of channel ${channelId} than ${orderer.name}: it is from another chain. ${remedy}`;
}
