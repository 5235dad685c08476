import { isDeepStrictEqual } from "node:util";
import {
  checksumAddress,
  sortAddresses,
  validateDistinctAddresses,
  type Address,
} from "../../../ledger/ethereum/address";
import { clientFacts, type Client } from "../../../ledger/ethereum/clients";
import {
  changeInWords,
  isInForce,
  ownVotes,
  pendingInWords,
  withdrawnVotes,
  withoutPending,
  type PendingVote,
} from "../../../ledger/ethereum/pending-vote";
import { quorumOf } from "../../../ledger/ethereum/quorum";
import { planValidatorChange, type ValidatorStep } from "../../../ledger/ethereum/validator-change";
import { mergeValidators } from "../../../ledger/ethereum/validator-merge";
import { validateValidators } from "../../../ledger/ethereum/validators";
import { InputError, problem, type Problem } from "../../../lib/problem";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import type { PropertyChange } from "../../framework/property-changes";
import {
  isKnown,
  isList,
  isMap,
  unknownValue,
  Unknown,
  type Loose,
  type LooseProperties,
  type PropertyMap,
} from "../../framework/property-value";
import { PartialUpdate, ProviderError } from "../../framework/errors";
import type { Resource } from "../../framework/resource";
import type { NodeAccess, NodeContext } from "../../kubernetes/node-access";
import { identityChanges } from "../../framework/declaration";
import { rolloutTimeoutSeconds } from "../../kubernetes/roll-out";
import { heightOf } from "../work/chain-head";
import { NodeGroup, type RunningValidator } from "../work/node-group";
import { askIfPossible, askPatiently } from "../../kubernetes/ask-patiently";
import type { ValidatorApi } from "../clients/validator-api";
import { tellVotes } from "../work/foretold-votes";
import {
  addressesOf,
  namedIn,
  namesOf,
  pendingOf,
  wishedBy,
  withPending,
  type Former,
  type Inputs,
  type State,
} from "../work/validator-inputs";
import { apiOf, askNodes, readAddresses } from "../work/validator-reading";
import { validatorSet as declared } from "../declarations";
import type { PartnerValidator, ValidatorNode } from "../sdk";

/** Turns of each validator to put its vote into a block. One suffices while no validator is down. */
const roundsOfAVote = 10n;

/** Turns in which a validator of another stack has sealed a block, if it runs. */
const turnsToShow = 3n;

/**
 * Set of validators. Only votes of living validators change it, one validator at a time. Other owners vote too: this
 * resource never votes out a validator that base, the last wish in the state, did not contain. Where this stack's votes
 * are no majority, a vote is pending until others have cast theirs.
 */
