/** A restored chain beside the living one. */
import {
  type Block,
  BlockMetadataIndex,
  ChannelHeader,
  Envelope,
  Payload,
} from "@hyperledger/fabric-protos/lib/common/common_pb";

/** Block of a chain as it counts in a comparison. */
export interface ChainBlock {
  number: number;
  /** Hashes of the block's data and of the block before: they cover all blocks up to it. */
  link: string;
  /** The peer's hash of all changes of state up to this block, hex. */
  commitHash: string;
  /** Time at which its first transaction was made. */
  time: Date;
}

export function chainBlock(block: Block): ChainBlock {
  const header = block.getHeader();
  const [first] = block.getData()?.getDataList_asU8() ?? [];
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(first ?? new Uint8Array()).getPayload_asU8());
  const channelHeader = ChannelHeader.deserializeBinary(
    payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
  );
  const commitHash = block.getMetadata()?.getMetadataList_asU8()[BlockMetadataIndex.COMMIT_HASH];
  return {
    number: header?.getNumber() ?? 0,
    link: `${header?.getPreviousHash_asB64()} ${header?.getDataHash_asB64()}`,
    commitHash: Buffer.from(commitHash ?? []).toString("hex"),
    time: channelHeader.getTimestamp()?.toDate() ?? new Date(0),
  };
}

/** Difference between the same block of two peers; undefined without one. */
export function difference(restored: ChainBlock, living: ChainBlock): string | undefined {
  if (restored.link !== living.link) return `block ${living.number} is another one than that of the living peer`;
  if (restored.commitHash === "") return `block ${living.number} has no hash of its state`;
  if (restored.commitHash !== living.commitHash) {
    return `the state at block ${living.number} is another one than that of the living peer`;
  }
  return undefined;
}

/** Loss of a restore: what the copy lacks of that which the network had at the time of the copy, and has now. */
export interface Loss {
  /** Blocks that were there at the time of the copy, and are not in it. */
  blocksAtCopy: number;
  /** Milliseconds from the first of them to the copy. */
  atCopyMs: number;
  /** Blocks that came later. */
  blocksSince: number;
  /** Milliseconds from the copy until now. */
  sinceMs: number;
}

/** @param missing Blocks of the living chain that the copy lacks, in order. */
export function lossOf(missing: readonly ChainBlock[], copied: Date, now: Date): Loss {
  const before = missing.filter(({ time }) => time <= copied);
  return {
    blocksAtCopy: before.length,
    atCopyMs: before[0] === undefined ? 0 : copied.getTime() - before[0].time.getTime(),
    blocksSince: missing.length - before.length,
    sinceMs: now.getTime() - copied.getTime(),
  };
}
