/** Chains as a peer has them: from the first block on, or from a snapshot on, without the blocks before it. */
import { blockDataHash, genesisTransactionId } from "../../../ledger/fabric/genesis";
import { getChainInfoCall, getTransactionCall, parseChainInfo } from "../../../ledger/fabric/system-chaincode";
import { ProposalRefused } from "../../../ledger/fabric/transaction";
import type { Identity } from "../clients/identity";
import type { PeerClient } from "../clients/peer-client";

/** A peer's answers for a transaction that its snapshot has by the id alone, and for one that its chain does not have (blkstorage). */
const beforeSnapshot = /details for the TXID \[[^\]]*\] not available/;
const unknownTransaction = /no such transaction ID/;

/** Number of the first block that a peer has or gets of a channel. */
export async function firstBlockNumber(peer: PeerClient, identity: Identity, channelId: string): Promise<number> {
  const step = `reading where its chain of channel ${channelId} begins`;
  return parseChainInfo(await peer.query(step, identity, channelId, getChainInfoCall(channelId))).firstBlock;
}

export interface FirstBlock {
  channelId: string;
  /** See {@link blockDataHash}. */
  genesisHash: string;
  /** Gives the block itself, protobuf bytes of `common.Block`. */
  block: () => Promise<Uint8Array>;
}

/**
 * Whether a peer's chain begins with a block. A peer that joined by a snapshot has no such block: the ids of all transactions are part of
 * a snapshot, that of the first block's among them.
 */
export async function beginsWith(peer: PeerClient, identity: Identity, first: FirstBlock): Promise<boolean> {
  const { channelId, genesisHash } = first;
  if ((await firstBlockNumber(peer, identity, channelId)) === 0) {
    const own = await peer.block(`reading its first block of channel ${channelId}`, identity, channelId, 0);
    return blockDataHash(own.serializeBinary()) === genesisHash;
  }
  const step = `asking for the first transaction of channel ${channelId}`;
  const call = getTransactionCall(channelId, genesisTransactionId(await first.block()));
  const answer = await peer.tryQuery(step, identity, channelId, call);
  if (!(answer instanceof ProposalRefused) || beforeSnapshot.test(answer.answer)) return true;
  if (unknownTransaction.test(answer.answer)) return false;
  throw peer.refused(step, answer);
}
