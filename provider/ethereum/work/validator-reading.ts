/** Questions to the nodes of a set of validators. */
import type { Address } from "../../../ledger/ethereum/address";
import { ValidatorApi } from "../clients/validator-api";
import type { NodeContext } from "../../kubernetes/node-access";
import { NodeGroup, type RunningValidator } from "./node-group";
import type { Inputs } from "./validator-inputs";

export function apiOf({ client, consensus }: Inputs): ValidatorApi {
  return new ValidatorApi(client, consensus);
}

/** Validators according to one of our nodes. */
export function readAddresses(inputs: Inputs, context: NodeContext): Promise<Address[] | "gone" | undefined> {
  return askNodes(inputs, context, (_group, first) => apiOf(inputs).list(first.rpc));
}

/** Result of `ask` with our nodes that answer and the foremost of them; undefined, with a line in the log, where none does. */
export async function askNodes<T>(
  inputs: Inputs,
  context: NodeContext,
  ask: (group: NodeGroup, first: RunningValidator) => Promise<T>,
): Promise<T | "gone" | undefined> {
  const present = await Promise.all(inputs.validators.map((node) => context.dialer.presence(node, context.signal)));
  if (present.every((presence) => presence === "absent")) return "gone";
  return NodeGroup.use(inputs.validators, inputs.genesisHash, context, async (group) => {
    const first = await group.foremost();
    if (first !== undefined) return ask(group, first);
    context.log.warn("the validators are taken for unchanged, since none of their nodes answers");
    return undefined;
  });
}
