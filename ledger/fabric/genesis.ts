/** Genesis blocks. The same channel config gives the same bytes, on every machine and at any time. */
import { createHash } from "node:crypto";
import { Timestamp } from "google-protobuf/google/protobuf/timestamp_pb";
import {
  Block,
  BlockData,
  BlockHeader,
  BlockMetadata,
  ChannelHeader,
  Envelope,
  Header,
  LastConfig,
  Metadata,
  OrdererBlockMetadata,
  Payload,
  SignatureHeader,
} from "@hyperledger/fabric-protos/lib/common/common_pb";
import { Config, ConfigEnvelope, type ConfigGroup } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "./channel-config";
import { buildChannelGroup } from "./channel-group";

export { buildChannelGroup } from "./channel-group";

/** `HeaderType.CONFIG`, and configtxgen's header version. */
const headerTypeConfig = 1;
const headerVersion = 1;
/** Time of genesis blocks, 2020-01-01T00:00:00Z. Fabric does not use it, and a constant keeps the bytes the same. */
const genesisSeconds = 1_577_836_800;
/** Length of nonces in Fabric's tools. */
const nonceBytes = 24;

/**
 * Block 0 of a channel, as protobuf bytes of `common.Block`.
 *
 * @throws InputError with every problem of the config.
 */
export function buildGenesisBlock(config: ChannelConfig): Uint8Array {
  const group = buildChannelGroup(config);
  const envelope = new Envelope();
  envelope.setPayload(buildPayload(config.channelId, group).serializeBinary());
  const data = new BlockData();
  data.setDataList([envelope.serializeBinary()]);
  const header = new BlockHeader();
  header.setNumber(0);
  header.setDataHash(sha256(envelope.serializeBinary()));
  const block = new Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(buildMetadata());
  return block.serializeBinary();
}

/**
 * SHA-256 of a block's data as Fabric computes it for the block's header, hex. It names a chain by its genesis block: whatever
 * the node stored beside the data does not count.
 *
 * @param block protobuf bytes of `common.Block`, or base64 of them
 */
export function blockDataHash(block: Uint8Array | string): string {
  const bytes = typeof block === "string" ? Buffer.from(block, "base64") : block;
  const data = Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? [];
  return Buffer.from(sha256(...data)).toString("hex");
}

/**
 * Id of the transaction in a channel's first block. It names the chain for a peer that has the ids of its transactions and not the
 * block itself. Blocks of this program have it from the whole config, those of configtxgen from a random number.
 *
 * @param block protobuf bytes of `common.Block`
 */
export function genesisTransactionId(block: Uint8Array): string {
  const [envelope = new Uint8Array()] = Block.deserializeBinary(block).getData()?.getDataList_asU8() ?? [];
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope).getPayload_asU8());
  return ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array()).getTxId();
}

function buildPayload(channelId: string, group: ConfigGroup): Payload {
  const config = new Config();
  config.setChannelGroup(group);
  const envelope = new ConfigEnvelope();
  envelope.setConfig(config);
  // Without a signature the nonce need not be secret; it must only differ between channels.
  const nonce = sha256(Buffer.from(channelId), group.serializeBinary()).subarray(0, nonceBytes);
  const signatureHeader = new SignatureHeader();
  signatureHeader.setNonce(nonce);
  const header = new Header();
  header.setChannelHeader(buildChannelHeader(channelId, nonce).serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const payload = new Payload();
  payload.setHeader(header);
  payload.setData(envelope.serializeBinary());
  return payload;
}

function buildChannelHeader(channelId: string, nonce: Uint8Array): ChannelHeader {
  const time = new Timestamp();
  time.setSeconds(genesisSeconds);
  const header = new ChannelHeader();
  header.setType(headerTypeConfig);
  header.setVersion(headerVersion);
  header.setTimestamp(time);
  header.setChannelId(channelId);
  // The transaction id of a message without a creator is the hash of the nonce alone.
  header.setTxId(Buffer.from(sha256(nonce)).toString("hex"));
  return header;
}

/** One entry for each `BlockMetadataIndex`: signatures, last config, and three empty ones. */
function buildMetadata(): BlockMetadata {
  const lastConfig = new LastConfig();
  lastConfig.setIndex(0);
  const ordererMetadata = new OrdererBlockMetadata();
  ordererMetadata.setLastConfig(lastConfig);
  const metadata = new BlockMetadata();
  metadata.setMetadataList([
    wrapMetadata(ordererMetadata.serializeBinary()),
    wrapMetadata(lastConfig.serializeBinary()),
    new Uint8Array(),
    new Uint8Array(),
    new Uint8Array(),
  ]);
  return metadata;
}

function wrapMetadata(value: Uint8Array): Uint8Array {
  const metadata = new Metadata();
  metadata.setValue(value);
  return metadata.serializeBinary();
}

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest();
}
