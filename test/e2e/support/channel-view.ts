/** A channel of the consortium on this machine, as the peer of a company has it. */
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig, type DecodedConfig } from "../../../ledger/fabric/config-decode";
import { configBlockSeenBy } from "../../../tools/consortium/channel-view";
import type { Company } from "../../../tools/consortium/company";

/** Its newest config there. */
export async function configSeenBy(company: Company, channel: string): Promise<DecodedConfig> {
  return decodeConfigBlock(await configBlockSeenBy(company, channel));
}

/** The same, as settings. */
export async function channelSeenBy(company: Company, channel: string): Promise<ChannelConfig> {
  const { channelId, config } = await configSeenBy(company, channel);
  return describeChannelConfig(channelId, config);
}
