/** Orderers of this stack in a channel that others founded: they join it, follow it, and vote once its config says so. */
import type { ChannelConfig, HostPort } from "../../../ledger/fabric/channel-config";
import { firstEndpoints } from "../../../ledger/fabric/first-endpoints";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import type { NodeContext } from "../../kubernetes/node-access";
import type { OrdererAddress } from "../sdk";
import type { LiveConfig } from "./channel-reader";
import { isConsenter, isNamed, lostConsenters, type ChannelOrderers } from "./orderers";

export interface Arrival {
  /** Those that joined in this run. */
  arrived: OrdererAddress[];
  /** Names of all that have the channel now. */
  joined: string[];
  /** Those that had the channel before and vote in it, without what they had: they must become new consenters. */
  lost: OrdererAddress[];
}

export function joiningOf(inputs: { joiningOrderers?: OrdererAddress[] | undefined } | undefined): OrdererAddress[] {
  return inputs?.joiningOrderers ?? [];
}

/**
 * Joins the orderers that the channel lets in, and waits until all that have it follow it or, as consenters, serve it. An orderer
 * whose organisation the channel does not have yet could read nothing, so it joins in a later run.
 *
 * @param live newest config, by whose block they join
 * @param before names of those that had the channel after the last run
 */
export async function joinByConfig(
  orderers: ChannelOrderers,
  live: LiveConfig,
  before: readonly string[],
  { log }: NodeContext,
): Promise<Arrival> {
  const config = describeChannelConfig(live.channelId, live.config);
  const { carrying, missing } = await orderers.split();
  const mspIds = config.ordererOrganizations.map(({ msp }) => msp.mspId);
  const [admitted, waiting] = halves(missing, ({ mspId }) => mspIds.includes(mspId));
  const had = admitted.filter(({ name }) => before.includes(name));
  const lost = lostConsenters(had, config);
  const arrived = admitted.filter((orderer) => !lost.includes(orderer));
  if (waiting.length > 0) {
    const organizations = [...new Set(waiting.map(({ mspId }) => mspId))].join(", ");
    log.info(`${names(waiting)} join channel ${live.channelId} once it has ${organizations} among its orderers`);
  }
  await orderers.join(arrived, live.block);
  await orderers.waitForBlock(arrived, live.blockNumber);
  await orderers.waitUntilServing([...carrying, ...arrived], config);
  return { arrived, joined: [...carrying, ...arrived].map(({ name }) => name), lost };
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
    ...config,
    consenters: config.consenters.filter(stays),
    ordererOrganizations: config.ordererOrganizations.map((organization) => ({
      ...organization,
      endpoints: firstEndpoints(organization.endpoints, stays, config),
    })),
  };
}

/** Names of those that have the channel, or count as if they had it. Tells of the others what becomes of them. */
export function joinedNow({ joined, lost }: Arrival, live: LiveConfig, { log }: NodeContext): string[] {
  const config = describeChannelConfig(live.channelId, live.config);
  const voting = lost.filter((orderer) => isConsenter(orderer, config));
  if (lost.length > 0) {
    const proposed =
      voting.length === 0 ? "it is no consenter any more" : "its removal from the consenters is proposed";
    log.warn(
      `${names(lost)} lost what it had of channel ${live.channelId}: ${proposed}, and an update after that joins it anew`,
    );
  }
  return [...joined, ...voting.map(({ name }) => name)];
}

/** Makes orderers leave. One that votes counts until the channel's config goes without it, and stays that long. */
export async function leaveUnlessVoting(
  orderers: ChannelOrderers,
  live: LiveConfig,
  { log }: NodeContext,
): Promise<void> {
  const config = describeChannelConfig(live.channelId, live.config);
  const { carrying } = await orderers.split();
  const [voting, following] = halves(carrying, (orderer) => isConsenter(orderer, config));
  if (voting.length > 0) {
    log.warn(
      `channel ${live.channelId} counts ${names(voting)} until others agreed to the removal: without it the channel tolerates less`,
    );
  }
  await orderers.leave(following);
}

function names(orderers: readonly OrdererAddress[]): string {
  return orderers.map(({ name }) => name).join(", ");
}

function halves<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
