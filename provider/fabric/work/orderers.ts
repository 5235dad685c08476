/** The orderers of a channel together: those that have it, serve it and can be asked. */
import type { ChannelConfig, HostPort } from "../../../ledger/fabric/channel-config";
import { addressText } from "../../../ledger/fabric/config-normal-form";
import { problem, type Problem } from "../../../lib/problem";
import type { Participation } from "../clients/orderer-admin";
import { AbsentNodeError } from "../../kubernetes/dialer";
import { identityOf } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import { NotYet, waitOptions, waitUntil, type WaitOptions } from "../../framework/wait";
import type { Session } from "../clients/session";
import { ProviderError } from "../../framework/errors";
import type { OrdererAddress, SigningIdentity } from "../sdk";
import { ChannelReader, newestConfig, type LiveConfig } from "./channel-reader";

/** Part of a config that decides an orderer's part. */
export type Consenters = Pick<ChannelConfig, "consenters">;

interface Part {
  orderer: OrdererAddress;
  part: Participation | undefined;
}

export class ChannelOrderers {
  readonly reader: ChannelReader;

  /** @param administrators identities that ask; one that the channel lets read is enough */
  constructor(
    private readonly session: Session,
    private readonly channelId: string,
    administrators: readonly SigningIdentity[],
    readonly all: readonly OrdererAddress[],
  ) {
    this.reader = new ChannelReader(session, channelId, administrators.map(identityOf));
  }

  /** Orderers with the channel and orderers without it. */
  async split(): Promise<{ carrying: OrdererAddress[]; missing: OrdererAddress[] }> {
    const parts = await this.parts();
    return {
      carrying: parts.filter(({ part }) => part !== undefined).map(({ orderer }) => orderer),
      missing: parts.filter(({ part }) => part === undefined).map(({ orderer }) => orderer),
    };
  }

  /** Orderers that answer questions about the channel and accept its transactions; followers do neither. */
  async consenters(): Promise<OrdererAddress[]> {
    const parts = await this.parts();
    const consenters = parts.filter(({ part }) => part?.consensusRelation === "consenter");
    if (consenters.length > 0) return consenters.map(({ orderer }) => orderer);
    throw new ProviderError(
      `channel ${this.channelId}: none of the orderers ${parts.map(({ orderer }) => orderer.name).join(", ")} is a ` +
        "consenter, and followers answer no questions; list at least one consenter of the channel in `orderers`",
    );
  }

  /** Orderers that have the channel and do not vote in it. */
  async followers(): Promise<OrdererAddress[]> {
    const parts = await this.parts();
    return parts.filter(({ part }) => part?.consensusRelation === "follower").map(({ orderer }) => orderer);
  }

  /** Whether those that have it follow it, and none votes. */
  async onlyFollow(): Promise<boolean> {
    const parts = await this.parts();
    return parts.every(({ part }) => part === undefined || part.consensusRelation === "follower");
  }

  /** Consenters with the number of their blocks. */
  async heights(): Promise<{ orderer: OrdererAddress; height: number }[]> {
    const parts = await this.parts();
    return parts.flatMap(({ orderer, part }) =>
      part?.consensusRelation === "consenter" ? [{ orderer, height: part.height }] : [],
    );
  }

  /** Newest config of any consenter. */
  async liveConfig(): Promise<LiveConfig> {
    return waitUntil<LiveConfig>(
      async () => {
        const consenters = await this.consenters();
        const configs = await Promise.all(consenters.map((orderer) => this.configUnlessLeaving(orderer)));
        const known = configs.filter((config) => config !== undefined);
        return known.length > 0 ? newestConfig(...known) : new NotYet("no consenter has it at the moment");
      },
      this.waitOptions(`the config of channel ${this.channelId}`),
    );
  }

  /**
   * Joins all orderers at once. With a genesis block consenters start the chain; with a later block they replicate
   * first.
   */
  async join(orderers: readonly OrdererAddress[], block: Uint8Array): Promise<void> {
    await Promise.all(
      orderers.map(async (orderer) => (await this.session.ordererAdmin(orderer)).join(this.channelId, block)),
    );
  }

  /** Makes orderers leave. An orderer without a pod, now or later, has left already as far as the channel knows. */
  async leave(orderers: readonly OrdererAddress[]): Promise<void> {
    await Promise.all(
      orderers.map(async (orderer) => {
        try {
          await (await this.session.leavingOrdererAdmin(orderer)).leave(this.channelId);
        } catch (error) {
          if (!(error instanceof AbsentNodeError)) throw error;
          this.session.context.log.info(
            `${orderer.name} has no pod to leave channel ${this.channelId} by; its volume may still hold the chain`,
          );
        }
      }),
    );
  }

