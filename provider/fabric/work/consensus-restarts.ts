/** Restarts of orderers that run raft in a channel whose config says BFT. */
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import type { NodeContext } from "../../kubernetes/node-access";
import { dialOptions } from "../../kubernetes/node-access";
import { statefulSetOf } from "../../kubernetes/rollout-pod";
import { askMetrics, type ChannelMetrics } from "../clients/orderer-metrics";
import type { Session } from "../clients/session";
import type { OrdererAddress, SigningIdentity } from "../sdk";
import { heardLeaderMs, untilInOneView } from "./bft-view";
import { untilServed, type Gate } from "./channel-gate";

export interface MigratingChannel {
  channelId: string;
  /** Its consenters of this stack. */
  orderers: readonly OrdererAddress[];
  administrators: readonly SigningIdentity[];
  /** Port with /metrics, which tells the consensus that an orderer runs. 0: it is unknown, and each restarts. */
  operationsPort: number;
}

/** End of the latest restarts. Channels share orderers, of which one at a time may be away. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Restarts each orderer that does not run BFT yet, those that lead other channels last, and waits until all follow one
 * leader. Between two restarts all other channels get their service back.
 */
export async function untilAllRunBft(session: Session, channel: MigratingChannel): Promise<void> {
  const mine = turn.then(() => restartAll(session, channel));
  turn = mine.catch(() => undefined);
  await mine;
}

async function restartAll(session: Session, channel: MigratingChannel): Promise<void> {
  const { context } = session;
  const { channelId, orderers, operationsPort } = channel;
  const restart = (orderer: OrdererAddress): Promise<void> => replace(orderer, context);
  const gate: Gate = { ...channel, restart };
  for (let left = await withRaft(channel, context); left[0] !== undefined; left = left.slice(1)) {
    const [orderer] = left;
    context.log.info(`restarting ${orderer.name}, which begins BFT in channel ${channelId} with it`);
    await restart(orderer);
    const others = (await (await session.ordererAdmin(orderer)).channels()).filter((name) => name !== channelId);
    for (const other of others) await untilServed(session, other, gate);
  }
  if (operationsPort === 0) return;
  // The next update must reach all of them.
  await untilInOneView({ channelId, orderers, operationsPort, restart, steadyMs: heardLeaderMs }, context);
}

/** Orderers that run raft in the channel, by the number of channels that they lead. */
async function withRaft(channel: MigratingChannel, context: NodeContext): Promise<OrdererAddress[]> {
  const { channelId, orderers, operationsPort } = channel;
  if (operationsPort === 0) return [...orderers];
  const known = await Promise.all(
    orderers.map(async (orderer) => ({ orderer, metrics: await metricsOf(orderer, operationsPort, context) })),
  );
  return known
    .filter(({ metrics }) => metrics.value(channelId, "view_number") === undefined)
    .sort((one, other) => one.metrics.channelsLed.length - other.metrics.channelsLed.length)
    .map(({ orderer }) => orderer);
}

async function metricsOf(
  orderer: OrdererAddress,
  operationsPort: number,
  context: NodeContext,
): Promise<ChannelMetrics> {
  return waitUntil<ChannelMetrics>(
    async () => (await askMetrics(orderer, operationsPort, context)) ?? new NotYet("no answer"),
    waitOptions(context, `${orderer.name} to give its metrics`),
  );
}

async function replace(orderer: OrdererAddress, context: NodeContext): Promise<void> {
  const { name, namespace, pod } = orderer;
  const node = { name, namespace, statefulSet: statefulSetOf(pod), revision: "", generation: 0 };
  await context.restarter.replace(node, dialOptions(context));
}
