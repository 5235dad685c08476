/**
 * Channels of peers across their restarts. A peer that cannot open a ledger runs on without its channel, and is Ready.
 */
import { administratorOf, type Identity } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import { Session } from "../clients/session";
import { ProviderError } from "../../framework/errors";
import { TimeoutError, whileProgressing } from "../../framework/time-limit";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import { askPatiently } from "../../kubernetes/ask-patiently";
import type { NodeContext } from "../../kubernetes/node-access";
import { faultMs, standstillMs } from "../../kubernetes/pod-patience";
import type { NodeAddress, SigningIdentity } from "../sdk";
import { chainHeight } from "./chain-height";
import { joinedChannels } from "./joined-channels";

/** Channels of a peer at its last answer. */
export interface PeerMemory {
  /** Name of the peer. */
  peer: string;
  channels: string[];
}

const channelList = "the list of its channels";

/** Blocks that a peer in step may be behind another one. */
const inStepBlocks = 3;

/**
 * Remembers the channels of each peer, and waits until the peer has them again. A peer that never joined has no
 * channels to wait for. A peer without an answer so far is not waited for: the rollout may contain the change that
 * repairs it.
 */
export class PeerChannels {
  private readonly known: Map<string, readonly string[]>;
  /** Channel to peers that had as many blocks as the others before the first restart. */
  private readonly inStep = new Map<string, NodeAddress[]>();
  /** Names of the peers that have answered since the start of this rollout. */
  private readonly answered = new Set<string>();

  /** @param memory State of an earlier rollout, which may have ended at a peer without its channels. */
  constructor(
    private readonly peers: readonly NodeAddress[],
    private readonly administrators: readonly SigningIdentity[],
    memory: readonly PeerMemory[] = [],
  ) {
    this.known = new Map(memory.map(({ peer, channels }) => [peer, channels]));
  }

  get memory(): PeerMemory[] {
    return this.peers.map(({ name }) => ({ peer: name, channels: [...(this.known.get(name) ?? [])] }));
  }

  /**
   * Stores the present channels of the peers as the channels to have. Without an answer the stored channels of a peer
   * stay.
   */
  async refresh(context: NodeContext): Promise<void> {
    await Promise.all(
      this.peers.map(async (peer) => {
        const listed = await this.ask(peer, channelList, context, async (session, administrator) => {
          const { dialer, signal } = session.context;
          if ((await dialer.presence(peer, signal)) === "absent") return [];
          return joinedChannels(await session.peer(peer), administrator);
        });
        if (listed !== undefined) this.known.set(peer.name, listed);
      }),
    );
  }

  /**
   * Resolves when each peer has its channels again, with as many blocks as the others, unless it was behind before the
   * first restart.
   *
   * @throws ProviderError with the name of a peer that lacks a channel or whose chain stands still
   */
  async untilBack(context: NodeContext): Promise<void> {
    try {
      await whileProgressing(standstillMs, context.signal, async (signal, progress) => {
        const limited = { ...context, signal, progress };
        await Promise.all(this.peers.map((peer) => this.untilListed(peer, limited)));
        const channels = new Set([...this.known.values()].flat());
        await Promise.all([...channels].map((channelId) => this.untilInStep(channelId, limited)));
      });
    } catch (error) {
      if (!(error instanceof TimeoutError) || context.signal.aborted) throw error;
      throw new ProviderError(
        `${error.message}, so no other peer is restarted; look at its log, and run \`pulumi up\` again`,
      );
    }
  }

  private async untilListed(peer: NodeAddress, context: NodeContext): Promise<void> {
    let lostSince: number | undefined;
    await waitUntil<true>(
      async () => {
        const listed = await this.ask(peer, channelList, context, async (session, administrator) =>
          joinedChannels(await session.peer(peer), administrator),
        );
        if (listed === undefined) return this.answered.has(peer.name) ? new NotYet("it does not answer") : true;
        const lost = (this.known.get(peer.name) ?? []).filter((channelId) => !listed.includes(channelId));
        if (lost.length > 0) {
          lostSince ??= Date.now();
          if (Date.now() - lostSince >= faultMs) throw lostError(peer, lost);
          return new NotYet(`it runs without ${lost.join(", ")}`);
        }
        this.known.set(peer.name, listed);
        this.answered.add(peer.name);
        return true;
      },
      waitOptions(context, `${peer.name} to have its channels again`),
    );
  }

  private async untilInStep(channelId: string, context: NodeContext): Promise<void> {
    const members = this.peers.filter(({ name }) => this.known.get(name)?.includes(channelId) === true);
    const answers = await Promise.all(members.map((peer) => this.height(peer, channelId, context)));
    const highest = Math.max(...answers.map((height) => height ?? 0));
    const isInStep = (height: number | undefined): boolean => height !== undefined && height + inStepBlocks >= highest;
    const before = this.inStep.get(channelId);
    if (before === undefined) {
      this.inStep.set(
        channelId,
        members.filter((_peer, index) => isInStep(answers[index])),
      );
      return;
    }
    await Promise.all(
      before.map((peer) =>
        waitUntil<true>(
          async () => {
            const height = await this.height(peer, channelId, context);
            return isInStep(height) ? true : new NotYet(`${height ?? "none"} of ${highest} blocks`, height);
          },
          waitOptions(context, `${peer.name} to catch up with channel ${channelId}`),
        ),
      ),
    );
  }

  private height(peer: NodeAddress, channelId: string, context: NodeContext): Promise<number | undefined> {
    return this.ask(peer, `its height of channel ${channelId}`, context, async (session, administrator) =>
      chainHeight(await session.peer(peer), administrator, channelId),
    );
  }

  /** The peer's answer; undefined without one. */
  private async ask<T>(
    peer: NodeAddress,
    what: string,
    context: NodeContext,
    question: (session: Session, administrator: Identity) => Promise<T>,
  ): Promise<T | undefined> {
    const administrator = administratorOf(peer, this.administrators);
    if (administrator === undefined) return undefined;
    try {
      return await askPatiently(context, `${peer.name}: ${what}`, (patient) =>
        Session.run(patient, (session) => question(session, administrator)),
      );
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      context.log.warn(`${peer.name}: ${what} cannot be read: ${error.message}`);
      return undefined;
    }
  }
}

function lostError({ name, namespace, pod }: NodeAddress, lost: readonly string[]): ProviderError {
  return new ProviderError(
    `${name} runs without channel ${lost.join(", ")}, which it had, so no other peer is restarted. Its log says why the ledger ` +
      `could not be opened (kubectl logs -n ${namespace} ${pod}): mend that, delete the pod, and run \`pulumi up\` again. ` +
      "If its volume was emptied on purpose: `pulumi refresh` first, and it joins again",
  );
}
