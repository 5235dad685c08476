/** Genesis blocks of channels, from their orderers. */
import { blockDataHash } from "../../../ledger/fabric/genesis";
import type { Identity } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import type { Session } from "../clients/session";
import type { NodeAddress } from "../sdk";
import { ChannelReader } from "./channel-reader";

export interface GenesisRequest {
  channelId: string;
  /** See {@link blockDataHash}. */
  genesisHash: string;
  orderers: readonly NodeAddress[];
  /** Identities that may ask, in order of preference. */
  identities: Identity[];
}

/** Each block is fetched once, however many peers of this process join its channel. */
export class GenesisBlocks {
  private readonly blocks = new Map<string, Promise<Uint8Array>>();

  /** Protobuf bytes of `common.Block`. @throws NodeError when no orderer gives it */
  async get(session: Session, request: GenesisRequest): Promise<Uint8Array> {
    const { genesisHash } = request;
    // Another operation's failure, or its end before time, says nothing about this one.
    const known = await this.blocks.get(genesisHash)?.catch(() => undefined);
    if (known !== undefined) return known;
    const block = fetchBlock(session, request);
    this.blocks.set(genesisHash, block);
    return block;
  }
}

/** From the first orderer that answers: one that is away must not keep a peer from joining. */
async function fetchBlock(session: Session, request: GenesisRequest): Promise<Uint8Array> {
  const { channelId, genesisHash, orderers, identities } = request;
  const reader = new ChannelReader(session, channelId, identities);
  const fetchFrom = async (orderer: NodeAddress): Promise<Uint8Array> => {
    const block = await reader.block(orderer, "oldest");
    if (blockDataHash(block) === genesisHash) return block;
    const step = `reading the genesis block of channel ${channelId}`;
    throw new NodeError(orderer, step, "it carries another chain of that name");
  };
  try {
    return await Promise.any(orderers.map(fetchFrom));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}
