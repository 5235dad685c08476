import { getChainInfoCall, parseChainInfo } from "../../../ledger/fabric/system-chaincode";
import { ProposalRefused } from "../../../ledger/fabric/transaction";
import type { Identity } from "../clients/identity";
import type { PeerClient } from "../clients/peer-client";

/** Number of a peer's blocks of a channel; undefined when the peer refuses this identity. */
export async function chainHeight(
  peer: PeerClient,
  identity: Identity,
  channelId: string,
): Promise<number | undefined> {
  const step = `reading its height of channel ${channelId}`;
  const answer = await peer.tryQuery(step, identity, channelId, getChainInfoCall(channelId));
  return answer instanceof ProposalRefused ? undefined : parseChainInfo(answer).height;
}
