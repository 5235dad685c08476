import { Header, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import {
  SeekInfo,
  SeekNewest,
  SeekOldest,
  SeekPosition,
  SeekSpecified,
} from "@hyperledger/fabric-protos/lib/orderer/ab_pb";
import { signEnvelope } from "./envelope";
import { buildChannelHeader, buildSignatureHeader, headerType, type MessageContext } from "./proposal";
import type { Sign } from "./sign";

/** A block of a channel: by its place in the chain, or by its number. */
export type BlockPosition = "oldest" | "newest" | number;

export interface SeekRequest extends MessageContext {
  channelId: string;
  /** First block of the stream. */
  start: BlockPosition;
  /** Last block. Default: the stream goes on with every new block. */
  stop?: BlockPosition;
  /** End with NOT_FOUND at a block that does not exist yet, in place of waiting for it. Default false. */
  failIfNotReady?: boolean;
  /**
   * Give blocks also when the node cannot take part in ordering, for example while a raft cluster has no leader.
   * @default false: such a node ends the stream with SERVICE_UNAVAILABLE
   */
  bestEffort?: boolean;
  /** SHA-256 of the TLS client certificate (DER). Needed where the node asks for client certificates. */
  tlsCertificateHash?: Uint8Array;
  sign: Sign;
}

/** Largest block number: a stream up to it never ends. */
const noLastBlock = Number.MAX_SAFE_INTEGER;

/** Signed DELIVER_SEEK_INFO envelope for the Deliver services of peers and orderers. */
export function seekEnvelope(request: SeekRequest): Envelope {
  const info = new SeekInfo();
  info.setStart(buildPosition(request.start));
  info.setStop(buildPosition(request.stop ?? noLastBlock));
  info.setBehavior(
    request.failIfNotReady === true ? SeekInfo.SeekBehavior.FAIL_IF_NOT_READY : SeekInfo.SeekBehavior.BLOCK_UNTIL_READY,
  );
  info.setErrorResponse(
    request.bestEffort === true ? SeekInfo.SeekErrorResponse.BEST_EFFORT : SeekInfo.SeekErrorResponse.STRICT,
  );
  const channelHeader = buildChannelHeader(headerType.deliverSeekInfo, request.channelId, request.now);
  if (request.tlsCertificateHash !== undefined) channelHeader.setTlsCertHash(request.tlsCertificateHash);
  const header = new Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(buildSignatureHeader(request).serializeBinary());
  return signEnvelope(header, info.serializeBinary(), request.sign);
}

function buildPosition(position: BlockPosition): SeekPosition {
  const message = new SeekPosition();
  if (position === "oldest") {
    message.setOldest(new SeekOldest());
  } else if (position === "newest") {
    message.setNewest(new SeekNewest());
  } else {
    const specified = new SeekSpecified();
    specified.setNumber(position);
    message.setSpecified(specified);
  }
  return message;
}
