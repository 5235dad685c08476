import { changesOf } from "../framework/property-changes";
import type { Resource } from "../framework/resource";
import { dialOptions, type NodeAccess, type NodeContext } from "./node-access";
import { rolloutTimeoutSeconds } from "./roll-out";
import type { Workload } from "./sdk";

/**
 * A workload that restarts its pods by itself: waits for its pods, and reports at once why one of them does not come.
 */
export const workloadRollout: Resource<Workload, object, NodeAccess> = {
  defaultTimeoutSeconds: rolloutTimeoutSeconds,

  diff: ({ oldInputs, newInputs }) => changesOf(oldInputs, newInputs, ["kind", "namespace", "workload", "revision"]),

  preview: () => ({}),

  async create(inputs, context) {
    await untilRolledOut(inputs, context);
    return { id: `${inputs.namespace}/${inputs.workload}`, state: {} };
  },

  async update({ newInputs }, context) {
    await untilRolledOut(newInputs, context);
    return {};
  },

  read: async ({ inputs, state }) => ({ inputs, state }),

  delete: async () => undefined,
};

function untilRolledOut(workload: Workload, context: NodeContext): Promise<void> {
  return context.restarter.untilRolledOut(workload, dialOptions(context));
}
