import { getChannelsCall, parseChannels } from "../../../ledger/fabric/system-chaincode";
import type { Identity } from "../clients/identity";
import type { PeerClient } from "../clients/peer-client";

/** Channels of which a peer has a ledger. The peer's administrator may ask. */
export async function joinedChannels(peer: PeerClient, administrator: Identity): Promise<string[]> {
  return parseChannels(await peer.query("listing its channels", administrator, "", getChannelsCall()));
}