  /**
   * Waits until each orderer is active in its part according to `config` and, as a consenter, knows a leader. The
   * question for the leader needs no transaction (see BlockRequest.needsLeader).
   */
  async waitUntilServing(orderers: readonly OrdererAddress[], config: Consenters): Promise<void> {
    await Promise.all(
      orderers.map((orderer) =>
        waitUntil<true>(
          async () => {
            const reason = await this.whyNotServing(orderer, config);
            return reason === undefined ? true : reason;
          },
          this.waitOptions(`${orderer.name} to serve channel ${this.channelId}`),
        ),
      ),
    );
  }

  /** Waits until each orderer has a block. */
  async waitForBlock(orderers: readonly OrdererAddress[], number: number): Promise<void> {
    await Promise.all(
      orderers.map((orderer) =>
        waitUntil<true>(
          async () => {
            const { part } = await this.partOf(orderer);
            const height = part?.height ?? 0;
            return height > number ? true : new NotYet(`block ${height} of ${number + 1}`, height);
          },
          this.waitOptions(`${orderer.name} to have block ${number} of channel ${this.channelId}`),
        ),
      ),
    );
  }

  waitOptions(waitingFor: string): WaitOptions {
    return waitOptions(this.session.context, waitingFor);
  }

  /** A consenter that was just removed, or has not quite become one, answers NOT_FOUND while its part changes. */
  private async configUnlessLeaving(orderer: OrdererAddress): Promise<LiveConfig | undefined> {
    try {
      return await this.reader.liveConfig(orderer);
    } catch (error) {
      if (error instanceof NodeError && error.answer === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  private async whyNotServing(orderer: OrdererAddress, config: Consenters): Promise<NotYet | undefined> {
    const { part } = await this.partOf(orderer);
    if (part === undefined) return new NotYet("it has not joined");
    const { status, height, consensusRelation } = part;
    if (status !== "active") return new NotYet(`its status is ${status} at height ${height}`, height);
    if (!isConsenter(orderer, config)) return undefined;
    if (consensusRelation !== "consenter") return new NotYet(`it is a ${consensusRelation}, not yet a consenter`);
    const refusal = await this.reader.whyNotServing(orderer);
    if (refusal === undefined) return undefined;
    return new NotYet(refusal === "SERVICE_UNAVAILABLE" ? "it knows no leader yet" : refusal);
  }

  private async parts(): Promise<Part[]> {
    return Promise.all(this.all.map((orderer) => this.partOf(orderer)));
  }

  private async partOf(orderer: OrdererAddress): Promise<Part> {
    const admin = await this.session.ordererAdmin(orderer);
    return { orderer, part: await admin.participation(this.channelId) };
  }
}

export function isConsenter(orderer: OrdererAddress, { consenters }: Consenters): boolean {
  return consenters.some((consenter) => isNamed(consenter, orderer));
}

/**
 * Orderers that must become new consenters, of those that a channel has as consenters and that lack the channel now. Raft relies on
 * entries that a consenter once had: the leader would send such a node only later entries, on which it crashes again and
 * again, and the node could vote twice in one election.
 *
 * Without a quorum of other consenters no update is possible, so there are none, and the nodes return as they are; then no leader
 * exists either that could remember them.
 */
export function lostConsenters(
  missing: readonly OrdererAddress[],
  { consensus, consenters }: Pick<ChannelConfig, "consensus" | "consenters">,
): OrdererAddress[] {
  if (consensus !== "etcdraft") return [];
  const lost = missing.filter((orderer) => isConsenter(orderer, { consenters }));
  return (consenters.length - lost.length) * 2 > consenters.length ? lost : [];
}

/** Whether channels name an orderer by this address. */
export function isNamed({ host, port }: HostPort, orderer: OrdererAddress): boolean {
  return host === orderer.host && port === (orderer.channelPort ?? orderer.port);
}

/**
 * Orderers whose names in channels would change. They are looked for by these names, so a channel that has the former ones would
 * seem to have lost them.
 */
export function validateNamesKept(
  former: readonly OrdererAddress[],
  next: readonly OrdererAddress[],
  path = "orderers",
): Problem[] {
  return next.flatMap((orderer, index) => {
    const before = former.find(({ name }) => name === orderer.name);
    const port = before?.channelPort ?? before?.port;
    if (before === undefined || port === undefined || isNamed({ host: before.host, port }, orderer)) return [];
    const given = addressText({ host: orderer.host, port: orderer.channelPort ?? orderer.port });
    const must = `stay ${addressText({ host: before.host, port })}`;
    const because = `channels name ${orderer.name} so`;
    const hint =
      "Leave `domain`, `exposure.port` and `exposure.inChannels` of its organisation; new orderers can have others";
    return [problem({ path: `${path}[${index}].host`, given, must, because, hint })];
  });
}
