/** Common parts of rollouts as resources. They differ in their fields, and in the condition for the next node. */
import { isDeepStrictEqual } from "node:util";
import { PartialUpdate } from "../framework/errors";
import type { Resource } from "../framework/resource";
import type { NodeAccess, NodeContext } from "./node-access";
import type { Restarter } from "./restarter";
import { duplicateProblems, type Problem } from "../framework/schema";
import type { RolloutNode } from "./sdk";
import type { LooseProperties } from "../framework/property-value";
import { nodeChanges, rollOut, rolloutTimeoutSeconds, type RolloutGroup } from "./roll-out";

/** Conditions of a group of nodes, with a memory that survives the rollout, failed or not. */
export interface RememberingGroup<S extends object> extends RolloutGroup {
  state(): S;
}

export interface RolloutKind<I, S extends object> {
  /** Problems other than nodes named twice. */
  validate?(inputs: I): Problem[];
  id(inputs: I): string;
  /** @param state State of the previous rollout; undefined for the first one. */
  group(inputs: I, state: S | undefined): RememberingGroup<S>;
  /**
   * Looks at an update before its first restart. The inputs that it gives are in force once a restart has begun, also when
   * the rollout fails. Default: the former inputs stay in force until the rollout ends.
   *
   * @throws Error when the nodes could not follow the update
   */
  admit?(change: { inputs: I; newInputs: I }, context: NodeContext): Promise<I>;
  /** Brings a new group to work, once its nodes are available. Default: nothing is left to do. */
  begin?(inputs: I, context: NodeContext): Promise<void>;
  /** State to remember now, as a refresh sees it. */
  read(existing: { inputs: I; state: S }, context: NodeContext): Promise<S>;
}

/** A resource that keeps nodes at the state of their StatefulSets. Its deletion changes nothing. */
export function rolloutResource<I extends { nodes: RolloutNode[] }, S extends object>(
  kind: RolloutKind<I, S>,
): Resource<I, S, NodeAccess> {
  return {
    defaultTimeoutSeconds: rolloutTimeoutSeconds,

    validate: (inputs) => [
      ...duplicateProblems(inputs.nodes, "nodes", ({ namespace, statefulSet }) => `${namespace}/${statefulSet}`),
      ...(kind.validate?.(inputs) ?? []),
    ],

    diff: ({ oldInputs, newInputs }) => nodeChanges(oldInputs.nodes, newInputs.nodes),

    preview: (_inputs, previous) => (previous?.state ?? {}) as LooseProperties<S>,

    async create(inputs, context) {
      const group = kind.group(inputs, undefined);
      await rollOut(inputs.nodes, group, context);
      await kind.begin?.(inputs, context);
      return { id: kind.id(inputs), state: group.state() };
    },

    async update({ inputs, state, newInputs }, context) {
      const admitted = (await kind.admit?.({ inputs, newInputs }, context)) ?? inputs;
      let inForce = inputs;
      const restart: Restarter["restart"] = (...args) => {
        inForce = admitted;
        return context.restarter.restart(...args);
      };
      const group = kind.group(newInputs, state);
      try {
        await rollOut(newInputs.nodes, group, { ...context, restarter: { ...context.restarter, restart } });
      } catch (error) {
        const known = group.state();
        const isAsBefore = isDeepStrictEqual([inForce, known], [inputs, state]);
        throw isAsBefore ? error : new PartialUpdate(error, inForce, known);
      }
      return group.state();
    },

    async read({ inputs, state }, context) {
      return { inputs, state: await kind.read({ inputs, state }, context) };
    },

    delete: async () => undefined,
  };
}