export const validatorSet: Resource<Inputs, State, NodeAccess> = {
  migrations: [{ inputs: dropForeignNodes, state: (state) => ({ changedElsewhere: [], ...state }) }],
  // Each wait ends by itself when the chain stands still: after ten minutes, or longer where its blocks take long.
  defaultTimeoutSeconds: rolloutTimeoutSeconds,

  validate(inputs, previous) {
    const problems = [
      ...validateValidators(addressesOf(inputs.validators), "validators"),
      ...partnerProblems(inputs),
      ...forgottenPartners(inputs, previous),
    ];
    const turnsOf = (each: Inputs): Problem[] => turnProblems(each.client, namedIn(each));
    const mayBreak = previous === undefined || turnsOf(previous).length > 0;
    return problems.length > 0 || mayBreak ? problems : turnsOf(inputs);
  },

  /** Another first block is another chain. Addresses of nodes do not matter to the set. */
  diff: ({ oldInputs, oldState, newInputs }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...membershipChanges("validators", oldInputs.validators, newInputs.validators),
    ...membershipChanges(
      "leaving",
      (oldInputs.leaving ?? []).map((address) => ({ address })),
      asNodes(newInputs.leaving),
    ),
    ...membershipChanges("partnerValidators", oldInputs.partnerValidators ?? [], newInputs.partnerValidators ?? []),
    // Others may have voted meanwhile.
    ...(pendingOf(oldState).length === 0 ? [] : [{ path: "pending", kind: "update", isOutput: true } as const]),
  ],

  preview: (inputs, previous) => ({
    addresses: previewAddresses(inputs, previous),
    ...(inputs.partnerValidators === undefined ? {} : { pending: unknownValue }),
    changedElsewhere: previous?.state.changedElsewhere ?? unknownValue,
  }),

  /** Tells each vote of the update, and whether it carries. */
  async inspect(inputs, context, previous) {
    if (previous === undefined) return;
    const what = "the set of validators, without which no preview can tell the votes of its change,";
    await askIfPossible(context, what, (patient) => tellVotes(inputs, previous, patient));
  },

  async create(inputs, context) {
    for (const { path, message } of turnProblems(inputs.client, addressesOf(inputs.validators))) {
      context.log.warn(
        `${path}: ${message}. This chain is there already: docs/ethereum.md says what to do when it stalls`,
      );
    }
    return { id: inputs.genesisHash, state: await vote({ inputs, nodes: inputs.validators }, context) };
  },

  async update({ inputs, state, newInputs }, context) {
    const kept = addressesOf(newInputs.validators);
    // Nodes that the program has no more still run, and vote until they are out.
    const dropped = inputs.validators.filter(({ address }) => !kept.includes(address));
    const progress = new Progress(inputs, newInputs, pendingOf(state));
    try {
      const nodes = [...newInputs.validators, ...dropped];
      return await vote({ inputs: newInputs, before: { inputs, state }, nodes, dropped, progress }, context);
    } catch (error) {
      throw progress.failed(error, state);
    }
  },

  async read({ inputs, state }, context) {
    const addresses = await askPatiently(context, "the set of validators", (patient) => readAddresses(inputs, patient));
    if (addresses === "gone") return undefined;
    if (addresses === undefined) return { inputs, state };
    const pending = pendingOf(state);
    const held = withoutPending(wishedBy(inputs), addresses, pending);
    // The state drops validators that were voted out, so that the next update votes them in again. Validators that
    // others voted in stay outside the state.
    const lost = inputs.validators.filter(
      ({ address }) => held.includes(checksumAddress(address)) && !addresses.includes(checksumAddress(address)),
    );
    const left = inputs.validators.filter((node) => !lost.includes(node));
    // Without any node nobody could ask the chain.
    const validators = left.length === 0 ? inputs.validators : left;
    for (const { name } of lost) {
      context.log.warn(`${name} no longer is a validator; the next update votes it in again if the program has it`);
    }
    const seen = { ...inputs, validators };
    const wished = wishedBy(seen);
    const base = withoutPending(wished, addresses, pending);
    const { changedElsewhere } = mergeValidators({ base, live: addresses, wished });
    tell(changedElsewhere, state.changedElsewhere, context);
    return { inputs: seen, state: { ...state, addresses, changedElsewhere } };
  },

  async delete({ inputs, state }, context) {
    if (inputs.partnerValidators !== undefined) await admitLeave(inputs, context);
    await withdrawAll(inputs, pendingOf(state), context);
    context.log.info(`the chain ${inputs.genesisHash} keeps its validators for as long as their volumes exist`);
  },
};

/** Former releases put validators of other owners into the state on refresh, with a pod of this name. */
function dropForeignNodes(inputs: PropertyMap): PropertyMap {
  const { validators } = inputs;
  if (!isList(validators)) return inputs;
  return { ...inputs, validators: validators.filter((node) => !isMap(node) || node["pod"] !== "unknown") };
}

/** Takes back every vote that is pending: nodes that go on without this resource would cast it in each epoch. */
async function withdrawAll(inputs: Inputs, pending: readonly PendingVote[], context: NodeContext): Promise<void> {
  if (pending.length === 0) return;
  const api = apiOf(inputs);
  await askPatiently(context, "the pending votes of this stack's validators", (patient) =>
    askNodes(inputs, patient, async (group, { rpc }) => withdraw(pending, await api.list(rpc), group, api, patient)),
  );
}

/**
 * Looks whether the chain goes on without this stack's nodes.
 *
 * @throws ProviderError when other stacks' validators would be left without a quorum
 */
