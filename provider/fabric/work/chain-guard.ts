/** Guards against starting a chain twice, and against confusing two chains. */
import { Block } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { administratorOf } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import { Session } from "../clients/session";
import { ProviderError } from "../../framework/errors";
import type { NodeAddress, SigningIdentity } from "../sdk";
import type { ChannelReader } from "./channel-reader";
import { joinedChannels } from "./joined-channels";
import type { ChannelOrderers } from "./orderers";
import { askPatiently } from "../../kubernetes/ask-patiently";

const restore = 'docs/operations.md, "Backup", says how';

/** @param others organisations of other stacks that may have orderers in the channel, by their MSP ids. Default: none */
export function noOrdererCarries(
  channelId: string,
  orderers: readonly { name: string }[],
  evidence: string,
  others: readonly string[] = [],
): Error {
  const what =
    `channel ${channelId}: ${evidence}, but none of the orderers ${orderers.map(({ name }) => name).join(", ")} carries ` +
    "it. A second beginning would be another chain, which no peer of the first one follows. ";
  if (others.length === 0) {
    return new ProviderError(
      `${what}Restore the orderers' volumes (${restore}), or give the channel \`restart: true\` to begin a new, empty chain; its ` +
        "peers, those of partners too, then need empty volumes",
    );
  }
  return new ProviderError(
    `${what}Orderers of ${others.join(", ")} may carry it still: bring a peer of this stack that is in the ` +
      `channel to answer, by which the next update finds them and has these orderers join again, or restore volumes (${restore})`,
  );
}

/**
 * Names of peers with a ledger of the channel, among the peers that can be asked.
 *
 * @param patienceMs milliseconds for each peer. Default: as long as a refresh waits
 */
export async function peersInChannel(
  session: Session,
  channelId: string,
  peers: readonly NodeAddress[],
  administrators: readonly SigningIdentity[],
  patienceMs?: number,
): Promise<string[]> {
  const { context } = session;
  const asked = peers.map(async (peer) => {
    const administrator = administratorOf(peer, administrators);
    if (administrator === undefined) return undefined;
    return askPatiently(
      context,
      `channel ${channelId} on ${peer.name}`,
      (patient) =>
        Session.run(patient, async (own) => {
          if ((await patient.dialer.presence(peer, patient.signal)) === "absent") return undefined;
          const channels = await joinedChannels(await own.peer(peer), administrator);
          return channels.includes(channelId) ? peer.name : undefined;
        }),
      patienceMs,
    );
  });
  return (await Promise.all(asked)).filter((name) => name !== undefined);
}

/**
 * Difference between the chains of a channel's orderers; undefined when their readable blocks agree. Orderers restored
 * from copies of different moments may have continued separately.
 */
export async function describeFork(
  channelId: string,
  orderers: ChannelOrderers,
  reader: ChannelReader,
): Promise<string | undefined> {
  const consenters = (await orderers.heights()).filter(({ height }) => height > 0);
  const common = Math.min(...consenters.map(({ height }) => height)) - 1;
  if (consenters.length < 2) return undefined;
  const chains = new Map<string, string[]>();
  await Promise.all(
    consenters.map(async ({ orderer, height }) => {
      try {
        const link = linkOf(Block.deserializeBinary(await reader.block(orderer, common)));
        chains.set(link, [...(chains.get(link) ?? []), `${orderer.name} (${height} blocks)`]);
      } catch (error) {
        // An orderer without an answer at the moment proves nothing.
        if (!(error instanceof NodeError)) throw error;
      }
    }),
  );
  if (chains.size < 2) return undefined;
  const sides = [...chains.values()].map((names) => names.sort().join(" and ")).sort();
  return (
    `channel ${channelId}: its orderers hold different chains, block ${common} of ${sides.join(" is not that of ")}. ` +
    "Choose the chain that the peers have, and give the orderers of the other one empty volumes, one at a time: they " +
    `come back as new consenters (${restore})`
  );
}

/** Hashes that tell a block, and all before it, from any other. */
export function linkOf(block: Block): string {
  const header = block.getHeader();
  return `${header?.getPreviousHash_asB64()} ${header?.getDataHash_asB64()}`;
}
