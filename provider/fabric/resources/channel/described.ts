/** A channel's config as this program has it, from the forms in which nodes and states have it. */
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig } from "../../../../ledger/fabric/config-decode";
import type { LiveConfig } from "../../work/channel-reader";

/** A live config as channels are described here. */
export function describe({ channelId, config }: LiveConfig): ChannelConfig {
  return describeChannelConfig(channelId, config);
}

/** Config of a first block, which is base64. */
export function configOf(genesisBlock: string): ChannelConfig {
  const { channelId, config } = decodeConfigBlock(Buffer.from(genesisBlock, "base64"));
  return describeChannelConfig(channelId, config);
}

/** Bytes as states have them. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
