/** Restarts the nodes of a group while the group goes on working. */
import { ProviderError } from "../framework/errors";
import { changesOf, type PropertyChange } from "../framework/property-changes";
import { isKnown, Unknown, type Loose } from "../framework/property-value";
import { dialOptions, type NodeContext } from "./node-access";
import type { RolloutNode } from "./sdk";
import { messageOf } from "../../lib/errors";

/**
 * Seconds for a whole rollout. Every step has a limit of its own, which counts time without progress: this limit only
 * ends endless rollouts. `customTimeouts` overrides it.
 */
export const rolloutTimeoutSeconds = 7 * 24 * 3600;

/** Conditions of the group whose nodes a rollout restarts. */
export interface RolloutGroup {
  /** Whether the gate must open also where no node has to restart. Default: false. */
  gatesUnchanged?: boolean;
  /** Resolves when the group can do without any one of its nodes; rejects when that will not happen. */
  gate(context: NodeContext): Promise<void>;
  /** Cost to the group of a restart of this node now; the cheapest goes first. Default: all cost the same. */
  cost?(node: RolloutNode, context: NodeContext): Promise<number>;
  /** Whether a Ready node serves no client, for example with an expired certificate. Default: Ready nodes serve. */
  isUseless?(node: RolloutNode, context: NodeContext): Promise<boolean>;
}

/**
 * Updates every node to its StatefulSet, and ends when all are available. Nodes that do not serve go first and
 * together, so that a change can repair an earlier one. The others go one at a time, each when all nodes are available
 * and the gate opens: in their order, but more expensive ones later.
 *
 * @throws PodFaultError, TimeoutError when a node does not return; nodes after it still run unchanged
 */
export async function rollOut(nodes: readonly RolloutNode[], group: RolloutGroup, context: NodeContext): Promise<void> {
  const { restarter, log } = context;
  const conditions = await Promise.all(
    nodes.map(async (node) => ({ node, ...(await restarter.condition(node, dialOptions(context))) })),
  );
  refuseClockAhead(
    conditions.flatMap(({ time }) => time ?? []),
    context,
  );
  const stale = await Promise.all(
    conditions
      .filter(({ isCurrent }) => !isCurrent)
      .map(async ({ node, isReady }) => ({
        node,
        serves: isReady && (await group.isUseless?.(node, context)) !== true,
      })),
  );
  const down = stale.filter(({ serves }) => !serves).map(({ node }) => node);
  if (down.length > 0) log.info(`restarting ${namesOf(down)}, which did not serve`);
  await forEachNode(down, (node) => restarter.restart(node, dialOptions(context)));

  const up = stale.filter(({ serves }) => serves).map(({ node }) => node);
  for (let left = up; left.length > 0;) {
    await untilWhole(nodes, group, context);
    const node = await cheapest(left, group, context);
    left = left.filter((other) => other !== node);
    log.info(`restarting ${node.name} (${up.length - left.length} of ${up.length})`);
    await restarter.restart(node, dialOptions(context));
  }
  if (stale.length > 0 || group.gatesUnchanged === true) await untilWhole(nodes, group, context);
  else await untilAvailable(nodes, context);
}

/** Milliseconds that the clock of this machine may be ahead of the cluster's: slow answers count as well. */
const mostAheadMs = 3_600_000;

/**
 * A clock that is far ahead renews certificates that are good, and dates the new ones into the future: a node that restarts
 * with one serves nobody.
 */
function refuseClockAhead(clusterTimes: readonly Date[], { now }: NodeContext): void {
  const [clusterTime] = clusterTimes;
  if (clusterTime === undefined) return;
  const ahead = now().getTime() - clusterTime.getTime();
  if (ahead <= mostAheadMs) return;
  throw new ProviderError(
    `the clock of this machine says ${now().toISOString()}, that of the Kubernetes API ${clusterTime.toISOString()}: ` +
      "certificates that are made now are not valid yet, so no node is restarted. Set the clock, then run `pulumi up` again: " +
      "it makes them anew",
  );
}

/** First of the cheapest nodes. Costs change with every restart. */
async function cheapest(nodes: RolloutNode[], group: RolloutGroup, context: NodeContext): Promise<RolloutNode> {
  if (nodes.length === 1 || group.cost === undefined) return nodes[0] as RolloutNode;
  const costs = await Promise.all(nodes.map(async (node) => (await group.cost?.(node, context)) ?? 0));
  return nodes[costs.indexOf(Math.min(...costs))] as RolloutNode;
}

/**
 * Changes of nodes. Another revision or another node starts a rollout, and so does a StatefulSet that changed since: a
 * failed rollout leaves no mark in its inputs, and undoing the change returns to the revision in them.
 */
export function nodeChanges(before: readonly RolloutNode[], after: Loose<RolloutNode[]>): PropertyChange[] {
  if (!Array.isArray(after)) return [{ path: "nodes", kind: "update" }];
  const find = (namespace: string, statefulSet: string): RolloutNode | undefined =>
    before.find((node) => node.namespace === namespace && node.statefulSet === statefulSet);
  return (after as Loose<RolloutNode>[]).flatMap((node, index): PropertyChange[] => {
    const path = `nodes[${index}]`;
    if (node instanceof Unknown || !isKnown<string>(node.namespace) || !isKnown<string>(node.statefulSet)) {
      return [{ path, kind: "update" }];
    }
    const known = find(node.namespace, node.statefulSet);
    if (known === undefined) return [{ path, kind: "add" }];
    // States of former releases have no generation; a new generation alone then starts no rollout.
    const compared =
      (known as Partial<RolloutNode>).generation === undefined ? ["revision"] : ["revision", "generation"];
    return changesOf(known, node, compared).map((change) => ({
      ...change,
      path: `${path}.${change.path}`,
    }));
  });
}

async function untilWhole(nodes: readonly RolloutNode[], group: RolloutGroup, context: NodeContext): Promise<void> {
  await untilAvailable(nodes, context);
  await group.gate(context);
}

async function untilAvailable(nodes: readonly RolloutNode[], context: NodeContext): Promise<void> {
  await forEachNode(nodes, (node) => context.restarter.untilAvailable(node, dialOptions(context)));
}

/** `work` with all nodes at once. @throws ProviderError with all failures, not the first alone */
async function forEachNode(nodes: readonly RolloutNode[], work: (node: RolloutNode) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(nodes.map(work));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failures.length === 0) return;
  const messages = [...new Set(failures.map(messageOf))];
  throw messages.length === 1 ? failures[0] : new ProviderError(messages.join("\n"));
}

function namesOf(nodes: readonly RolloutNode[]): string {
  return nodes.map(({ name }) => name).join(", ");
}
