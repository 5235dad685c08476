import { sortAddresses, type Address } from "../../../ledger/ethereum/address";
import { clientFacts, type Client } from "../../../ledger/ethereum/clients";
import { planValidatorChange, type ValidatorStep } from "../../../ledger/ethereum/validator-change";
import { mergeValidators } from "../../../ledger/ethereum/validator-merge";
import { validateValidators } from "../../../ledger/ethereum/validators";
import { InputError, type Problem } from "../../../lib/problem";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import type { PropertyChange } from "../../framework/property-changes";
import {
  isKnown,
  isList,
  isMap,
  unknownValue,
  Unknown,
  type Loose,
  type PropertyMap,
} from "../../framework/property-value";
import { PartialUpdate, ProviderError } from "../../framework/errors";
import type { Resource } from "../../framework/resource";
import type { NodeAccess, NodeContext } from "../../kubernetes/node-access";
import { identityChanges, type CheckedInputs, type OutputsOf } from "../../framework/declaration";
import { rolloutTimeoutSeconds } from "../../kubernetes/roll-out";
import { heightOf } from "../work/chain-head";
import { NodeGroup, type RunningValidator } from "../work/node-group";
import { askPatiently } from "../../kubernetes/ask-patiently";
import { ValidatorApi } from "../clients/validator-api";
import { validatorSet as declared } from "../declarations";
import type { ValidatorNode } from "../sdk";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/** Turns of each validator to put its vote into a block. One suffices while no validator is down. */
const roundsOfAVote = 10n;

/**
 * Set of validators. Only votes of living validators change it, one validator at a time. Other owners vote too: this
 * resource never votes out a validator that base, the inputs in the state, did not contain.
 */
export const validatorSet: Resource<Inputs, State, NodeAccess> = {
  migrations: [{ inputs: dropForeignNodes, state: (state) => ({ changedElsewhere: [], ...state }) }],
  // Each wait ends by itself when the chain stands still: after ten minutes, or longer where its blocks take long.
  defaultTimeoutSeconds: rolloutTimeoutSeconds,

  validate(inputs, previous) {
    const problems = validateValidators(addressesOf(inputs.validators), "validators");
    const turnsOf = ({ client, validators }: Inputs): Problem[] => turnProblems(client, addressesOf(validators));
    const mayBreak = previous === undefined || turnsOf(previous).length > 0;
    return problems.length > 0 || mayBreak ? problems : turnsOf(inputs);
  },

  /** Another first block is another chain. Addresses of nodes do not matter to the set. */
  diff: ({ oldInputs, newInputs }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...membershipChanges(oldInputs.validators, newInputs.validators),
  ],

  preview: ({ validators }, previous) => ({
    addresses: previewAddresses(validators, previous),
    changedElsewhere: previous?.state.changedElsewhere ?? unknownValue,
  }),

  async create(inputs, context) {
    for (const { path, message } of turnProblems(inputs.client, addressesOf(inputs.validators))) {
      context.log.warn(
        `${path}: ${message}. This chain is there already: docs/ethereum.md says what to do when it stalls`,
      );
    }
    return { id: inputs.genesisHash, state: await vote({ inputs, nodes: inputs.validators }, context) };
  },

  async update({ inputs, state, newInputs }, context) {
    const added = addressesOf(newInputs.validators);
    // Leaving validators still run, and vote until they are out.
    const leaving = inputs.validators.filter(({ address }) => !added.includes(address));
    let held = inputs.validators;
    const onVoted = ({ action, address }: ValidatorStep): void => {
      const others = held.filter((node) => node.address !== address);
      held =
        action === "add" ? [...others, ...newInputs.validators.filter((node) => node.address === address)] : others;
    };
    try {
      const nodes = [...newInputs.validators, ...leaving];
      return await vote({ inputs: newInputs, base: addressesOf(inputs.validators), nodes, onVoted }, context);
    } catch (error) {
      // The state now includes validators voted in, so that removing them from the file votes them out again.
      throw held === inputs.validators ? error : new PartialUpdate(error, { ...newInputs, validators: held }, state);
    }
  },

  async read({ inputs, state }, context) {
    const addresses = await askPatiently(context, "the set of validators", (patient) => readAddresses(inputs, patient));
    if (addresses === "gone") return undefined;
    if (addresses === undefined) return { inputs, state };
    // The state drops validators that were voted out, so that the next update votes them in again. Validators that
    // others voted in stay outside the state.
    const validators = inputs.validators.filter(({ address }) => addresses.includes(address as Address));
    for (const { name } of inputs.validators.filter((node) => !validators.includes(node))) {
      context.log.warn(`${name} no longer is a validator; the next update votes it in again if the program has it`);
    }
    const wished = addressesOf(validators);
    const { changedElsewhere } = mergeValidators({ base: wished, live: addresses, wished });
    tell(changedElsewhere, context);
    return { inputs: { ...inputs, validators }, state: { addresses, changedElsewhere } };
  },

  async delete({ inputs }, context) {
    context.log.info(`the chain ${inputs.genesisHash} keeps its validators for as long as their volumes exist`);
  },
};

/** Former releases put validators of other owners into the state on refresh, with a pod of this name. */
function dropForeignNodes(inputs: PropertyMap): PropertyMap {
  const { validators } = inputs;
  if (!isList(validators)) return inputs;
  return { ...inputs, validators: validators.filter((node) => !isMap(node) || node["pod"] !== "unknown") };
}

