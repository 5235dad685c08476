import { messageOf } from "../../../lib/errors";
import { identityChanges, type CheckedInputs, type OutputsOf } from "../../framework/declaration";
import { CancelledError, ProviderError } from "../../framework/errors";
import { changesOf } from "../../framework/property-changes";
import { unknownValue } from "../../framework/property-value";
import type { Resource } from "../../framework/resource";
import { TimeoutError, withinTime } from "../../framework/time-limit";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import { dialOptions, nodeTimeoutSeconds, type NodeAccess, type NodeContext } from "../../kubernetes/node-access";
import { chainStart as declared } from "../declarations";
import { heightOf } from "../work/chain-head";
import { NodeGroup } from "../work/node-group";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/** Milliseconds to wait for the first block: several of the usual periods. Chains without transactions may have none for days. */
const firstBlockMs = 30_000;

/** Milliseconds in which a node on a new volume starts, or is known not to. */
const startMs = 60_000;

/** Whether a chain has begun. Where no node answers, that is for others to say: rollouts have waited for them. */
export const chainStart: Resource<Inputs, State, NodeAccess> = {
  defaultTimeoutSeconds: nodeTimeoutSeconds,

  diff: ({ oldInputs, oldState, newInputs }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...changesOf(oldInputs, newInputs, ["volumes"]),
    ...(oldState.begun === newInputs.generation ? [] : [{ path: "begun", kind: "update", isOutput: true } as const]),
  ],

  preview: ({ generation }, previous) =>
    previous?.state.begun === generation ? previous.state : { begun: unknownValue },

  create: async (inputs, context) => ({ id: inputs.genesisHash, state: await look(inputs, 0, context) }),

  async update({ inputs, state, newInputs }, context) {
    if (changesOf(inputs, newInputs, ["volumes"]).length > 0) await refuseStuck(newInputs, context);
    return state.begun === newInputs.generation ? state : look(newInputs, state.begun, context);
  },

  read: async ({ inputs, state }) => ({ inputs, state }),

  delete: async () => undefined,
};

/**
 * Looks whether nodes on new volumes get on. One that fetches a long chain goes on without this run.
 *
 * @throws ProviderError with the reasons of all that do not
 */
async function refuseStuck({ validators }: Inputs, context: NodeContext): Promise<void> {
  const results = await Promise.allSettled(
    validators.map((node) =>
      withinTime(startMs, context.signal, async (signal) => {
        const route = await context.dialer.dial(node, node.rpcPort, dialOptions({ ...context, signal }));
        await route.close();
      }),
    ),
  );
  context.signal.throwIfAborted();
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const stuck = failures.filter((error) => !(error instanceof TimeoutError));
  const late = failures.length - stuck.length;
  if (stuck.length > 0) throw new ProviderError(stuck.map(messageOf).join("\n"));
  if (late > 0) context.log.info(`${late} validators on new volumes still fetch the chain, and seal when they have it`);
}

/** @param before Generation that has begun as far as is known. */
async function look(inputs: Inputs, before: number, context: NodeContext): Promise<State> {
  try {
    return await withinTime(firstBlockMs, context.signal, async (signal) => {
      await untilFirstBlock(inputs, { ...context, signal });
      return { begun: inputs.generation };
    });
  } catch (error) {
    if (context.signal.aborted || error instanceof CancelledError || !(error instanceof ProviderError)) throw error;
    context.log.info(`no block after block 0 is seen yet (${error.message}); the next \`pulumi up\` looks again`);
    return { begun: before };
  }
}

function untilFirstBlock({ validators, genesisHash }: Inputs, context: NodeContext): Promise<true> {
  return NodeGroup.use(validators, genesisHash, context, async (group, bounded) =>
    waitUntil<true>(
      async () => {
        const first = await group.foremost();
        if (first === undefined) throw new ProviderError("none of the validators answers");
        return (await heightOf(first.rpc)) > 0n ? true : new NotYet("block 0");
      },
      waitOptions(bounded, "the first block"),
    ),
  );
}
