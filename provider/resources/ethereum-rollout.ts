import type { Client, Consensus } from "../../ledger/ethereum/client";
import { NotYet, waitUntil } from "../clients/retry";
import { ProviderError } from "../engine/errors";
import type { OperationContext } from "../engine/resource";
import { list, object, oneOf, text } from "../engine/schema";
import { heightOf, NodeGroup } from "../ethereum/node-group";
import { ValidatorApi } from "../ethereum/validator-api";
import { rolloutNode } from "../nodes/roll-out";
import { rolloutResource } from "../nodes/rollout-resource";
import type { ValidatorNode } from "../sdk/ethereum";
import type { EthereumRolloutInputs } from "../sdk/rollout";
import { validatorNode } from "./ethereum-fields";

type Inputs = EthereumRolloutInputs;

/** Validators, kept at what their StatefulSets say. The next one goes when each of them has sealed a block again. */
export const ethereumRollout = rolloutResource<Inputs>({
  inputs: object<Inputs>({
    nodes: list(rolloutNode, { min: 1 }),
    client: oneOf<Client>("besu", "goquorum", "geth"),
    consensus: oneOf<Consensus>("qbft", "ibft2", "clique"),
    genesisHash: text(),
    validators: list(validatorNode, { min: 1 }),
  }),
  id: ({ genesisHash }) => genesisHash,
  gate: untilSealing,
});

/**
 * A node that answers need not be connected to enough others to count. One that has sealed a block is, and validators take
 * turns: after as many blocks as there are validators, each has had its own.
 */
async function untilSealing(
  { client, consensus, validators, genesisHash }: Inputs,
  context: OperationContext,
): Promise<void> {
  const { signal, log } = context;
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
    let missing = validators;
    let next = (await heightOf(first.rpc)) + 1n;
    await waitUntil<true>(
      async () => {
        for (const newest = await heightOf(first.rpc); next <= newest; next += 1n) {
          const sealer = await api.sealer(first.rpc, next);
          missing = missing.filter(({ address }) => address.toLowerCase() !== sealer);
        }
        return missing.length === 0 ? true : new NotYet(`block ${next - 1n}, none yet of ${namesOf(missing)}`);
      },
      { signal, status: (message) => log.status(message), waitingFor: "each validator to seal a block" },
    );
  });
}

function namesOf(validators: readonly ValidatorNode[]): string {
  return validators.map(({ name }) => name).join(", ");
}
