import { sortAddresses } from "../../ledger/ethereum/address";
import type { Client, Consensus } from "../../ledger/ethereum/client";
import { validateTurns } from "../../ledger/ethereum/proposer-order";
import { planValidatorChange, type ValidatorStep } from "../../ledger/ethereum/validator-change";
import { validateValidators } from "../../ledger/ethereum/validators";
import { InputError, type Problem } from "../../ledger/problem";
import { NotYet, waitUntil } from "../clients/retry";
import { changesOf, type PropertyChange } from "../engine/property-changes";
import { isKnown, UNKNOWN, Unknown, type Loose } from "../engine/property-value";
import { ProviderError } from "../engine/errors";
import type { OperationContext, Resource } from "../engine/resource";
import { list, object, oneOf, text } from "../engine/schema";
import { NodeGroup, type RunningValidator } from "../ethereum/node-group";
import { ValidatorApi } from "../ethereum/validator-api";
import type { ValidatorNode, ValidatorSetInputs } from "../sdk/ethereum";
import { validatorNode } from "./ethereum-fields";
import { NODE_TIMEOUT_SECONDS } from "./fabric-fields";

type Inputs = ValidatorSetInputs;

interface State {
  addresses: string[];
}

/** What stands for the pod of a validator that no stack of ours runs. */
const FOREIGN_POD = "unknown";

/** Who seals blocks. Votes of the living validators change it, one validator at a time; nothing else can. */
export const validatorSet: Resource<Inputs, State> = {
  inputs: object<Inputs>({
    client: oneOf<Client>("besu", "goquorum", "geth"),
    consensus: oneOf<Consensus>("qbft", "ibft2", "clique"),
    genesisHash: text(),
    validators: list(validatorNode, { min: 1 }),
  }),
  secretOutputs: [],
  defaultTimeoutSeconds: NODE_TIMEOUT_SECONDS,

  validate(inputs, previous) {
    const problems = validateValidators(addressesOf(inputs.validators), "validators");
    const mayBreak = previous === undefined || turnProblems(previous).length > 0;
    return problems.length > 0 || mayBreak ? problems : turnProblems(inputs);
  },

  /** Another first block is another chain. How a node is reached is of no consequence to who seals. */
  diff: ({ oldInputs, newInputs }) => [
    ...changesOf(oldInputs, newInputs, ["genesisHash"], true),
    ...membershipChanges(oldInputs.validators, newInputs.validators),
  ],

  preview: ({ validators }) => ({ addresses: knownAddresses(validators) ?? UNKNOWN }),

  async create(inputs, context) {
    for (const { path, message } of turnProblems(inputs)) {
      context.log.warn(
        `${path}: ${message}. This chain is there already: docs/ethereum.md says what to do when it stalls`,
      );
    }
    return { id: inputs.genesisHash, state: await vote(inputs, inputs.validators, context) };
  },

  async update({ inputs, newInputs }, context) {
    const added = addressesOf(newInputs.validators);
    // Who leaves still runs: it has a vote until it is out.
    const leaving = inputs.validators.filter(({ address, pod }) => !added.includes(address) && pod !== FOREIGN_POD);
    return vote(newInputs, [...newInputs.validators, ...leaving], context);
  },

  async read({ inputs, state }, context) {
    const present = await Promise.all(inputs.validators.map((node) => context.dialer.presence(node, context.signal)));
    if (present.every((presence) => presence === "absent")) return undefined;
    const own = inputs.validators.filter(({ pod }) => pod !== FOREIGN_POD);
    const addresses = await NodeGroup.use(own, inputs.genesisHash, context, async (group) => {
      const [first] = group.running;
      return first === undefined ? undefined : apiOf(inputs).list(first.rpc);
    });
    if (addresses === undefined) {
      context.log.warn("the validators are taken for unchanged, since none of their nodes answers");
      return { inputs, state };
    }
    return { inputs: { ...inputs, validators: liveNodes(inputs.validators, addresses) }, state: { addresses } };
  },

  async delete({ inputs }, context) {
    context.log.info(`the chain ${inputs.genesisHash} keeps its validators for as long as their volumes exist`);
  },
};

