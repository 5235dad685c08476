/** The ways to a channel's config: by orderers of this stack, or by peers' gateways where it has none (peer-way.ts). */
import type { Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { problem } from "../../../lib/problem";
import { NodeError, UnreachableError } from "../clients/node-error";
import { success, type BroadcastAnswer } from "../clients/orderer-client";
import type { Session } from "../clients/session";
import { NotYet, type WaitOptions } from "../../framework/wait";
import type { OrdererAddress } from "../sdk";
import type { LiveConfig } from "./channel-reader";
import { untilAllRunBft, type MigratingChannel } from "./consensus-restarts";
import { isConsenter, type ChannelOrderers } from "./orderers";

/** Problem of inputs that name no node. */
export const noWay = problem({
  path: "orderers",
  given: [],
  must: "have an orderer, or `peers` a peer",
  because: "the channel is reached by them",
});

export interface ChannelWay {
  liveConfig(): Promise<LiveConfig>;
  /** Waits until the channel can take a change without harm. */
  waitUntilHealthy(live: LiveConfig): Promise<void>;
  /** Waits until each orderer that this way knows runs BFT, which the config says. */
  untilAllRunBft(live: LiveConfig): Promise<void>;
  /** Hands an envelope to the ordering service. Undefined when it was taken; what may pass is NotYet. @throws NodeError */
  broadcast(step: string, envelope: Envelope): Promise<NotYet | undefined>;
  /** Whether a channel with these members still gives this way its blocks. */
  remainsUnder(config: ChannelConfig): boolean;
  /** Waits until a new config is everywhere that this way knows. */
  waitUntilSettled(live: LiveConfig): Promise<void>;
  waitOptions(waitingFor: string): WaitOptions;
}

/**
 * @param orderers those that carry the channel, those that are to leave it included
 * @param administration those who may ask the orderers about their other channels, and the orderers' port with /metrics
 */
export function wayByOrderers(
  session: Session,
  orderers: ChannelOrderers,
  administration: Pick<MigratingChannel, "administrators" | "operationsPort">,
): ChannelWay {
  const joined = async ({ channelId, config: live }: LiveConfig): Promise<OrdererAddress[]> => {
    const config = describeChannelConfig(channelId, live);
    const { carrying } = await orderers.split();
    return carrying.filter((orderer) => isConsenter(orderer, config));
  };
  return {
    liveConfig: () => orderers.liveConfig(),
    /** Changes of consenters are safe only while all others work: one without blocks could cost the quorum. */
    async waitUntilHealthy(live) {
      await orderers.waitUntilServing(await joined(live), describeChannelConfig(live.channelId, live.config));
    },
    async untilAllRunBft(live) {
      const { channelId, blockNumber } = live;
      const consenters = await joined(live);
      // A run that was cut off may not have waited for it. Only raft hands out the block that ends raft: an orderer without
      // it gets it no more once too few others run raft.
      await orderers.waitForBlock(consenters, blockNumber);
      await untilAllRunBft(session, { channelId, orderers: consenters, ...administration });
    },
    /** Orderers out of reach are skipped; refusals that may pass are tried again. */
    async broadcast(step, envelope) {
      let last = new NotYet("no orderer to ask");
      for (const orderer of await orderers.consenters()) {
        try {
          const client = await session.orderer(orderer);
          const answer = await client.broadcast(step, envelope);
          if (answer.status === success) return undefined;
          if (!mayPass(answer)) throw new NodeError(orderer, step, `${answer.status} ${answer.info}`);
          last = new NotYet(`${orderer.name}: ${answer.info}`);
        } catch (error) {
          if (!(error instanceof UnreachableError)) throw error;
          last = new NotYet(`${orderer.name}: ${error.answer}`);
        }
      }
      return last;
    },
    remainsUnder: () => true,
    async waitUntilSettled({ blockNumber }) {
      await orderers.waitForBlock(await orderers.consenters(), blockNumber);
    },
    waitOptions: (waitingFor) => orderers.waitOptions(waitingFor),
  };
}

/** Answer of a leader that has not heard from its followers yet (orderer/consensus/etcdraft). */
export const quorumDoubt = "configuration will result in quorum loss";

/**
 * Whether the same envelope may be accepted later: there is no leader yet, or a new leader has not heard from its
 * followers and counts them as dead (etcdraft's answer to a change of consenters). If they stay dead, the wait ends by
 * its deadline.
 */
function mayPass({ status, info }: BroadcastAnswer): boolean {
  return status === "SERVICE_UNAVAILABLE" || info.includes(quorumDoubt);
}