async function admitLeave(inputs: Inputs, { log, ...rest }: NodeContext): Promise<void> {
  const context = { ...rest, log };
  const live = await askPatiently(context, "the set of validators", (patient) => readAddresses(inputs, patient));
  if (live === undefined || live === "gone") return;
  const own = addressesOf(inputs.validators).map(checksumAddress);
  const others = live.filter((address) => !own.includes(address));
  if (others.length === 0 || others.length === live.length) return;
  const { needed } = quorumOf(inputs.consensus, live.length);
  const numbers = `${others.length} of ${live.length} validators would be left, and ${needed} are needed`;
  if (others.length >= needed) {
    log.warn(`validators of this stack are still in the set: ${numbers}. Other stacks can vote them out`);
    return;
  }
  throw new ProviderError(
    `without the nodes of this stack the chain of other stacks would halt: ${numbers}; give the validators \`leave: true\`, ` +
      "and take them out of the stack file when the chain's validators agreed. Where only `partners` was taken out and the nodes " +
      "stay, keep `partners: []`. Where the chain may end, stands still for good, or goes on with these validators on another " +
      "cluster, delete their StatefulSets first",
  );
}

interface Ballot {
  inputs: Inputs;
  /** Default: a new set. */
  before?: Former;
  /** Our nodes that may vote. */
  nodes: readonly ValidatorNode[];
  /** Those of them that the program has no more. Default: none. */
  dropped?: readonly ValidatorNode[];
  /** Receives every vote. Default: nobody. */
  progress?: Progress;
}

/** Votes of an update, for the state if it fails. */
class Progress {
  private validators: ValidatorNode[];
  private partners: PartnerValidator[];
  private pending: PendingVote[];

  constructor(
    private readonly before: Inputs,
    private readonly after: Inputs,
    pending: readonly PendingVote[],
  ) {
    this.validators = before.validators;
    this.partners = before.partnerValidators ?? [];
    this.pending = [...pending];
  }

  onVoted({ action, address }: Pick<ValidatorStep, "action" | "address">): void {
    const isOther = (each: { address: string }): boolean => each.address !== address;
    const added = <T extends { address: string }>(held: T[], wished: readonly T[]): T[] => [
      ...held.filter(isOther),
      ...(action === "add" ? wished.filter((each) => !isOther(each)) : []),
    ];
    this.validators = added(this.validators, this.after.validators);
    this.partners = added(this.partners, this.after.partnerValidators ?? []);
    this.pending = this.pending.filter(isOther);
  }

  onPending(vote: PendingVote): void {
    this.pending = [...this.pending.filter(({ address }) => address !== vote.address), vote];
  }

  /** The error of the update. The state then has what was voted in, so that removing it from the file votes it out again. */
  failed(error: unknown, state: State): unknown {
    const { validators, partnerValidators: partners = [] } = this.before;
    const isAsBefore = isDeepStrictEqual(
      [this.validators, this.partners, this.pending],
      [validators, partners, pendingOf(state)],
    );
    if (isAsBefore) return error;
    const { leaving } = this.before;
    const { partnerValidators: _, leaving: __, ...rest } = this.after;
    const inputs: Inputs = {
      ...rest,
      validators: this.validators,
      ...(leaving === undefined ? {} : { leaving }),
      ...(this.after.partnerValidators === undefined ? {} : { partnerValidators: this.partners }),
    };
    return new PartialUpdate(error, inputs, withPending(state, this.pending));
  }
}

