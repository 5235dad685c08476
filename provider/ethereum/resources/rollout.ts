import type { JsonRpcNode } from "../clients/json-rpc";
import { NotYet, waitUntil } from "../../framework/wait";
import { ProviderError } from "../../framework/errors";
import { TimeoutError, whileProgressing } from "../../framework/time-limit";
import type { NodeContext } from "../../kubernetes/node-access";
import type { CheckedInputs } from "../../framework/declaration";
import { heightOf, NodeGroup } from "../work/node-group";
import { ValidatorApi } from "../clients/validator-api";
import { rolloutResource } from "../../kubernetes/rollout-resource";
import type { ethereumRollout as declared } from "../declarations";
import type { ValidatorNode } from "../sdk";

type Inputs = CheckedInputs<typeof declared>;

/** Rounds in which each validator has several turns: a validator without a sealed block by then is not in step. */
const TURNS = 3;

/**
 * The wait goes on while blocks come and turns are left. Without a new block it ends after this time, or after the time
 * of this many blocks.
 */
const STANDSTILL_MS = 600_000;
const STANDSTILL_BLOCKS = 3;

/**
 * Keeps validators at the state of their StatefulSets. The next one restarts when each validator has sealed a block
 * again.
 */
export const ethereumRollout = rolloutResource<Inputs, object>({
  id: ({ genesisHash }) => genesisHash,
  group: (inputs) => ({ gate: (context) => untilSealing(inputs, context), state: () => ({}) }),
  read: async ({ state }) => state,
});

/**
 * Waits until every validator has sealed a block. An answer to RPC does not prove enough connections; a sealed block
 * does. Validators take turns, so after as many blocks as validators each has had its own.
 */
async function untilSealing(
  { client, consensus, validators, genesisHash }: Inputs,
  context: NodeContext,
): Promise<void> {
  const api = new ValidatorApi(client, consensus);
  await NodeGroup.use(validators, genesisHash, context, async (group) => {
    const silent = validators.filter(({ address }) => group.find(address) === undefined);
    const [first] = group.running;
    if (first === undefined || silent.length > 0) {
      throw new ProviderError(
        `${namesOf(silent)} did not answer, so no other validator is restarted; look at the logs of the pods, ` +
          "and run `pulumi up` again",
      );
    }
    const limit = Math.max(STANDSTILL_MS, STANDSTILL_BLOCKS * (await newestInterval(first.rpc)));
    let missing = validators;
    let next = (await heightOf(first.rpc)) + 1n;
    const turnsOver = next + BigInt(TURNS * validators.length);
    const allHaveSealed = async (progress: () => void): Promise<true | NotYet> => {
      for (const newest = await heightOf(first.rpc); next <= newest; next += 1n) {
        const sealer = await api.sealer(first.rpc, next);
        const left = missing.filter(({ address }) => address.toLowerCase() !== sealer);
        if (left.length < missing.length || next < turnsOver) progress();
        missing = left;
      }
      return missing.length === 0 ? true : new NotYet(`block ${next - 1n}, none yet of ${namesOf(missing)}`);
    };
    try {
      await whileProgressing(limit, context.signal, (signal, progress) =>
        waitUntil<true>(() => allHaveSealed(progress), {
          signal,
          status: (message) => context.log.status(message),
          waitingFor: "each validator to seal a block",
        }),
      );
    } catch (error) {
      if (!(error instanceof TimeoutError) || context.signal.aborted) throw error;
      throw new ProviderError(
        `${error.message}, so no other validator is restarted; look at the logs of the pods, and run \`pulumi up\` again`,
      );
    }
  });
}

/** Milliseconds between the two newest blocks; on an idle chain that may be minutes. */
async function newestInterval(rpc: JsonRpcNode): Promise<number> {
  const timeOf = async (block: bigint): Promise<bigint> =>
    BigInt((await rpc.call<{ timestamp: string }>("eth_getBlockByNumber", `0x${block.toString(16)}`, false)).timestamp);
  const height = await heightOf(rpc);
  if (height < 2n) return 0;
  return Number((await timeOf(height)) - (await timeOf(height - 1n))) * 1000;
}

function namesOf(validators: readonly ValidatorNode[]): string {
  return validators.map(({ name }) => name).join(", ");
}
