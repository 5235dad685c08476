/** The ways to a channel's config: by orderers of this stack, or by a peer's gateway where it has none. */
import { Block, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { Config } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { getChannelConfigCall, getConfigBlockCall } from "../../../ledger/fabric/system-chaincode";
import { ProposalRefused } from "../../../ledger/fabric/transaction";
import { problem } from "../../../lib/problem";
import { administratorOf } from "../clients/identity";
import { choseOrdererWithoutChannel, NodeError, UnreachableError } from "../clients/node-error";
import { success, type BroadcastAnswer } from "../clients/orderer-client";
import type { Session } from "../clients/session";
import { ProviderError } from "../../framework/errors";
import { NotYet, waitOptions, waitUntil, type WaitOptions } from "../../framework/wait";
import type { NodeAddress, OrdererAddress, SigningIdentity } from "../sdk";
import { newestConfig, type LiveConfig } from "./channel-reader";
import { untilAllRunBft, type MigratingChannel } from "./consensus-restarts";
import { isConsenter, type ChannelOrderers } from "./orderers";
import { firstBlockNumber } from "./peer-chain";

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

/** A way by peers, which know the channel's first block, too. */
export interface PeerWay extends ChannelWay {
  /** Protobuf bytes of `common.Block`. @throws NodeError */
  firstBlock(): Promise<Uint8Array>;
}

/**
 * @param peers of this stack, members of the channel
 * @param administrators of their organisations
 * @throws ProviderError without a peer that one of them administers
 */
export function wayByPeers(
  session: Session,
  channelId: string,
  peers: readonly NodeAddress[],
  administrators: readonly SigningIdentity[],
): PeerWay {
  const known = peers.flatMap((peer) => {
    const identity = administratorOf(peer, administrators);
    return identity === undefined ? [] : [{ peer, identity }];
  });
  const [first] = known;
  if (first === undefined) {
    throw new ProviderError(
      `channel ${channelId}: no way to it; list a peer that is in it, and an administrator of the peer's organisation`,
    );
  }
  const configOf = async ({ peer, identity }: (typeof known)[number]): Promise<LiveConfig> => {
    const client = await session.peer(peer);
    const step = `reading the config of channel ${channelId}`;
    const block = await client.tryQuery(step, identity, "", getConfigBlockCall(channelId));
    if (!(block instanceof ProposalRefused)) {
      const blockNumber = Block.deserializeBinary(block).getHeader()?.getNumber() ?? 0;
      return { ...decodeConfigBlock(block), block, blockNumber };
    }
    if (!fromSnapshot.test(block.answer)) throw client.refused(step, block);
    const config = Config.deserializeBinary(await client.query(step, identity, "", getChannelConfigCall(channelId)));
    return { channelId, sequence: config.getSequence(), config, block: new Uint8Array(), blockNumber: 0 };
  };
  return {
    async liveConfig() {
      return newestConfig(...(await Promise.all(known.map(configOf))));
    },
    waitUntilHealthy: () => Promise.resolve(),
    untilAllRunBft: () => Promise.resolve(),
    async broadcast(step, envelope) {
      try {
        await (await session.peer(first.peer)).submit(step, channelId, "", envelope);
        return undefined;
      } catch (error) {
        if (!(error instanceof NodeError) || !mayPassBehind(error)) throw error;
        return new NotYet(`${first.peer.name}: ${error.answer}`);
      }
    },
    /** Orderers hand peers of others no block any more, that of the removal included. */
    remainsUnder: ({ peerOrganizations }) =>
      known.some(({ identity }) => peerOrganizations.some(({ msp }) => msp.mspId === identity.creator.mspId)),
    async waitUntilSettled({ sequence }) {
      await Promise.all(
        known.map((each) =>
          waitUntil<true>(
            async () => (await configOf(each)).sequence >= sequence || new NotYet("not yet"),
            waitOptions(session.context, `${each.peer.name} to have config ${sequence} of channel ${channelId}`),
          ),
        ),
      );
    },
    waitOptions: (waitingFor) => waitOptions(session.context, waitingFor),
    async firstBlock() {
      for (const { peer, identity } of known) {
        const client = await session.peer(peer);
        if ((await firstBlockNumber(client, identity, channelId)) > 0) continue;
        const step = `reading the first block of channel ${channelId}`;
        return (await client.block(step, identity, channelId, 0)).serializeBinary();
      }
      throw new ProviderError(
        `channel ${channelId}: ${known.map(({ peer }) => peer.name).join(", ")} joined it by a snapshot and cannot give its first ` +
          "block, from which this stack's wishes begin; have one more peer of this stack join it by the block",
      );
    },
  };
}

/** Answer of a peer that joined by a snapshot, before the channel had a config block since (blkstorage). */
const fromSnapshot = /bootstrapped from a snapshot/;

/** Whether a gateway may take the same envelope later. */
function mayPassBehind(error: NodeError): boolean {
  return error instanceof UnreachableError || choseOrdererWithoutChannel(error) || error.answer.includes(quorumDoubt);
}

/** Answer of a leader that has not heard from its followers yet (orderer/consensus/etcdraft). */
const quorumDoubt = "configuration will result in quorum loss";

/**
 * Whether the same envelope may be accepted later: there is no leader yet, or a new leader has not heard from its
 * followers and counts them as dead (etcdraft's answer to a change of consenters). If they stay dead, the wait ends by
 * its deadline.
 */
function mayPass({ status, info }: BroadcastAnswer): boolean {
  return status === "SERVICE_UNAVAILABLE" || info.includes(quorumDoubt);
}