/** Votes for the differences between base and `inputs`. */
async function vote(ballot: Ballot, context: NodeContext): Promise<State> {
  const { inputs, before, nodes, progress } = ballot;
  const api = apiOf(inputs);
  return NodeGroup.use(nodes, inputs.genesisHash, context, async (group, bounded) => {
    const first = await group.foremost();
    if (first === undefined) throw new ProviderError("none of the validators' nodes answers, so no validator can vote");
    const former = before === undefined ? [] : pendingOf(before.state);
    const wished = wishedBy(inputs);
    let live = await api.list(first.rpc);
    // Nodes that join a chain know its first validators at first.
    if (
      inputs.partnerValidators !== undefined &&
      !nodes.some(({ address }) => live.includes(checksumAddress(address)))
    ) {
      await group.waitFollowing();
      live = await api.list(first.rpc);
    }
    // Where the chain followed a vote that was pending, that is this stack's doing, though no run has seen it.
    const base = before && withoutPending(wishedBy(before.inputs), live, former);
    const { next, changedElsewhere } = mergeValidators({ base, live, wished });
    // Validators that were there before a stack joined are no change.
    const known = before?.state.changedElsewhere ?? (inputs.partnerValidators === undefined ? [] : changedElsewhere);
    tell(changedElsewhere, known, context);
    await group.waitInStep(next.filter((address) => !live.includes(address)));
    const running = await runningIn({ live, next, nodes }, group, api);
    const plan = (to: readonly string[]) =>
      planValidatorChange({ consensus: inputs.consensus, current: live, next: to, running }, "validators");
    const { steps, problems } = plan(next);
    const confused = turnProblems(inputs.client, live).length > 0 ? [] : turnProblems(inputs.client, next);
    // A new validator that waits for votes of others has none itself in the steps after it.
    const uncarried = steps.filter(
      (step) => step.action === "add" && !ownVotes(step, addressesOf(group.running)).carry,
    );
    const certain = uncarried.length === 0 ? steps : plan(withoutPending(next, live, uncarried)).steps;
    const refused = problems.length > 0 ? problems : [...confused, ...abandoned(ballot, certain, group)];
    if (refused.length > 0) throw new InputError("change of validators", refused);
    await withdraw(withdrawnVotes(former, steps), live, group, api, context);

    const pending: PendingVote[] = [];
    const nameOf = namesOf(inputs, ballot.dropped);
    for (;;) {
      const merged = mergeValidators({ base, live, wished }).next;
      const { steps: left, problems: late } = plan(withoutPending(merged, live, pending));
      if (late.length > 0) throw new InputError("change of validators", late);
      const [step] = left;
      if (step === undefined) break;
      const lost = abandoned(ballot, [step], group);
      if (lost.length > 0) throw new InputError("change of validators", lost);
      // From now on its votes may stand in nodes, also when this run ends before they count.
      progress?.onPending({ ...asPending(step), voters: [] });
      const open = await takeStep(step, { group, api, nameOf }, bounded);
      if (open === undefined) progress?.onVoted(step);
      else {
        pending.push(open);
        progress?.onPending(open);
      }
      live = await api.list(first.rpc);
    }
    const open = pending.filter((each) => !isInForce(each, live));
    for (const each of open) {
      context.log.warn(`${pendingInWords(each, nameOf)} of other stacks' validators; \`pulumi up\` looks again`);
    }
    const completed = pending.filter((each) => !open.includes(each));
    await withdraw(completed, live, group, api, context);
    const { changedElsewhere: atEnd } = mergeValidators({ base, live, wished });
    return withPending({ addresses: live, changedElsewhere: atEnd }, open);
  });
}

/**
 * Validators that are up: ours that answer, others' that seal, and those on which this stack agreed, which their owner
 * has brought to the chain's newest block before it publishes them.
 */
async function runningIn(
  { live, next, nodes }: { live: readonly string[]; next: readonly string[]; nodes: readonly ValidatorNode[] },
  group: NodeGroup,
  api: ValidatorApi,
): Promise<string[]> {
  const own = group.running.map(({ address }) => checksumAddress(address));
  const ours = addressesOf(nodes).map(checksumAddress);
  const isOther = (address: string): boolean => !ours.includes(checksumAddress(address));
  const others = live.filter(isOther);
  const agreed = next.filter((address) => isOther(address) && !live.includes(address as Address));
  const isChange = next.length !== live.length || agreed.length > 0 || next.some((each) => !live.includes(each));
  const first = await group.foremost();
  if (others.length === 0 || !isChange || first === undefined) return [...own, ...agreed];
  return [...own, ...agreed, ...(await sealersAmong(others, BigInt(live.length), first, api))];
}

/** Validators that sealed one of the newest blocks. On a chain that is too young to tell, all of them. */
async function sealersAmong(
  validators: readonly string[],
  count: bigint,
  { rpc }: RunningValidator,
  api: ValidatorApi,
): Promise<string[]> {
  const height = await heightOf(rpc);
  const window = turnsToShow * count;
  if (height <= window) return [...validators];
  const numbers = Array.from({ length: Number(window) }, (_, index) => height - BigInt(index));
  const sealers = await Promise.all(numbers.map((number) => api.sealer(rpc, number)));
  return validators.filter((address) => sealers.includes(address.toLowerCase()));
}

