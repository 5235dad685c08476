/** The view of a BFT channel: which of its orderers are in the same one, so follow the same leader, and which stand aside. */
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import type { NodeContext } from "../../kubernetes/node-access";
import { askMetrics, type ChannelMetrics } from "../clients/orderer-metrics";
import type { OrdererAddress } from "../sdk";

/**
 * How long an orderer may stand aside without a single new block before its process counts as hung, in milliseconds:
 * longer than a view change with two leaders away. Seen with 3.1.4: an orderer whose process was frozen and went on
 * synchronised and decided at once, and did neither ever after.
 */
const HUNG_MS = 60_000;

/** Where an orderer is in a channel. */
interface Standing {
  orderer: OrdererAddress;
  /** Blocks it has; 0 when it does not answer. */
  height: number;
  /** The view it is in; undefined while it is leaving one. */
  view: number | undefined;
}

export interface BftChannel {
  channelId: string;
  /** Consenters of the channel that carry it. */
  orderers: readonly OrdererAddress[];
  operationsPort: number;
  /** Replaces the process of an orderer that has hung. */
  restart(orderer: OrdererAddress): Promise<void>;
  /** Default `HUNG_MS`. */
  hungMs?: number;
}

/**
 * Waits until all orderers of a BFT channel are in one view, and have the blocks that any had when this began. An orderer
 * that hangs is restarted. A channel of four bears one that stands aside; with another one away it orders nothing, so no
 * restart may begin before this ends.
 */
export async function untilInOneView(channel: BftChannel, context: NodeContext): Promise<void> {
  const { channelId, orderers, hungMs = HUNG_MS } = channel;
  const heights = new Map<string, { height: number; since: number }>();
  let target: number | undefined;
  await waitUntil<true>(
    async () => {
      const standings = await Promise.all(orderers.map((orderer) => standingOf(orderer, channel, context)));
      target ??= Math.max(...standings.map(({ height }) => height));
      const aside = standAside(standings, target);
      if (aside.length === 0) return true;
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

/** Those that are not in the view that most are in, or have less than `target` blocks. */
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

/** While a view change goes on, the next view is another than the one the orderer works in. */
function viewIn(metrics: ChannelMetrics, channelId: string): number | undefined {
  const view = metrics.value(channelId, "view_number");
  const isLeaving = ["current", "next"].some((name) => metrics.value(channelId, `viewchange_${name}_view`) !== view);
  return isLeaving ? undefined : view;
}