/** Brings the chain to the validators of `inputs`, by the votes of `nodes`. */
async function vote(inputs: Inputs, nodes: readonly ValidatorNode[], context: OperationContext): Promise<State> {
  const next = addressesOf(inputs.validators);
  const api = apiOf(inputs);
  return NodeGroup.use(nodes, inputs.genesisHash, context, async (group) => {
    const [first] = group.running;
    if (first === undefined) throw new ProviderError("none of the validators' nodes answers, so nobody can vote");
    const current = await api.list(first.rpc);
    await group.waitInStep(next.filter((address) => !current.includes(address as `0x${string}`)));
    const running = group.running.map(({ address }) => address);
    const { steps, problems } = planValidatorChange(
      { consensus: inputs.consensus, current, next, running },
      "validators",
    );
    if (problems.length > 0) throw new InputError("change of validators", problems);
    for (const step of steps) await takeStep(step, group, api, context);
    return { addresses: await api.list(first.rpc) };
  });
}

/** What becomes of the order in which validators take turns. It may be broken already, in a chain made elsewhere. */
function turnProblems({ client, validators }: Inputs): Problem[] {
  return client === "goquorum" ? validateTurns(addressesOf(validators), "validators") : [];
}

/** One validator in or out: everybody votes, and once the chain agrees, votes are taken back. */
async function takeStep(
  step: ValidatorStep,
  group: NodeGroup,
  api: ValidatorApi,
  { log, signal }: OperationContext,
): Promise<void> {
  const voters = step.voters.flatMap((address) => group.find(address) ?? []);
  const what = `${step.action === "add" ? "adding" : "removing"} validator ${step.address}`;
  log.status(`${what}: ${voters.length} votes, ${step.votesNeeded} needed`);
  await Promise.all(voters.map(({ rpc }) => api.propose(rpc, step.address, step.action === "add")));
  await Promise.all(
    group.running.map((validator) =>
      waitUntil<true>(() => agrees(validator, step, api), {
        signal,
        status: (message) => log.status(message),
        waitingFor: `${validator.rpc.node.name} to see the vote on ${what}`,
      }),
    ),
  );
  await Promise.all(voters.map(({ rpc }) => api.discard(rpc, step.address)));
}

async function agrees({ rpc }: RunningValidator, step: ValidatorStep, api: ValidatorApi): Promise<true | NotYet> {
  const live = await api.list(rpc);
  const isDone = live.length === step.validators.length && live.every((address) => step.validators.includes(address));
  return isDone ? true : new NotYet(`${live.length} validators`);
}

function apiOf({ client, consensus }: Inputs): ValidatorApi {
  return new ValidatorApi(client, consensus);
}

function addressesOf(nodes: readonly ValidatorNode[]): string[] {
  return nodes.map(({ address }) => address);
}

/** The nodes that the chain counts as validators; those that no stack of ours runs by their address alone. */
function liveNodes(nodes: readonly ValidatorNode[], addresses: readonly string[]): ValidatorNode[] {
  const known = nodes.filter(({ address }) => addresses.includes(address));
  const foreign = addresses.filter((address) => !addressesOf(known).includes(address));
  const [{ namespace, rpcPort }] = nodes as [ValidatorNode, ...ValidatorNode[]];
  return [...known, ...foreign.map((address) => ({ name: address, namespace, pod: FOREIGN_POD, rpcPort, address }))];
}

/** Ascending, or undefined while a key is not made yet. */
function knownAddresses(nodes: Loose<ValidatorNode[]>): string[] | undefined {
  if (nodes instanceof Unknown) return undefined;
  const addresses = nodes.map((node) => (node instanceof Unknown ? node : node.address));
  return addresses.every((address) => isKnown(address)) ? sortAddresses(addresses) : undefined;
}

function membershipChanges(before: readonly ValidatorNode[], after: Loose<ValidatorNode[]>): PropertyChange[] {
  const next = knownAddresses(after);
  const previous = sortAddresses(addressesOf(before));
  if (next !== undefined && next.join() === previous.join()) return [];
  return [{ path: "validators", kind: "update" }];
}
