/** The way to a channel's config by peers of this stack and their gateways. */
import { Block } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { Config } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { decodeConfigBlock } from "../../../ledger/fabric/config-decode";
import { getChannelConfigCall, getConfigBlockCall } from "../../../ledger/fabric/system-chaincode";
import { ProposalRefused } from "../../../ledger/fabric/transaction";
import { administratorOf } from "../clients/identity";
import { choseOrdererWithoutChannel, NodeError, UnreachableError } from "../clients/node-error";
import type { Session } from "../clients/session";
import { ProviderError } from "../../framework/errors";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import type { NodeAddress, SigningIdentity } from "../sdk";
import { AnsweringPeers, type KnownPeer, type Told } from "./answering-peers";
import { newestConfig, type LiveConfig } from "./channel-reader";
import { quorumDoubt, type ChannelWay } from "./channel-way";
import { firstBlockNumber } from "./peer-chain";

/** A way by peers, which know the channel's first block, too. */
export interface PeerWay extends ChannelWay {
  /** Protobuf bytes of `common.Block`. @throws NodeError */
  firstBlock(): Promise<Uint8Array>;
}

/**
 * A way by all peers that answer: the newest config of any of them counts, since one that is behind, or silent, knows less and nothing
 * else.
 *
 * @param peers of this stack, members of the channel
 * @param administrators of their organisations
 * @param patienceMs milliseconds for each of several peers. Default: as within a refresh
 * @throws ProviderError without a peer that one of them administers
 */
export function wayByPeers(
  session: Session,
  channelId: string,
  peers: readonly NodeAddress[],
  administrators: readonly SigningIdentity[],
  patienceMs?: number,
): PeerWay {
  const [first, ...others] = peers.flatMap((peer) => {
    const identity = administratorOf(peer, administrators);
    return identity === undefined ? [] : [{ peer, identity }];
  });
  if (first === undefined) {
    throw new ProviderError(
      `channel ${channelId}: no way to it; list a peer that is in it, and an administrator of the peer's organisation`,
    );
  }
  const answering = new AnsweringPeers(session, first, others, patienceMs);
  const configs = (): Promise<Told<LiveConfig>[]> =>
    answering.ask(`the config of channel ${channelId}`, (known) => configOf(session, channelId, known));
  return {
    async liveConfig() {
      return newestConfig(...(await configs()).map(({ told }) => told));
    },
    waitUntilHealthy: () => Promise.resolve(),
    untilAllRunBft: () => Promise.resolve(),
    async broadcast(step, envelope) {
      const { peer } = answering.speaker;
      try {
        await (await session.peer(peer)).submit(step, channelId, "", envelope);
        return undefined;
      } catch (error) {
        if (!(error instanceof NodeError) || !mayPassBehind(error)) throw error;
        return new NotYet(`${peer.name}: ${error.answer}`);
      }
    },
    /** Orderers hand peers of others no block any more, that of the removal included. */
    remainsUnder: ({ peerOrganizations }) =>
      [first, ...others].some(({ identity }) =>
        peerOrganizations.some(({ msp }) => msp.mspId === identity.creator.mspId),
      ),
    async waitUntilSettled({ sequence }) {
      await waitUntil<true>(
        async () => {
          const behind = (await configs()).filter(({ told }) => told.sequence < sequence);
          return behind.length === 0 || new NotYet(`not yet ${names(behind)}`);
        },
        waitOptions(session.context, `peers of this stack to have config ${sequence} of channel ${channelId}`),
      );
    },
    waitOptions: (waitingFor) => waitOptions(session.context, waitingFor),
    async firstBlock() {
      const starts = await answering.ask(`where its chain of channel ${channelId} begins`, async ({ peer, identity }) =>
        firstBlockNumber(await session.peer(peer), identity, channelId),
      );
      const whole = starts.find(({ told }) => told === 0);
      if (whole !== undefined) {
        const { peer, identity } = whole.known;
        const step = `reading the first block of channel ${channelId}`;
        return (await (await session.peer(peer)).block(step, identity, channelId, 0)).serializeBinary();
      }
      throw new ProviderError(
        `channel ${channelId}: ${names(starts)} joined it by a snapshot and cannot give its first ` +
          "block, from which this stack's wishes begin; have one more peer of this stack join it by the block",
      );
    },
  };
}

async function configOf(session: Session, channelId: string, { peer, identity }: KnownPeer): Promise<LiveConfig> {
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
}

function names(told: readonly Told<unknown>[]): string {
  return told.map(({ known }) => known.peer.name).join(", ");
}

/** Answer of a peer that joined by a snapshot, before the channel had a config block since (blkstorage). */
const fromSnapshot = /bootstrapped from a snapshot/;

/** Whether a gateway may take the same envelope later. */
function mayPassBehind(error: NodeError): boolean {
  return error instanceof UnreachableError || choseOrdererWithoutChannel(error) || error.answer.includes(quorumDoubt);
}
