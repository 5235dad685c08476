/** Views of a BFT channel: orderers in the same view follow the same leader; other orderers take no part. */
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import type { NodeContext } from "../../kubernetes/node-access";
import { askMetrics, type ChannelMetrics } from "../clients/orderer-metrics";
import type { OrdererAddress } from "../sdk";

/**
 * Time without a new block after which an orderer outside of the view counts as hung, in milliseconds: longer than a
 * view change with two leaders away. Seen with 3.1.4: an orderer resumed after a freeze of its process neither
 * synchronised nor decided ever again.
 */
const defaultHungMs = 60_000;

/**
 * Time for which orderers stay in one view before they count as following its leader, in milliseconds: the heartbeat timeout
 * of channels made here, and a tick of the orderers' clock. An orderer that has just started is in the view of its state,
 * and leaves it only after that timeout when it hears no leader. Seen with 3.1.4: the leader's first message to it goes to
 * the connection from before its start and is lost, and the orderer lacked the block of that message for good.
 */
export const heardLeaderMs = 4_000;

/** Position of an orderer in a channel. */
interface Standing {
  orderer: OrdererAddress;
  /** Number of its blocks; 0 when it does not answer. */
  height: number;
  /** View of the orderer; undefined during a view change. */
  view: number | undefined;
}

export interface BftChannel {
  channelId: string;
  /** Consenters that have the channel. */
  orderers: readonly OrdererAddress[];
  operationsPort: number;
  /** Replaces the process of an orderer that has hung. */
  restart(orderer: OrdererAddress): Promise<void>;
  /** Default: `defaultHungMs`. */
  hungMs?: number;
  /** Time in milliseconds for which all have to stay in one view. Default: 0. */
  steadyMs?: number;
}

/**
 * Waits until all orderers of a BFT channel are in one view for `steadyMs`, and have all blocks that any had at the start of the wait.
 * Restarts an orderer that hangs. A channel of four orderers tolerates one outside of the view; with another one away
 * it orders nothing, so no restart may begin earlier.
 */
export async function untilInOneView(channel: BftChannel, context: NodeContext): Promise<void> {
  const { channelId, orderers, hungMs = defaultHungMs, steadyMs = 0 } = channel;
  const heights = new Map<string, { height: number; since: number }>();
  let target: number | undefined;
  let together: number | undefined;
  await waitUntil<true>(
    async () => {
      const standings = await Promise.all(orderers.map((orderer) => standingOf(orderer, channel, context)));
      target ??= Math.max(...standings.map(({ height }) => height));
      const aside = standAside(standings, target);
      if (aside.length === 0) {
        together ??= performance.now();
        const passed = performance.now() - together;
        return passed >= steadyMs ? true : new NotYet("in one view for less than a heartbeat", passed);
      }
      together = undefined;
      for (const { orderer, height } of aside) {
        const before = heights.get(orderer.name);
        if (before === undefined || height > before.height) {
          heights.set(orderer.name, { height, since: performance.now() });
        } else if (performance.now() - before.since > hungMs) {
          context.log.warn(
            `restarting ${orderer.name}: it has taken no block of channel ${channelId} for ${hungMs / 1000} s`,
          );
          await channel.restart(orderer);
          heights.delete(orderer.name);
        }
      }
      const names = aside.map(({ orderer, height }) => `${orderer.name} with ${height} blocks`);
      const lowest = Math.min(...aside.map(({ height }) => height));
      return new NotYet(`aside: ${names.join(", ")} of ${target}`, lowest);
    },
    waitOptions(context, `the orderers of channel ${channelId} to be in one view`),
  );
}

/** Orderers outside of the view of the majority, or with fewer than `target` blocks. */
function standAside(standings: readonly Standing[], target: number): Standing[] {
  const sizes = new Map<number, number>();
  for (const { view } of standings) {
    if (view !== undefined) sizes.set(view, (sizes.get(view) ?? 0) + 1);
  }
  const [common] = [...sizes].sort(([, one], [, other]) => other - one)[0] ?? [];
  return standings.filter(({ view, height }) => view === undefined || view !== common || height < target);
}

async function standingOf(
  orderer: OrdererAddress,
  { channelId, operationsPort }: BftChannel,
  context: NodeContext,
): Promise<Standing> {
  const metrics = await askMetrics(orderer, operationsPort, context);
  return {
    orderer,
    height: metrics?.value(channelId, "blockchain_height") ?? 0,
    view: metrics && viewIn(metrics, channelId),
  };
}

/** View of an orderer; undefined during a view change, when the next view differs from the current one. */
function viewIn(metrics: ChannelMetrics, channelId: string): number | undefined {
  const view = metrics.value(channelId, "view_number");
  const isLeaving = ["current", "next"].some((name) => metrics.value(channelId, `viewchange_${name}_view`) !== view);
  return isLeaving ? undefined : view;
}
