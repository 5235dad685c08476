/** Calls of the chaincodes every peer has: cscc (its channels and their configs) and qscc (its ledgers). */
import { BlockchainInfo } from "@hyperledger/fabric-protos/lib/common/ledger_pb";
import { ChannelQueryResponse } from "@hyperledger/fabric-protos/lib/peer/query_pb";
import type { ChaincodeCall } from "./proposal";

/** The peer joins the channel of a genesis block (protobuf bytes of `common.Block`). Proposal without channel. */
export function joinChannelCall(block: Uint8Array): ChaincodeCall {
  return { chaincode: "cscc", function: "JoinChain", args: [block] };
}

/** Channels the peer has joined. Proposal without channel. */
export function getChannelsCall(): ChaincodeCall {
  return { chaincode: "cscc", function: "GetChannels", args: [] };
}

/** Channel ids in an answer to getChannelsCall. */
export function parseChannels(payload: Uint8Array): string[] {
  return ChannelQueryResponse.deserializeBinary(payload)
    .getChannelsList()
    .map((channel) => channel.getChannelId());
}

/** Latest config block of a channel: the answer's payload is for decodeConfigBlock. Proposal without channel. */
export function getConfigBlockCall(channelId: string): ChaincodeCall {
  return { chaincode: "cscc", function: "GetConfigBlock", args: [Buffer.from(channelId)] };
}

/**
 * Config of a channel as the peer has it in its state: the answer's payload is `common.Config`. A peer that joined by a snapshot has it
 * without the block. Proposal without channel.
 */
export function getChannelConfigCall(channelId: string): ChaincodeCall {
  return { chaincode: "cscc", function: "GetChannelConfig", args: [Buffer.from(channelId)] };
}

/** A transaction by its id. Proposal on the channel. */
export function getTransactionCall(channelId: string, transactionId: string): ChaincodeCall {
  return {
    chaincode: "qscc",
    function: "GetTransactionByID",
    args: [Buffer.from(channelId), Buffer.from(transactionId)],
  };
}

/** Height and last hash of a channel's ledger. Proposal on the channel. */
export function getChainInfoCall(channelId: string): ChaincodeCall {
  return { chaincode: "qscc", function: "GetChainInfo", args: [Buffer.from(channelId)] };
}

export interface ChainInfo {
  /** Number of blocks. */
  height: number;
  /** Number of the first block that the peer has or gets: 0, unless it joined by a snapshot. */
  firstBlock: number;
  /** Hex. */
  currentBlockHash: string;
}

/** The answer to getChainInfoCall. */
export function parseChainInfo(payload: Uint8Array): ChainInfo {
  const info = BlockchainInfo.deserializeBinary(payload);
  const snapshot = info.getBootstrappingsnapshotinfo();
  return {
    height: info.getHeight(),
    firstBlock: snapshot === undefined ? 0 : snapshot.getLastblockinsnapshot() + 1,
    currentBlockHash: Buffer.from(info.getCurrentblockhash_asU8()).toString("hex"),
  };
}