/** Problems of nodes that the program has no more, although only votes of others can take them out. */
function abandoned({ inputs, dropped = [] }: Ballot, steps: readonly ValidatorStep[], group: NodeGroup): Problem[] {
  return dropped.flatMap(({ name, address }) => {
    const step = steps.find((each) => each.action === "remove" && each.address === checksumAddress(address));
    if (step === undefined || ownVotes(step, addressesOf(group.running)).carry) return [];
    const because =
      `${name} (${address}) still is a validator, ${step.votesNeeded} votes of ${step.voters.length} take it out, and this stack ` +
      `has ${ownVotes(step, addressesOf(group.running)).voters.length}`;
    const alone = inputs.partnerValidators === undefined ? " (and `partners: []`, since others vote here)" : "";
    const must = `keep the validator, with \`leave: true\`${alone}, until the chain's validators have voted it out`;
    return [problem({ path: "validators", given: addressesOf(inputs.validators), must, because })];
  });
}

/** Takes back votes that are wished no more, and those that others completed: clients cast them again in each epoch. */
async function withdraw(
  votes: readonly PendingVote[],
  live: readonly string[],
  group: NodeGroup,
  api: ValidatorApi,
  { log }: NodeContext,
): Promise<void> {
  for (const each of votes) {
    await Promise.all(group.running.map(({ rpc }) => api.discard(rpc, each.address)));
    const what = changeInWords(each, (address) => `validator ${address}`);
    if (isInForce(each, live)) log.info(`${what}: the chain's validators have agreed`);
    else log.warn(`${what}: the vote is withdrawn; those that blocks have already count until the chain's epoch ends`);
  }
}

/** Tells changes that nobody told before. */
function tell(changedElsewhere: readonly string[], known: readonly string[], { log }: NodeContext): void {
  for (const change of changedElsewhere.filter((each) => !known.includes(each))) {
    log.info(`validators changed elsewhere: ${change}; it stays`);
  }
}

/** Effect on the order in which validators take turns. It may be wrong already in a chain made elsewhere. */
function turnProblems(client: Client, addresses: readonly string[]): Problem[] {
  return clientFacts[client].validateValidators?.(addresses, "validators") ?? [];
}

interface Polling {
  group: NodeGroup;
  api: ValidatorApi;
  /** Name of a validator, for people. */
  nameOf: (address: string) => string;
}

/**
 * Votes one validator in or out: all of this stack vote, and when the chain agrees, they withdraw their votes.
 *
 * @returns the vote where those of other stacks are missing; undefined when the chain agreed
 */
async function takeStep(
  step: ValidatorStep,
  { group, api, nameOf }: Polling,
  context: NodeContext,
): Promise<PendingVote | undefined> {
  const { address, action } = step;
  const isAdded = action === "add";
  const { voters: own, carry } = ownVotes(step, addressesOf(group.running));
  const voters = own.flatMap((each) => group.find(each) ?? []);
  const what = changeInWords(step, nameOf);
  context.log.status(`${what}: ${voters.length} votes, ${step.votesNeeded} needed`);
  await Promise.all(voters.map(({ rpc }) => api.propose(rpc, address, isAdded)));
  if (!carry) {
    const seen = await castVotes(step, { group, api, nameOf }, voters, context);
    if (seen !== undefined) return { ...asPending(step), voters: seen };
  }
  await Promise.all(
    group.running.map(async (validator) => {
      const last = (await heightOf(validator.rpc)) + BigInt(step.voters.length) * roundsOfAVote;
      const options = waitOptions(context, `${validator.rpc.node.name} to see the vote on ${what}`);
      return waitUntil<true>(() => agrees(validator, step, api, last), options);
    }),
  );
  await Promise.all(voters.map(({ rpc }) => api.discard(rpc, address)));
  return undefined;
}

function asPending({ address, action, votesNeeded, voters }: ValidatorStep): Omit<PendingVote, "voters"> {
  return { address, action, votesNeeded, validators: voters.length };
}

/**
 * Waits until blocks have the votes of this stack's validators.
 *
 * @returns validators that have voted so, as far as the client tells; undefined when the chain has agreed meanwhile
 */
