/** Reads a channel from its orderers: blocks, the live config, the leader. */
import type { Block } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { decodeConfigBlock, lastConfigBlockNumber, type DecodedConfig } from "../../../ledger/fabric/config-decode";
import { blockDataHash } from "../../../ledger/fabric/genesis";
import type { BlockPosition } from "../../../ledger/fabric/transaction";
import { DeliverStatus } from "../clients/block-stream";
import type { Identity } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import type { Session } from "../clients/session";
import type { NodeAddress } from "../sdk";

/** Config in force on an orderer, and its block. */
export interface LiveConfig extends DecodedConfig {
  /** Protobuf bytes of common.Block. Empty where a peer that joined by a snapshot tells the config, without its block. */
  block: Uint8Array;
  blockNumber: number;
}

/** The newest of one config or more of a channel, with its block where one has it. */
export function newestConfig(...configs: readonly LiveConfig[]): LiveConfig {
  return configs.reduce((newest, config) => {
    const isFuller = config.sequence === newest.sequence && newest.block.length === 0;
    return config.sequence > newest.sequence || isFuller ? config : newest;
  });
}

export class ChannelReader {
  constructor(
    private readonly session: Session,
    private readonly channelId: string,
    /** Identities that may ask, in order of preference: the first one with read access to the channel is used. */
    private readonly identities: Identity[],
  ) {}

  /** Protobuf bytes of one block. @throws NodeError */
  async block(orderer: NodeAddress, position: BlockPosition): Promise<Uint8Array> {
    const step = `reading block ${position} of channel ${this.channelId}`;
    const result = await this.ask(orderer, position, step, false);
    if (result instanceof DeliverStatus) throw new NodeError(orderer, step, result.name);
    return result.serializeBinary();
  }

  async liveConfig(orderer: NodeAddress): Promise<LiveConfig> {
    const newest = await this.block(orderer, "newest");
    const blockNumber = lastConfigBlockNumber(newest);
    const block = await this.block(orderer, blockNumber);
    return { ...decodeConfigBlock(block), block, blockNumber };
  }

  /** Status of a consenter that takes no transactions, for lack of a leader; undefined if it takes them. */
  async whyNotServing(orderer: NodeAddress): Promise<string | undefined> {
    const step = `asking for the leader of channel ${this.channelId}`;
    const result = await this.ask(orderer, "newest", step, true);
    return result instanceof DeliverStatus ? result.name : undefined;
  }

  private async ask(
    orderer: NodeAddress,
    position: BlockPosition,
    step: string,
    needsLeader: boolean,
  ): Promise<Block | DeliverStatus> {
    const client = await this.session.orderer(orderer);
    let refused: DeliverStatus | undefined;
    for (const identity of this.identities) {
      const result = await client.block(step, { channelId: this.channelId, position, identity, needsLeader });
      if (!(result instanceof DeliverStatus) || result.name !== "FORBIDDEN") return result;
      refused = result;
    }
    throw new NodeError(orderer, step, refused?.name ?? "no administrator to ask as");
  }
}

/** Whether two blocks have the same content, whatever became of their metadata. */
export function isSameBlock(one: Uint8Array, other: Uint8Array): boolean {
  return blockDataHash(one) === blockDataHash(other);
}
