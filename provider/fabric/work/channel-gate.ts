/** Condition for the next restart of an orderer: its channels have their service again. */
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { isBetweenConsensuses } from "../../../ledger/fabric/consensus-migration";
import type { Session } from "../clients/session";
import type { OrdererAddress, SigningIdentity } from "../sdk";
import { untilInOneView } from "./bft-view";
import type { LiveConfig } from "./channel-reader";
import { ChannelOrderers, isConsenter } from "./orderers";

export interface Gate {
  orderers: readonly OrdererAddress[];
  /** Identities that may ask. One that a channel lets read is enough. */
  administrators: readonly SigningIdentity[];
  /** Port with /metrics. 0: no orderer is asked, and views of BFT channels do not count. */
  operationsPort: number;
  /** Replaces the process of an orderer that has hung. */
  restart(orderer: OrdererAddress): Promise<void>;
}

interface LiveChannel {
  orderers: ChannelOrderers;
  carrying: OrdererAddress[];
  live: LiveConfig;
  described: ChannelConfig;
}

/** A channel as its orderers have it; undefined for a channel that no orderer has yet, or that they only follow. */
export async function liveChannel(
  session: Session,
  channelId: string,
  { orderers: all, administrators }: Pick<Gate, "orderers" | "administrators">,
): Promise<LiveChannel | undefined> {
  const orderers = new ChannelOrderers(session, channelId, administrators, all);
  const { carrying } = await orderers.split();
  if (carrying.length === 0 || (await orderers.onlyFollow())) return undefined;
  const live = await orderers.liveConfig();
  return { orderers, carrying, live, described: describeChannelConfig(channelId, live.config) };
}

/** Waits until all orderers serve a channel. One in which none of them votes cannot lose its service. */
export async function untilServed(session: Session, channelId: string, gate: Gate): Promise<void> {
  const channel = await liveChannel(session, channelId, gate);
  if (channel === undefined) return;
  const { orderers, carrying, live, described } = channel;
  // It serves nobody before all have restarted. An orderer without its newest config would begin with raft again.
  if (isBetweenConsensuses(live.config, described)) return orderers.waitForBlock(carrying, live.blockNumber);
  await orderers.waitUntilServing(carrying, described);
  // BFT orderers call themselves active and answer strict requests for blocks, even without a leader.
  if (described.consensus !== "BFT" || gate.operationsPort === 0) return;
  await untilInOneView(
    {
      channelId,
      orderers: carrying.filter((orderer) => isConsenter(orderer, described)),
      operationsPort: gate.operationsPort,
      restart: (orderer) => gate.restart(orderer),
    },
    session.context,
  );
}
