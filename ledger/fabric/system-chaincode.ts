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

/** Height and last hash of a channel's ledger. Proposal on the channel. */
export function getChainInfoCall(channelId: string): ChaincodeCall {
  return { chaincode: "qscc", function: "GetChainInfo", args: [Buffer.from(channelId)] };
}

export interface ChainInfo {
  /** Number of blocks. */
  height: number;
  /** Hex. */
  currentBlockHash: string;
}

/** The answer to getChainInfoCall. */
export function parseChainInfo(payload: Uint8Array): ChainInfo {
  const info = BlockchainInfo.deserializeBinary(payload);
  return {
    height: info.getHeight(),
    currentBlockHash: Buffer.from(info.getCurrentblockhash_asU8()).toString("hex"),
  };
}
