/** The config of a channel at peers that joined it a moment ago. */
import { NotYet, waitUntil } from "../../framework/wait";
import type { SigningIdentity } from "../sdk";
import type { LiveConfig } from "./channel-reader";
import type { ChannelWay } from "./channel-way";

/** A channel that a partner founded, as the partner last published it. */
interface FoundedElsewhere {
  config: { channelId: string };
  founderView?: { sequence: number; members: string[] } | undefined;
  administrators: readonly SigningIdentity[];
}

/**
 * Newest config of the peers, once they have what the founder published. They replay the channel from its first block, and what
 * they have in between is in force no more: a change of it would be stale from the beginning. Who is no member by the founder's word gets
 * no further block, and waits for none.
 */
export async function replayedConfig(
  way: Pick<ChannelWay, "liveConfig" | "waitOptions">,
  { config: { channelId }, founderView, administrators }: FoundedElsewhere,
): Promise<LiveConfig> {
  if (founderView === undefined) return way.liveConfig();
  const { sequence, members } = founderView;
  if (!administrators.some(({ mspId }) => members.includes(mspId))) return way.liveConfig();
  return waitUntil<LiveConfig>(
    async () => {
      const live = await way.liveConfig();
      return live.sequence >= sequence ? live : new NotYet(`config ${live.sequence}`, live.blockNumber);
    },
    way.waitOptions(
      `a peer of this stack to have config ${sequence} of channel ${channelId}, which the founder published`,
    ),
  );
}
