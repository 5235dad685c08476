/** Orderers of this stack in a channel that others founded: they join it, follow it, and vote once its config says so. */
import type { ChannelConfig, HostPort } from "../../../ledger/fabric/channel-config";
import { firstEndpoints } from "../../../ledger/fabric/first-endpoints";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { ProviderError } from "../../framework/errors";
import type { NodeContext } from "../../kubernetes/node-access";
import type { OrdererAddress } from "../sdk";
import type { LiveConfig } from "./channel-reader";
import { isConsenter, isNamed, lostConsenters, type ChannelOrderers } from "./orderers";

export interface Arrival {
  /** Those that join in this run. */
  arrived: OrdererAddress[];
  /** Names of all that have the channel then. */
  joined: string[];
  /** Those that vote in the channel without what they had of it: they must become new consenters. */
  lost: OrdererAddress[];
}

export function joiningOf(inputs: { joiningOrderers?: OrdererAddress[] | undefined } | undefined): OrdererAddress[] {
  return inputs?.joiningOrderers ?? [];
}

interface Look extends Arrival {
  /** Those that have the channel. */
  carrying: OrdererAddress[];
  /** Those whose organisation the channel does not have yet. They could read nothing, so they join in a later run. */
  waiting: OrdererAddress[];
}

/**
 * What a run would make of orderers that join. Changes nothing. One that votes had the channel before it did: without it, it
 * has lost what it had, also where this stack's state knows nothing of that, as on another cluster.
 *
 * @param live newest config, by whose block they join
 */
export async function arrivalOf(orderers: ChannelOrderers, live: LiveConfig): Promise<Look> {
  const config = describeChannelConfig(live.channelId, live.config);
  const { carrying, missing } = await orderers.split();
  const mspIds = config.ordererOrganizations.map(({ msp }) => msp.mspId);
  const [admitted, waiting] = halves(missing, ({ mspId }) => mspIds.includes(mspId));
  const lost = lostConsenters(admitted, config);
  const arrived = admitted.filter((orderer) => !lost.includes(orderer));
  return { carrying, waiting, lost, arrived, joined: [...carrying, ...arrived].map(({ name }) => name) };
}

/**
 * Joins the orderers that the channel lets in, and waits until all that have it follow it or, as consenters, serve it.
 *
 * @param live newest config, by whose block they join
 */
export async function joinByConfig(
  orderers: ChannelOrderers,
  live: LiveConfig,
  { log }: NodeContext,
): Promise<Arrival> {
  const { carrying, waiting, ...arrival } = await arrivalOf(orderers, live);
  const { arrived } = arrival;
  if (waiting.length > 0) {
    const organizations = [...new Set(waiting.map(({ mspId }) => mspId))].join(", ");
    log.info(`${names(waiting)} join channel ${live.channelId} once it has ${organizations} among its orderers`);
  }
  if (arrived.length > 0 && live.block.length === 0) {
    throw new ProviderError(
      `channel ${live.channelId}: ${names(arrived)} join it by the block of its config, which no peer of this stack has, since all joined ` +
        "by a snapshot after it; have one more peer join by the first block, or join after the next change of the config",
    );
  }
  await orderers.join(arrived, live.block);
  await orderers.waitForBlock(arrived, live.blockNumber);
  const config = describeChannelConfig(live.channelId, live.config);
  await orderers.waitUntilServing([...carrying, ...arrived], config);
  return arrival;
}

/** The wished config without orderers of this stack that do not follow the channel yet. */
export function withoutAbsent(
  config: ChannelConfig,
  orderers: readonly OrdererAddress[],
  { joined }: Pick<Arrival, "joined">,
): ChannelConfig {
  return withoutOrderers(
    config,
    orderers.filter(({ name }) => !joined.includes(name)),
  );
}

/** The config without these orderers, neither as consenters nor as endpoints. */
export function withoutOrderers(config: ChannelConfig, orderers: readonly OrdererAddress[]): ChannelConfig {
  const stays = (address: HostPort): boolean => !orderers.some((orderer) => isNamed(address, orderer));
  return {
    ...withoutConsenters(config, orderers),
    ordererOrganizations: config.ordererOrganizations.map((organization) => ({
      ...organization,
      endpoints: firstEndpoints(organization.endpoints, stays, config),
    })),
  };
}

/** The config in which these orderers do not vote. Clients may still know them. */
export function withoutConsenters(config: ChannelConfig, orderers: readonly OrdererAddress[]): ChannelConfig {
  const votes = (address: HostPort): boolean => !orderers.some((orderer) => isNamed(address, orderer));
  return { ...config, consenters: config.consenters.filter(votes) };
}

/** Names of those that have the channel, or count as if they had it. Tells of the others what becomes of them. */
export function joinedNow(
  { joined, lost }: Pick<Arrival, "joined" | "lost">,
  live: LiveConfig,
  context: NodeContext,
): string[] {
  const config = describeChannelConfig(live.channelId, live.config);
  const voting = lost.filter((orderer) => isConsenter(orderer, config));
  tellLost(
    lost,
    live,
    voting.length === 0
      ? "it is no consenter any more, and an update after that joins it anew"
      : "its removal from the consenters is proposed, and an update after that joins it anew",
    context,
  );
  return [...joined, ...voting.map(({ name }) => name)];
}

/** @param what becomes of them in this run */
export function tellLost(
  lost: readonly OrdererAddress[],
  { channelId }: LiveConfig,
  what: string,
  { log }: NodeContext,
): void {
  if (lost.length === 0) return;
  log.warn(`${names(lost)} lost what it had of channel ${channelId}: ${what}`);
}

/**
 * Makes orderers leave. One that votes counts until the channel's config goes without it, and stays that long.
 *
 * @returns those that vote still
 */
export async function leaveUnlessVoting(
  orderers: ChannelOrderers,
  live: LiveConfig,
  { log }: NodeContext,
): Promise<OrdererAddress[]> {
  const config = describeChannelConfig(live.channelId, live.config);
  const { carrying } = await orderers.split();
  const [voting, following] = halves(carrying, (orderer) => isConsenter(orderer, config));
  if (voting.length > 0) {
    log.warn(
      `channel ${live.channelId} counts ${names(voting)} until others agreed to the removal: without it the channel tolerates less`,
    );
  }
  await orderers.leave(following);
  return voting;
}

/**
 * Makes orderers leave a channel whose config this stack cannot read any more. An orderer that was not taken out still votes, and
 * stays.
 *
 * @returns those that stay
 */
export async function leaveUnlessConsenting(orderers: ChannelOrderers): Promise<OrdererAddress[]> {
  const { carrying } = await orderers.split();
  const followers = await orderers.followers();
  await orderers.leave(followers);
  return carrying.filter((orderer) => !followers.includes(orderer));
}

function names(orderers: readonly OrdererAddress[]): string {
  return orderers.map(({ name }) => name).join(", ");
}

function halves<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
