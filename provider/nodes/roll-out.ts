/** Restarting the nodes of a group so that the group goes on working. */
import { withinTime } from "../engine/operation";
import { changesOf, type PropertyChange } from "../engine/property-changes";
import { isKnown, Unknown, type Loose } from "../engine/property-value";
import type { OperationContext } from "../engine/resource";
import { object, text } from "../engine/schema";
import type { DialOptions } from "../clients/dialer";
import type { RolloutNode } from "../sdk/rollout";

/**
 * Seconds that one node may take to be Ready and that the group may take to be whole again: the time a pod gets
 * everywhere here. A node that does not come back shall end the rollout while the others still run.
 */
const STEP_SECONDS = 600;

/** Seconds for a whole rollout: room for some hundred nodes that take half a minute each. `customTimeouts` says otherwise. */
export const ROLLOUT_TIMEOUT_SECONDS = 3600;

export const rolloutNode = object<RolloutNode>({
  name: text(),
  namespace: text(),
  statefulSet: text(),
  revision: text(),
});

/** Resolves once the group can do without any one of its nodes. */
export type Gate = (context: OperationContext) => Promise<void>;

/** How dear it is to the group that a node restarts. */
export type Cost = (node: RolloutNode, context: OperationContext) => Promise<number>;

/**
 * Brings every node to what its StatefulSet says. Nodes that are not Ready do not serve anyhow: they go first and
 * together, so that a change can mend what an earlier one broke. The others go one at a time, each when all nodes are
 * Ready and `gate` lets it: in their order, but those that cost more than others later.
 *
 * @throws TimeoutError when a node does not come back; those after it still run as they did
 */
export async function rollOut(
  nodes: readonly RolloutNode[],
  gate: Gate,
  context: OperationContext,
  cost: Cost = async () => 0,
): Promise<void> {
  const { restarter, log } = context;
  const conditions = await Promise.all(
    nodes.map(async (node) => ({ node, ...(await restarter.condition(node, optionsOf(context))) })),
  );
  const stale = conditions.filter(({ isCurrent }) => !isCurrent);
  if (stale.length === 0) return;

  const down = stale.filter(({ isReady }) => !isReady).map(({ node }) => node);
  await withinStep(context, (step) => Promise.all(down.map((node) => restarter.restart(node, optionsOf(step)))));

  const up = stale.filter(({ isReady }) => isReady).map(({ node }) => node);
  for (let left = up; left.length > 0;) {
    await untilWhole(nodes, gate, context);
    const node = await cheapest(left, cost, context);
    left = left.filter((other) => other !== node);
    log.info(`restarting ${node.name} (${up.length - left.length} of ${up.length})`);
    await withinStep(context, (step) => restarter.restart(node, optionsOf(step)));
  }
  await untilWhole(nodes, gate, context);
}

/** The first of those that cost least. What they cost changes as others restart. */
async function cheapest(nodes: RolloutNode[], cost: Cost, context: OperationContext): Promise<RolloutNode> {
  const costs = nodes.length === 1 ? [0] : await Promise.all(nodes.map((node) => cost(node, context)));
  return nodes[costs.indexOf(Math.min(...costs))] as RolloutNode;
}

/** Only another revision, or another node, is a reason to look. */
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
    return changesOf(known, node, ["revision"]).map((change) => ({ ...change, path: `${path}.${change.path}` }));
  });
}

async function untilWhole(nodes: readonly RolloutNode[], gate: Gate, context: OperationContext): Promise<void> {
  await withinStep(context, async (step) => {
    await Promise.all(nodes.map((node) => step.restarter.untilAvailable(node, optionsOf(step))));
    await gate(step);
  });
}

function withinStep<T>(context: OperationContext, work: (step: OperationContext) => Promise<T>): Promise<T> {
  return withinTime(STEP_SECONDS * 1000, context.signal, (signal) => work({ ...context, signal }));
}

function optionsOf({ signal, log }: OperationContext): DialOptions {
  return { signal, status: (message) => log.status(message) };
}
