import { getChannelsCall, parseChannels } from "../../../ledger/fabric/system-chaincode";
import type { Identity } from "../clients/identity";
import type { PeerClient } from "../clients/peer-client";

/** The channels that a peer has a ledger of. Its administrator may ask. */
export async function joinedChannels(peer: PeerClient, administrator: Identity): Promise<string[]> {
  return parseChannels(await peer.query("listing its channels", administrator, "", getChannelsCall()));
}