async function castVotes(
  step: ValidatorStep,
  { api, group, nameOf }: Polling,
  voters: readonly RunningValidator[],
  context: NodeContext,
): Promise<Address[] | undefined> {
  const { rpc } = (await group.foremost())!;
  const { address, action } = step;
  const began = await heightOf(rpc);
  const last = began + BigInt(step.voters.length) * roundsOfAVote;
  const own = sortAddresses(addressesOf(voters));
  let next = began + 2n;
  let unsealed = own;
  const look = async (): Promise<{ seen: Address[] | undefined } | NotYet> => {
    if (isInForce(step, await api.list(rpc))) return { seen: undefined };
    const told = await api.voters(rpc, address, action === "add");
    const height = await heightOf(rpc);
    // The block in the making when a node gets its vote may be without it.
    for (; next <= height; next += 1n) {
      const sealer = await api.sealer(rpc, next);
      unsealed = unsealed.filter((each) => each.toLowerCase() !== sealer);
    }
    const isCast = told === undefined ? unsealed.length === 0 : own.every((each) => told.includes(each));
    // A validator without a turn for that long cannot vote now; its node keeps the vote.
    if (isCast || height >= last) return { seen: told ?? own.filter((each) => !unsealed.includes(each)) };
    return new NotYet(`block ${height}`, height);
  };
  const what = changeInWords(step, nameOf);
  return (await waitUntil(look, waitOptions(context, `blocks with this stack's votes on ${what}`))).seen;
}

/** Whether the chain agrees by block `last`; blocks after it do not include the vote any more. */
async function agrees(
  { rpc }: RunningValidator,
  step: ValidatorStep,
  api: ValidatorApi,
  last: bigint,
): Promise<true | NotYet> {
  const live = await api.list(rpc);
  if (isInForce(step, live)) return true;
  const height = await heightOf(rpc);
  return new NotYet(`${live.length} validators at block ${height}`, height < last ? height : last);
}

/** Problems of other stacks' validators: each is one, and of another stack. */
function partnerProblems({ validators, leaving = [], partnerValidators = [] }: Inputs): Problem[] {
  const own = addressesOf(validators).map(checksumAddress);
  const isOwn = (address: string): boolean => own.includes(checksumAddress(address));
  return [
    ...validateDistinctAddresses(addressesOf(partnerValidators), "partnerValidators"),
    ...partnerValidators.flatMap(({ address }, index) =>
      isOwn(address)
        ? [problem({ path: `partnerValidators[${index}]`, given: address, must: "be a validator of another stack" })]
        : [],
    ),
    ...leaving.flatMap((address, index) =>
      isOwn(address) ? [] : [problem({ path: `leaving[${index}]`, given: address, must: "be one of validators" })],
    ),
  ];
}

/** The problem of a list that is gone with validators in it: nobody says so that they are to be voted out. */
function forgottenPartners({ partnerValidators }: Inputs, previous: Inputs | undefined): Problem[] {
  const former = previous?.partnerValidators ?? [];
  if (partnerValidators !== undefined || former.length === 0) return [];
  const names = former.map(({ partner, address }) => `${address} of ${partner}`).join(", ");
  const because = `this stack's validators would vote against ${names}`;
  const hint = "Where that is meant, write `partners: []`, or `partners` without their addresses";
  return [problem({ path: "partnerValidators", must: "stay a list", because, hint })];
}

/** Addresses, ascending; undefined while a key does not exist yet. */
function knownAddresses(nodes: Loose<{ address: string }[]>): string[] | undefined {
  if (nodes instanceof Unknown) return undefined;
  const addresses = nodes.map((node) => (node instanceof Unknown ? node : node.address));
  return addresses.every((address) => isKnown(address)) ? sortAddresses(addresses) : undefined;
}

/**
 * Validators after the update, as far as the last read of the chain shows. Where votes of others may be missing, nobody
 * knows them before.
 */
function previewAddresses(
  { validators, partnerValidators }: LooseProperties<Inputs>,
  previous: Former | undefined,
): string[] | Unknown {
  const wished = knownAddresses(validators);
  if (wished === undefined || partnerValidators !== undefined) return unknownValue;
  if (previous === undefined) return wished;
  return mergeValidators({ base: addressesOf(previous.inputs.validators), live: previous.state.addresses, wished })
    .next;
}

function membershipChanges(
  path: string,
  before: readonly { address: string }[],
  after: Loose<{ address: string }[]>,
): PropertyChange[] {
  const next = knownAddresses(after);
  const previous = sortAddresses(addressesOf(before));
  if (next !== undefined && next.join() === previous.join()) return [];
  return [{ path, kind: "update" }];
}

/** Addresses in the form of nodes; undefined ones are none. */
function asNodes(addresses: Loose<string[]> | undefined): Loose<{ address: string }[]> {
  if (addresses instanceof Unknown) return addresses;
  return (addresses ?? []).map((address) => ({ address }));
}
