import { checksumAddress } from "../../../ledger/ethereum/address";
import { validateGenesisChange } from "../../../ledger/ethereum/genesis-change";
import { parseGenesis } from "../../../ledger/ethereum/genesis-text";
import { throwProblems } from "../../../lib/problem";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import { ProviderError } from "../../framework/errors";
import { TimeoutError } from "../../framework/time-limit";
import type { NodeContext } from "../../kubernetes/node-access";
import type { CheckedInputs } from "../../framework/declaration";
import { heightOf } from "../work/chain-head";
import { agreeOnFirstBlock } from "../work/first-block";
import { NodeGroup } from "../work/node-group";
import { ValidatorApi } from "../clients/validator-api";
import { rolloutResource } from "../../kubernetes/rollout-resource";
import type { ethereumRollout as declared } from "../declarations";
import type { ValidatorNode } from "../sdk";

type Inputs = CheckedInputs<typeof declared>;

/** Rounds in which each validator has several turns: a validator without a sealed block by then is not in step. */
const defaultTurns = 3;

/**
 * Keeps validators at the state of their StatefulSets. The next one restarts when each validator has sealed a block
 * again.
 */
export const ethereumRollout = rolloutResource<Inputs, object>({
  id: ({ genesisHash }) => genesisHash,
  group: (inputs) => ({ gate: (context) => untilSealing(inputs, context), state: () => ({}) }),
  admit: admitGenesis,
  begin: agreeOnFirstBlock,
  read: async ({ state }) => state,
});

/**
 * Waits until every validator has sealed a block. An answer to RPC does not prove enough connections; a sealed block
 * does. Validators take turns, so after as many blocks as validators each has had its own. A node that is not voted in
 * yet has no turn. The blocks that count are newer than all that any of them has, so one that fell back has to catch up.
 */
async function untilSealing(
  { client, consensus, validators, genesisHash }: Inputs,
  context: NodeContext,
): Promise<void> {
  const api = new ValidatorApi(client, consensus);
  await NodeGroup.use(validators, genesisHash, context, async (group, bounded) => {
    const silent = validators.filter(({ address }) => group.find(address) === undefined);
    const first = await group.foremost();
    if (first === undefined || silent.length > 0) {
      throw new ProviderError(
        `${namesOf(silent)} did not answer, so no other validator is restarted; look at the logs of the pods, ` +
          "and run `pulumi up` again",
      );
    }
    const sealing = await api.list(first.rpc);
    let missing = validators.filter(({ address }) => sealing.includes(checksumAddress(address)));
    let next = (await heightOf(first.rpc)) + 1n;
    const turnsOver = next + BigInt(defaultTurns * sealing.length);
    let lacking: bigint | undefined;
    const allHaveSealed = async (): Promise<true | NotYet> => {
      // A validator on a copy of its volume fetches for as long as it takes. Each block that it comes nearer counts once.
      const lag = await group.lacking(missing.map(({ address }) => address));
      if (lacking === undefined || lag < lacking) {
        lacking = lag;
        bounded.progress();
      }
      for (const newest = await heightOf(first.rpc); next <= newest; next += 1n) {
        const sealer = await api.sealer(first.rpc, next);
        const left = missing.filter(({ address }) => address.toLowerCase() !== sealer);
        if (left.length < missing.length || next < turnsOver) bounded.progress();
        missing = left;
      }
      return missing.length === 0 ? true : new NotYet(`block ${next - 1n}, none yet of ${namesOf(missing)}`);
    };
    try {
      await waitUntil<true>(allHaveSealed, waitOptions(bounded, "each validator to seal a block"));
    } catch (error) {
      if (!(error instanceof TimeoutError) || context.signal.aborted) throw error;
      throw new ProviderError(
        `${error.message}, so no other validator is restarted; look at the logs of the pods, and run \`pulumi up\` again`,
      );
    }
  });
}

/**
 * Refuses a fork or transition whose block or time has come: the first validator to restart would follow it alone. Only
 * the nodes know the height of the chain. Once a restart has begun, later changes are compared with the new genesis.
 */
async function admitGenesis(
  { inputs, newInputs }: { inputs: Inputs; newInputs: Inputs },
  context: NodeContext,
): Promise<Inputs> {
  const { genesis, client, validators, genesisHash } = newInputs;
  if (genesis === undefined || genesis === inputs.genesis) return inputs;
  const admitted = { ...inputs, genesis };
  if (inputs.genesis === undefined) return admitted;
  const [previous, next] = [parseGenesis(inputs.genesis), parseGenesis(genesis)];
  const head = await NodeGroup.use(inputs.validators, genesisHash, context, (group) => group.newest());
  if (head === undefined) {
    context.log.warn(
      `none of ${namesOf(validators)} answers, so a change of genesis.json is not compared with the height of the chain`,
    );
    return admitted;
  }
  const now = BigInt(Math.floor(context.now().getTime() / 1000));
  throwProblems("change of a living chain", validateGenesisChange({ client, previous, next, head, now }, "genesis"));
  return admitted;
}

function namesOf(validators: readonly ValidatorNode[]): string {
  return validators.map(({ name }) => name).join(", ");
}
