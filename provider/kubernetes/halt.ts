import { messageOf } from "../../lib/errors";
import type { CheckedInputs, OutputsOf } from "../framework/declaration";
import { ProviderError } from "../framework/errors";
import { changesOf } from "../framework/property-changes";
import { isKnown, unknownValue } from "../framework/property-value";
import type { Resource } from "../framework/resource";
import type { halt as declared } from "./declarations";
import { dialOptions, nodeTimeoutSeconds, type NodeAccess, type NodeContext } from "./node-access";
import type { HaltedNode } from "./sdk";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/** Milliseconds for starting nodes again after a stop that failed, also when the operation has no time left. */
const undoMs = 30_000;

/** Nodes that stop together. Its deletion changes nothing. */
export const halt: Resource<Inputs, State, NodeAccess> = {
  defaultTimeoutSeconds: nodeTimeoutSeconds,

  diff: ({ oldInputs, newInputs }) => changesOf(oldInputs, newInputs, ["cause"]),

  preview(inputs, previous) {
    if (!isKnown<string | undefined>(inputs.cause)) return { count: unknownValue };
    const before = previous ?? { inputs: { cause: undefined }, state: { count: 0 } };
    return { count: before.state.count + (before.inputs.cause === inputs.cause ? 0 : 1) };
  },

  async inspect({ name, cause, nodes }, context, previous) {
    if (cause === previous?.inputs.cause) return;
    const source = cause === undefined ? "the volumes that they had before a backup" : `backup ${cause}`;
    context.log.warn(
      `${name}: all of its ${nodes.length} nodes stop, and go on from ${source}; transactions that are not in there are lost to them`,
    );
  },

  async create(inputs, context) {
    if (inputs.cause === undefined) return { id: inputs.name, state: { count: 0 } };
    await stopAll(inputs.nodes, context);
    return { id: inputs.name, state: { count: 1 } };
  },

  async update({ inputs, state, newInputs }, context) {
    const known = new Set(newInputs.nodes.map(keyOf));
    await stopAll([...newInputs.nodes, ...inputs.nodes.filter((node) => !known.has(keyOf(node)))], context);
    return { count: state.count + 1 };
  },

  read: async ({ inputs, state }) => ({ inputs, state }),

  delete: async () => undefined,
};

/**
 * Stops all nodes. Where one does not stop, those that ran before start again as they were; those that an earlier stop left
 * down may have a template of former volumes.
 *
 * @throws ProviderError with every node that does not stop
 */
async function stopAll(nodes: readonly HaltedNode[], context: NodeContext): Promise<void> {
  const { restarter, log } = context;
  const isOn = await Promise.all(nodes.map((node) => restarter.isOn(node, dialOptions(context))));
  const running = nodes.filter((_, index) => isOn[index]);
  const results = await Promise.allSettled(nodes.map((node) => restarter.stop(node, dialOptions(context))));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failures.length === 0) return;
  const options = { signal: AbortSignal.timeout(undoMs), status: (message: string) => log.status(message) };
  await Promise.allSettled(running.map((node) => restarter.start(node, options)));
  if (failures.length === 1) throw failures[0];
  throw new ProviderError([...new Set(failures.map(messageOf))].join("\n"));
}

function keyOf({ namespace, statefulSet }: HaltedNode): string {
  return `${namespace}/${statefulSet}`;
}
