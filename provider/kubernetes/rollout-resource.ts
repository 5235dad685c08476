/** What rollouts have in common as resources: they differ in their fields, and in when the next node may go. */
import type { Resource } from "../framework/resource";
import type { NodeAccess, NodeContext } from "./node-access";
import { duplicateProblems, type Problem } from "../framework/schema";
import type { RolloutNode } from "./sdk";
import { nodeChanges, rollOut, ROLLOUT_TIMEOUT_SECONDS, type RolloutGroup } from "./roll-out";

export interface RolloutKind<I> {
  /** Problems besides nodes named twice. */
  validate?(inputs: I): Problem[];
  id(inputs: I): string;
  /** What a rollout asks of the nodes as a group. */
  group(inputs: I): RolloutGroup;
}

/** A resource that keeps nodes at what their StatefulSets say. Nothing of it outlives it. */
export function rolloutResource<I extends { nodes: RolloutNode[] }>(
  kind: RolloutKind<I>,
): Resource<I, object, NodeAccess> {
  const bring = (inputs: I, context: NodeContext): Promise<void> => rollOut(inputs.nodes, kind.group(inputs), context);
  return {
    defaultTimeoutSeconds: ROLLOUT_TIMEOUT_SECONDS,

    validate: (inputs) => [
      ...duplicateProblems(inputs.nodes, "nodes", ({ namespace, statefulSet }) => `${namespace}/${statefulSet}`),
      ...(kind.validate?.(inputs) ?? []),
    ],

    diff: ({ oldInputs, newInputs }) => nodeChanges(oldInputs.nodes, newInputs.nodes),

    preview: () => ({}),

    async create(inputs, context) {
      await bring(inputs, context);
      return { id: kind.id(inputs), state: {} };
    },

    async update({ newInputs }, context) {
      await bring(newInputs, context);
      return {};
    },

    read: async ({ inputs, state }) => ({ inputs, state }),

    delete: async () => undefined,
  };
}