/** Validators according to one of our nodes. */
async function readAddresses(inputs: Inputs, context: NodeContext): Promise<Address[] | "gone" | undefined> {
  const present = await Promise.all(inputs.validators.map((node) => context.dialer.presence(node, context.signal)));
  if (present.every((presence) => presence === "absent")) return "gone";
  return NodeGroup.use(inputs.validators, inputs.genesisHash, context, async (group) => {
    const [first] = group.running;
    if (first !== undefined) return apiOf(inputs).list(first.rpc);
    context.log.warn("the validators are taken for unchanged, since none of their nodes answers");
    return undefined;
  });
}

interface Ballot {
  inputs: Inputs;
  /** Addresses of the previous inputs; undefined for a new set. */
  base?: string[];
  /** Our nodes that may vote. */
  nodes: readonly ValidatorNode[];
  /** Receives every successful vote. */
  onVoted?: (step: ValidatorStep) => void;
}

/** Votes for the differences between base and `inputs`. */
async function vote({ inputs, base, nodes, onVoted }: Ballot, context: NodeContext): Promise<State> {
  const api = apiOf(inputs);
  return NodeGroup.use(nodes, inputs.genesisHash, context, async (group, bounded) => {
    const [first] = group.running;
    if (first === undefined) throw new ProviderError("none of the validators' nodes answers, so no validator can vote");
    const current = await api.list(first.rpc);
    const { next, changedElsewhere } = mergeValidators({ base, live: current, wished: addressesOf(inputs.validators) });
    tell(changedElsewhere, context);
    await group.waitInStep(next.filter((address) => !current.includes(address)));
    const running = group.running.map(({ address }) => address);
    const { steps, problems } = planValidatorChange(
      { consensus: inputs.consensus, current, next, running },
      "validators",
    );
    const confused = turnProblems(inputs.client, current).length > 0 ? [] : turnProblems(inputs.client, next);
    if (problems.length + confused.length > 0) throw new InputError("change of validators", [...problems, ...confused]);
    for (const step of steps) {
      await takeStep(step, group, api, bounded);
      onVoted?.(step);
    }
    return { addresses: await api.list(first.rpc), changedElsewhere };
  });
}

function tell(changedElsewhere: readonly string[], { log }: NodeContext): void {
  for (const change of changedElsewhere) log.info(`validators changed elsewhere: ${change}; it stays`);
}

/** Effect on the order in which validators take turns. It may be wrong already in a chain made elsewhere. */
function turnProblems(client: Client, addresses: readonly string[]): Problem[] {
  return clientFacts[client].validateValidators?.(addresses, "validators") ?? [];
}

/** Votes one validator in or out: all vote, and when the chain agrees, they withdraw their votes. */
async function takeStep(step: ValidatorStep, group: NodeGroup, api: ValidatorApi, context: NodeContext): Promise<void> {
  const voters = step.voters.flatMap((address) => group.find(address) ?? []);
  const what = `${step.action === "add" ? "adding" : "removing"} validator ${step.address}`;
  context.log.status(`${what}: ${voters.length} votes, ${step.votesNeeded} needed`);
  await Promise.all(voters.map(({ rpc }) => api.propose(rpc, step.address, step.action === "add")));
  await Promise.all(
    group.running.map(async (validator) => {
      const last = (await heightOf(validator.rpc)) + BigInt(step.voters.length) * roundsOfAVote;
      const options = waitOptions(context, `${validator.rpc.node.name} to see the vote on ${what}`);
      return waitUntil<true>(() => agrees(validator, step, api, last), options);
    }),
  );
  await Promise.all(voters.map(({ rpc }) => api.discard(rpc, step.address)));
}

/** Whether the chain agrees by block `last`; blocks after it do not include the vote any more. */
async function agrees(
  { rpc }: RunningValidator,
  step: ValidatorStep,
  api: ValidatorApi,
  last: bigint,
): Promise<true | NotYet> {
  const live = await api.list(rpc);
  const isDone = live.length === step.validators.length && live.every((address) => step.validators.includes(address));
  if (isDone) return true;
  const height = await heightOf(rpc);
  return new NotYet(`${live.length} validators at block ${height}`, height < last ? height : last);
}

function apiOf({ client, consensus }: Inputs): ValidatorApi {
  return new ValidatorApi(client, consensus);
}

function addressesOf(nodes: readonly ValidatorNode[]): string[] {
  return nodes.map(({ address }) => address);
}

/** Addresses, ascending; undefined while a key does not exist yet. */
function knownAddresses(nodes: Loose<ValidatorNode[]>): string[] | undefined {
  if (nodes instanceof Unknown) return undefined;
  const addresses = nodes.map((node) => (node instanceof Unknown ? node : node.address));
  return addresses.every((address) => isKnown(address)) ? sortAddresses(addresses) : undefined;
}

/** Validators after the update, as far as the last read of the chain shows. */
function previewAddresses(
  validators: Loose<ValidatorNode[]>,
  previous: { inputs: Inputs; state: State } | undefined,
): string[] | Unknown {
  const wished = knownAddresses(validators);
  if (wished === undefined || previous === undefined) return wished ?? unknownValue;
  return mergeValidators({ base: addressesOf(previous.inputs.validators), live: previous.state.addresses, wished })
    .next;
}

function membershipChanges(before: readonly ValidatorNode[], after: Loose<ValidatorNode[]>): PropertyChange[] {
  const next = knownAddresses(after);
  const previous = sortAddresses(addressesOf(before));
  if (next !== undefined && next.join() === previous.join()) return [];
  return [{ path: "validators", kind: "update" }];
}
