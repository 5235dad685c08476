import type { ChannelConfig, HostPort } from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig } from "../../../ledger/fabric/config-decode";
import {
  describeChangesElsewhere,
  mergeChannelConfig,
  ownersOf,
  wishInForce,
  withoutRemovedMembers,
  type ChannelSides,
} from "../../../ledger/fabric/config-update";
import {
  foundingConfig,
  ownMspIds,
  validateFarewell,
  withEndpointsOfOthers,
  withLostMembersOfOthers,
  withPartsOfOthers,
} from "../../../ledger/fabric/consortium/ownership";
import { readProposalEnvelope } from "../../../ledger/fabric/consortium/proposal";
import { updateStanding } from "../../../ledger/fabric/consortium/update-standing";
import { throwProblems } from "../../../lib/problem";
import { isInMaintenance } from "../../../ledger/fabric/consensus-migration";
import { buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { identityOf } from "../clients/identity";
import { Session } from "../clients/session";
import {
  applyConfigUpdates,
  proposalInWords,
  tellSteps,
  type ConfigWish,
  type OpenProposal,
  type UpdateOutcome,
} from "../work/config-updates";
import { configChanges, forgottenApprovals, ordererChanges } from "../work/channel-changes";
import { consentersOfOthers, validateChannelInputs } from "../work/channel-checks";
import { wayByOrderers, type ChannelWay } from "../work/channel-way";
import { describeFork, noOrdererCarries, peersInChannel } from "../work/chain-guard";
import { peerMembers } from "../work/channel-members";
import { isSameBlock, type LiveConfig } from "../work/channel-reader";
import {
  arrivalOf,
  joinByConfig,
  joinedNow,
  joiningOf,
  leaveUnlessConsenting,
  leaveUnlessVoting,
  tellLost,
  withoutAbsent,
  withoutConsenters,
  withoutOrderers,
} from "../work/joining-orderers";
import { ChannelOrderers, isNamed, lostConsenters } from "../work/orderers";
import { isBegunAnew, isRestart } from "../work/new-chain";
import { wayByPeers, type PeerWay } from "../work/peer-way";
import { replayedConfig } from "../work/replayed-config";
import { lookElsewhere, type Elsewhere } from "../work/voters-elsewhere";
import { askIfPossible, askPatiently, oneOfSeveralMs } from "../../kubernetes/ask-patiently";
import { CancelledError, PartialUpdate, ProviderError } from "../../framework/errors";
import { changesOf } from "../../framework/property-changes";
import { isKnown, unknownValue, type LooseProperties } from "../../framework/property-value";
import type { Resource } from "../../framework/resource";
import { nodeTimeoutSeconds, type NodeAccess, type NodeContext } from "../../kubernetes/node-access";
import type { CheckedInputs, OutputsOf } from "../../framework/declaration";
import type { channel as declared } from "../declarations";
import type { OrdererAddress, SigningIdentity } from "../sdk";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/**
 * A channel on its orderers. Creation and update do the same work, so that either can continue an interrupted run: find
 * the orderers with the channel, join the others, update the config.
 *
 * A channel may have further owners. Therefore `config` in the state is the last config of this stack, never the
 * changes of others: an update applies the difference between the old and the new config of the stack, and leaves
 * everything else as it is.
 */
export const channel: Resource<Inputs, State, NodeAccess> = {
  migrations: [
    {
      inputs: (inputs) => ({ peers: [], restart: false, ...inputs }),
      state: (state) => ({ changedElsewhere: [], ...state }),
    },
  ],
  defaultTimeoutSeconds: nodeTimeoutSeconds,

  validate: validateChannelInputs,

  /**
   * Another name is another channel. A config with the same meaning (order of lists, spelling of durations, consenters'
   * certificates renewed with their keys) is no change. Orderers count by name: their addresses, administrators and
   * signers matter only to other work.
   */
  diff: ({ oldInputs, oldState, newInputs }) => [
    ...configChanges(oldInputs.config, newInputs.config),
    ...ordererChanges(oldInputs.orderers, newInputs.orderers, "orderers"),
    ...ordererChanges(joiningOf(oldInputs), newInputs.joiningOrderers ?? [], "joiningOrderers"),
    // The channel may have their organisation meanwhile, unless this stack left it.
    ...(oldState.left !== undefined || awaited(oldInputs, oldState).every(({ name }) => oldState.joined?.includes(name))
      ? []
      : [{ path: "joined", kind: "update", isOutput: true } as const]),
    ...(isRestart(newInputs, oldInputs) ? changesOf(oldInputs, newInputs, ["restart"]) : []),
    ...(isBegunAnew(newInputs, oldState) ? [{ path: "genesisBlock", kind: "update", isOutput: true } as const] : []),
    // Others may have signed, submitted or overtaken it meanwhile.
    ...(oldState.proposal === undefined ? [] : [{ path: "proposal", kind: "update", isOutput: true } as const]),
    // They may vote no more meanwhile, and leave then.
    ...((oldState.released ?? []).length === 0 ? [] : [{ path: "released", kind: "update", isOutput: true } as const]),
    // Nobody else remembers what it brought into force.
    ...forgottenApprovals(oldInputs.approved, newInputs.approved),
    ...(leftBy(newInputs, oldState) === oldState.left
      ? []
      : [{ path: "left", kind: "update", isOutput: true } as const]),
    ...(oldState.maintenance === true ? [{ path: "maintenance", kind: "update", isOutput: true } as const] : []),
  ],

  preview: (inputs, previous) => ({
    channelId: isKnown(inputs.config) ? inputs.config.channelId : unknownValue,
    genesisBlock:
      previous === undefined || isRestart(inputs, previous.inputs) || isBegunAnew(inputs, previous.state)
        ? unknownValue
        : previous.state.genesisBlock,
    configSequence: unknownValue,
    changedElsewhere: unknownValue,
    proposal: unknownValue,
    inForce: unknownValue,
    maintenance: unknownValue,
    members: unknownValue,
    left: unknownValue,
    joined: unknownValue,
    released: unknownValue,
  }),

  /** Tells each step that is left, and whose signatures it needs. */
  async inspect(inputs, context, former) {
    const previous = former !== undefined && isBegunAnew(inputs, former.state) ? undefined : former;
    if (previous !== undefined && tellLeft(inputs, previous.state, context) !== undefined) return;
    const before = previous && { ...previous, base: baseOf(previous.inputs, previous.state) };
    const what = `channel ${inputs.config.channelId}, without which no preview can tell the steps of its change,`;
    await askIfPossible(context, what, (patient) =>
      Session.run(patient, (session) => inspectSteps(session, inputs, before)),
    );
  },

  async create(inputs, context) {
    const state = await ensureChannel(inputs, { former: [] }, context);
    return { id: inputs.config.channelId, state };
  },

  async update({ inputs, state, newInputs }, context) {
    const former = formerOf(inputs, state, newInputs);
    if (isBegunAnew(newInputs, state)) {
      context.log.info(`channel ${state.channelId}: its founder began it anew; nothing is left of the former chain`);
      return ensureChannel(newInputs, { former }, context);
    }
    const before = { former, inputs, state, base: baseOf(inputs, state) };
    const left = tellLeft(newInputs, state, context);
    if (left !== undefined) {
      const released = await leaveByOwnWord(newInputs, before.former, context);
      // Nothing is left to propose to the others, or to continue.
      return { ...state, proposal: undefined, inForce: undefined, maintenance: undefined, left, released };
    }
    let held: Inputs | undefined;
    let maintenance = state.maintenance;
    const onApplied = (config: ChannelConfig, live: LiveConfig): void => {
      held = { ...inputs, config };
      maintenance = modeOf(live);
    };
    try {
      return await ensureChannel(newInputs, { ...before, onApplied }, context);
    } catch (error) {
      if (held === undefined) throw error;
      // The state includes updates that are in force, so that removing them from the stack file undoes them.
      throw new PartialUpdate(error, held, { ...state, proposal: undefined, inForce: undefined, maintenance });
    }
  },

  async read({ inputs, state }, context) {
    if (tellLeft(inputs, state, context) !== undefined) return { inputs, state };
    const what = `channel ${inputs.config.channelId}`;
    const live = await askPatiently(context, what, (patient) =>
      Session.run(patient, (session) => readLive(session, inputs, state)),
    );
    if (live === "gone") return undefined;
    return live ?? { inputs, state };
  },

  async delete({ inputs, state }, context) {
    // Of a channel that this stack left nobody hands them a block any more, and they would ask for ever.
    const followers = state.left === undefined ? [] : formerOf(inputs, state, { orderers: [] });
    if (followers.length > 0) await leaveByOwnWord(inputs, followers, context);
    if (!inputs.allowDelete || inputs.orderers.length === 0) {
      context.log.info(
        `channel ${state.channelId} is forgotten, not deleted: its chain stays on the orderers' volumes as long as ` +
          "these exist (allowDelete: true makes the orderers leave it)",
      );
      return;
    }
    await Session.run(context, (session) => open(session, inputs, []).leave(inputs.orderers));
  },
};

/** Orderers that join a channel of others, and those of a founder that come back to one in which others alone vote. */
function awaited(inputs: Inputs, { joined }: State): OrdererAddress[] {
  return [...joiningOf(inputs), ...(joined === undefined ? [] : inputs.orderers)];
}

/** Orderers that had the channel or were to have it, and are to have it no more. */
function formerOf(
  inputs: Inputs,
  { released = [] }: State,
  next: Pick<Inputs, "orderers" | "joiningOrderers">,
): OrdererAddress[] {
  const staying = new Set([...next.orderers, ...joiningOf(next)].map(({ name }) => name));
  const all = [...inputs.orderers, ...joiningOf(inputs), ...released].map(
    (orderer) => [orderer.name, orderer] as const,
  );
  return [...new Map(all).values()].filter(({ name }) => !staying.has(name));
}

/** Makes orderers leave a channel that this stack left. Returns those that stay, since they vote; undefined for none. */
async function leaveByOwnWord(
  inputs: Inputs,
  former: readonly OrdererAddress[],
  context: NodeContext,
): Promise<OrdererAddress[] | undefined> {
  if (former.length === 0) return undefined;
  const staying = await Session.run(context, async (session) =>
    leaveUnlessConsenting(open(session, inputs, await presentOrderers(former, context))),
  );
  return noneAsUndefined(staying);
}

function noneAsUndefined<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** Tells the steps that are left; none of a channel that no orderer has yet. */
async function inspectSteps(
  session: Session,
  inputs: Inputs,
  before: Pick<Before, "inputs" | "state" | "base"> | undefined,
): Promise<void> {
  if (inputs.orderers.length === 0) {
    // Peers join in the run that makes the resource: before it they have no channel to look at.
    if (before?.state === undefined) return;
    const way = await answeringPeerWay(session, inputs);
    return inspectByPeers(session, way, inputs, before, joiningHere(inputs, before));
  }
  const orderers = open(session, inputs, await presentOrderers(inputs.orderers, session.context));
  const isBeginning = before?.state === undefined || isRestart(inputs, before.inputs);
  const elsewhere = isBeginning ? undefined : (await elsewhereOf(session, orderers, inputs, look)).way;
  if (before !== undefined && elsewhere !== undefined) {
    return inspectByPeers(session, elsewhere, inputs, before, returning(inputs.orderers));
  }
  const { carrying, missing } = await orderers.split();
  if (carrying.length === 0) return;
  const live = await orderers.liveConfig();
  const joining = inputs.orderers.filter(({ name }) => !carrying.some((orderer) => orderer.name === name));
  // After an interrupted creation, an orderer that has not joined yet has lost nothing.
  const lost = before?.state === undefined ? [] : lostConsenters(missing, describe(live));
  tellLost(lost, live, "its removal from the consenters comes first, and it joins anew after that", session.context);
  const known = before && baseAt(before, live);
  const arriving = joining.filter((orderer) => !lost.includes(orderer));
  const base =
    before?.inputs && known && heldConfig(known, [...before.inputs.orderers, ...lost], inputs.orderers, arriving);
  tellSteps(wishOf(session, { ...inputs, config: withoutConsenters(inputs.config, lost) }, { ...before, base }), live);
}

/** The same for a stack whose peers are the way. */
async function inspectByPeers(
  session: Session,
  way: ChannelWay,
  inputs: Inputs,
  before: Pick<Before, "inputs" | "state" | "base">,
  joining: Joining,
): Promise<void> {
  const live = await way.liveConfig();
  const present = await presentOrderers(joining.orderers, session.context);
  const arrival = await arrivalOf(open(session, inputs, present), live);
  tellLost(
    arrival.lost,
    live,
    "its removal from the consenters comes first, and it joins anew after that",
    session.context,
  );
  const known = before.state && (baseAt(before, live) ?? configOf(before.state.genesisBlock));
  const base = known && joinedConfig(known, joining, arrival, describe(live));
  const wished = { ...inputs, config: withoutOrderers(inputs.config, arrival.lost) };
  tellSteps(wishOf(session, wished, { ...before, base }), live);
}

/**
 * Parts of the inputs that the channel still has. Removed members are missing from the result, so that the next update
 * adds them again. Changes of others are logged, and never part of the inputs.
 */
async function readLive(
  session: Session,
  inputs: Inputs,
  state: State,
): Promise<{ inputs: Inputs; state: State } | "gone"> {
  const { channelId } = inputs.config;
  if (inputs.orderers.length === 0) return readByPeers(session, inputs, state);
  const orderers = open(session, inputs, await presentOrderers(inputs.orderers, session.context));
  const { carrying, missing } = await orderers.split();
  const { way: elsewhere } = await elsewhereOf(session, orderers, inputs, look);
  if (elsewhere !== undefined) {
    for (const { name } of missing) session.context.log.warn(`${name} no longer carries channel ${channelId}`);
    const held = heldBy(await elsewhere.liveConfig(), inputs, state, session.context);
    return { ...held, inputs: { ...held.inputs, orderers: carrying } };
  }
  if (carrying.length === 0) {
    // A channel of this stack alone that may be deleted may also be created again. The state is the last memory of any
    // other channel, and what others have orderers or peers in is not gone with this stack's nodes.
    if (inputs.allowDelete && !hasOthers(inputs, state)) return "gone";
    const others = othersIn(baseOf(inputs, state), inputs);
    session.context.log.warn(noOrdererCarries(channelId, inputs.orderers, "it exists", others).message);
    return { inputs: { ...inputs, orderers: [] }, state };
  }
  for (const { name } of missing) session.context.log.warn(`${name} no longer carries channel ${channelId}`);
  const fork = await describeFork(channelId, orderers, orderers.reader);
  if (fork !== undefined) session.context.log.warn(fork);
  const live = await orderers.liveConfig();
  const held = heldBy(live, inputs, state, session.context);
  return {
    ...held,
    inputs: {
      ...held.inputs,
      orderers: inputs.orderers.filter(({ name }) => carrying.some((orderer) => orderer.name === name)),
    },
  };
}

/** Whether organisations of other stacks are in the channel, as far as this stack knows, or wished in it. */
function hasOthers({ config, administrators }: Inputs, { members = [] }: State): boolean {
  const own = administrators.map(({ mspId }) => mspId);
  const ordering = config.ordererOrganizations.map(({ msp }) => msp.mspId);
  return [...members, ...peerMembers(config), ...ordering].some((mspId) => !own.includes(mspId));
}

async function readByPeers(session: Session, inputs: Inputs, state: State): Promise<{ inputs: Inputs; state: State }> {
  try {
    const way = await answeringPeerWay(session, inputs);
    const held = heldBy(await way.liveConfig(), inputs, state, session.context);
    return { ...held, inputs: { ...held.inputs, ...(await stillJoined(session, inputs, state)) } };
  } catch (error) {
    if (!(error instanceof ProviderError) || error instanceof CancelledError) throw error;
    session.context.log.warn(`channel ${state.channelId} is taken for unchanged: ${error.message}`);
    return { inputs, state };
  }
}

/** Orderers that join, without those that lost the channel: the next update joins them again. */
async function stillJoined(
  session: Session,
  inputs: Inputs,
  { joined = [] }: State,
): Promise<Pick<Inputs, "joiningOrderers">> {
  const { joiningOrderers } = inputs;
  if (joiningOrderers === undefined) return {};
  const { context } = session;
  const orderers = open(session, inputs, await presentOrderers(joiningOrderers, context));
  const { missing } = await orderers.split();
  const lost = missing.filter(({ name }) => joined.includes(name));
  for (const { name } of lost) context.log.warn(`${name} no longer carries channel ${inputs.config.channelId}`);
  return { joiningOrderers: joiningOrderers.filter((orderer) => !lost.includes(orderer)) };
}

/** Inputs and state without the members that the live config no longer has. Wishes that a proposal is about stay. */
function heldBy(
  live: LiveConfig,
  inputs: Inputs,
  state: State,
  context: NodeContext,
): { inputs: Inputs; state: State } {
  warnOfOldConfig(state, live, context);
  const base = baseAt({ inputs, state, base: baseOf(inputs, state) }, live);
  const config = base && withoutRemovedMembers(base, liveFor(inputs, base, live));
  const lost = base === undefined || config === undefined ? [] : describeChangesElsewhere(base, config);
  if (lost.length > 0) {
    context.log.warn(
      `channel ${live.channelId} changed elsewhere: ${lost.join("; ")}, by config ${live.sequence}; the next update ` +
        "brings back what the program still has",
    );
  }
  const known = { ...state, ...seen(config, live, inputs, context) };
  return state.proposal === undefined
    ? { inputs: { ...inputs, config: config ?? inputs.config }, state: known }
    : { inputs, state: { ...known, inForce: config } };
}

/** The live channel, which for a member that did not found it has everybody else whom the member knows. */
function liveFor(inputs: Inputs, base: ChannelConfig, live: LiveConfig): ChannelConfig {
  const config = describeChannelConfig(live.channelId, live.config);
  if (inputs.founderView === undefined) return config;
  const own = [...inputs.orderers, ...joiningOf(inputs)];
  const isOwn = (consenter: HostPort): boolean => own.some((orderer) => isNamed(consenter, orderer));
  const mspIds = ownMspIds(inputs.administrators, base, inputs.config);
  return withLostMembersOfOthers(config, base, mspIds, isOwn);
}

/**
 * Config that this stack last brought into force: the former inputs, or less while a proposal is open. Undefined for a
 * channel that others began.
 */
function baseOf({ config }: Inputs, { proposal, inForce }: State): ChannelConfig | undefined {
  return proposal === undefined ? config : inForce;
}

/**
 * The base with what others brought into force meanwhile of the wish whose proposal is open. Whoever submitted it, it is this
 * stack's: taking it out of the wish takes it out of the channel.
 */
function baseAt(
  { inputs, state, base }: Pick<Before, "inputs" | "state" | "base">,
  live: LiveConfig,
): ChannelConfig | undefined {
  return inputs === undefined || state?.proposal === undefined ? base : inForceAt(inputs, base, live);
}

/** The part of these inputs' wish that is in force. */
function inForceAt(inputs: Inputs, base: ChannelConfig | undefined, live: LiveConfig): ChannelConfig | undefined {
  const found = wishInForce(sidesOf(inputs, base, describe(live)), inputs.config);
  // The state changes where the meaning does.
  const isSame = base !== undefined && found !== undefined && describeChangesElsewhere(base, found).length === 0;
  return isSame ? base : found;
}

/**
 * Warns of orderers that were all restored from an older copy: they agree with one another, but not with peers that
 * have more blocks.
 */
function warnOfOldConfig({ configSequence }: State, live: LiveConfig, { log }: NodeContext): void {
  if (live.sequence >= configSequence) return;
  log.warn(
    `channel ${live.channelId} is at config ${live.sequence}, and was at ${configSequence}: its orderers were put back to ` +
      "an older copy. A peer that has more blocks refuses theirs; give it an empty volume",
  );
}

/** State of a live config. Logs the changes that others made to it. */
function seen(
  own: ChannelConfig | undefined,
  live: LiveConfig,
  inputs: Pick<Inputs, "administrators" | "config">,
  { log }: NodeContext,
): Pick<State, "configSequence" | "changedElsewhere" | "maintenance" | "members"> {
  const config = describeChannelConfig(live.channelId, live.config);
  const mspIds = ownMspIds(inputs.administrators, config, inputs.config);
  const changedElsewhere =
    own === undefined ? [] : describeChangesElsewhere(withEndpointsOfOthers(own, config, mspIds), config);
  for (const change of changedElsewhere) {
    log.info(`channel ${live.channelId} changed elsewhere: ${change}, by config ${live.sequence}; it stays`);
  }
  return { configSequence: live.sequence, changedElsewhere, maintenance: modeOf(live), members: peerMembers(config) };
}

/**
 * Config by which the organisations of this stack were members no more, as the founder tells or this stack itself brought
 * about; undefined while they are. An older word of the founder than what this stack saw itself counts for nothing.
 */
function leftBy(
  { founderView, administrators }: LooseProperties<Inputs>,
  { configSequence, left }: Pick<State, "configSequence" | "left">,
): number | undefined {
  if (!isKnown<Inputs["founderView"]>(founderView) || !isKnown<SigningIdentity[]>(administrators)) return left;
  if (founderView === undefined || founderView.sequence <= configSequence) return left;
  if (administrators.some(({ mspId }) => founderView.members.includes(mspId))) return undefined;
  return left ?? founderView.sequence;
}

/** Says that this stack has no part in the channel any more, and since when. */
function tellLeft(
  inputs: Inputs,
  state: Pick<State, "channelId" | "configSequence" | "left">,
  { log }: NodeContext,
): number | undefined {
  const left = leftBy(inputs, state);
  if (left === undefined) return undefined;
  const own = [...new Set(inputs.peers.map(({ mspId }) => mspId))].join(", ");
  log.warn(
    `channel ${state.channelId}: ${own} left it, by config ${left} at the latest. Peers keep what they had of it, ` +
      "and get no more; the channel can go from the stack file",
  );
  return left;
}

/** Whether the channel is in maintenance mode; undefined when it is not. */
function modeOf({ config }: LiveConfig): true | undefined {
  return isInMaintenance(config) ? true : undefined;
}

/** Result of an earlier run: orderers to remove, the previous inputs, and the state of the chain. */
interface Before {
  former: OrdererAddress[];
  inputs?: Inputs;
  state?: State;
  /** Config that was brought into force. Undefined for a channel that this stack did not change before. */
  base?: ChannelConfig | undefined;
  /** Receives that config after each update. */
  onApplied?: (base: ChannelConfig, live: LiveConfig) => void;
}

async function ensureChannel(inputs: Inputs, before: Before, context: NodeContext): Promise<State> {
  return Session.run(context, async (session) => {
    const { channelId } = inputs.config;
    if (inputs.orderers.length === 0 && (before.inputs?.orderers ?? []).length === 0) {
      return changeByPeers(session, peerWay(session, inputs), inputs, before, joiningHere(inputs, before));
    }
    const former = await presentOrderers(before.former, context);
    const orderers = open(session, inputs, [...inputs.orderers, ...former]);
    const elsewhere = isRestart(inputs, before.inputs)
      ? undefined
      : await elsewhereOf(session, orderers, inputs, { former: before.former });
    const way = elsewhere?.way;
    if (way !== undefined) return changeByPeers(session, way, inputs, before, returning(inputs.orderers));
    const { carrying, missing } = await orderers.split();
    if (carrying.length === 0) {
      if (elsewhere !== undefined) refuseSecondBeginning(inputs, before, elsewhere.knowing);
      return beginChannel(session, orderers, inputs, before);
    }
    const fork = await describeFork(channelId, orderers, orderers.reader);
    if (fork !== undefined) throw new ProviderError(fork);
    const genesisBlock = await genesisOf(orderers, inputs, before);

    const missed = missing.filter((orderer) => !former.includes(orderer));
    const retiring = await retireLost(missed, inputs, before, orderers, session);
    const joining = missed.filter((orderer) => !retiring.waiting.includes(orderer));
    await orderers.join(joining, retiring.live.block);
    await orderers.waitForBlock(joining, retiring.live.blockNumber);
    const known = baseAt(before, retiring.live);
    const base = before.inputs && known && heldConfig(known, before.inputs.orderers, inputs.orderers, joining);
    const { live, state } =
      retiring.proposal === undefined
        ? await changeConfig(session, wayOf(session, orderers, inputs), inputs, { ...before, base })
        : { live: retiring.live, state: stateAfter(retiring, inputs, before, known, context) };
    const serving = inputs.orderers.filter((orderer) => !retiring.waiting.includes(orderer));
    await orderers.waitUntilServing(serving, describe(live));
    const released = noneAsUndefined(await leaveUnlessVoting(open(session, inputs, former), live, context));
    return { channelId, genesisBlock, ...state, released };
  });
}

/** Orderers of this stack that join a channel whose config peers tell. */
interface Joining {
  orderers: OrdererAddress[];
  /** Those that the base may have. Others are new in it. */
  held: OrdererAddress[];
}

/** Orderers that join a channel of others, by the inputs. */
function joiningHere(inputs: Inputs, { inputs: former, state }: Pick<Before, "inputs" | "state">): Joining {
  const joined = state?.joined ?? [];
  return { orderers: joiningOf(inputs), held: joiningOf(former).filter(({ name }) => joined.includes(name)) };
}

/** Orderers of a channel that this stack founded, and in which none of them votes any more. */
function returning(orderers: OrdererAddress[]): Joining {
  return { orderers, held: orderers };
}

/** A channel whose config this stack's peers tell. The wishes of a stack that did not found it begin with the channel as it was founded. */
async function changeByPeers(
  session: Session,
  way: PeerWay,
  inputs: Inputs,
  before: Before,
  joining: Joining,
): Promise<State> {
  const { channelId } = inputs.config;
  const { context } = session;
  const genesisBlock = before.state?.genesisBlock ?? toBase64(await way.firstBlock());
  const seen = before.state === undefined ? await replayedConfig(way, inputs) : await way.liveConfig();
  const base = baseAt(before, seen) ?? configOf(genesisBlock);
  if (joining.orderers.length === 0 && before.former.length === 0) {
    const { state } = await changeConfig(session, way, inputs, { ...before, base });
    return { channelId, genesisBlock, ...state };
  }
  const orderers = open(session, inputs, joining.orderers);
  const arrival = await joinByConfig(orderers, seen, context);
  const wished = { ...inputs, config: withoutAbsent(inputs.config, joining.orderers, arrival) };
  const held = joinedConfig(base, joining, arrival, describe(seen));
  const { live, state } = await changeConfig(session, way, wished, { ...before, base: held });
  await orderers.waitUntilServing(
    joining.orderers.filter(({ name }) => arrival.joined.includes(name)),
    describe(live),
  );
  const former = open(session, inputs, await presentOrderers(before.former, context));
  const released = noneAsUndefined(await leaveUnlessVoting(former, live, context));
  return { channelId, genesisBlock, ...state, joined: joinedNow(arrival, live, context), released };
}

/**
 * The base in which orderers that join only now are no consenters yet, and those that lost the channel are as the channel
 * counts them: taking them out is this stack's wish, also where its state forgot them.
 */
function joinedConfig(
  base: ChannelConfig,
  { orderers, held }: Joining,
  { arrived, lost }: { arrived: OrdererAddress[]; lost: OrdererAddress[] },
  live: ChannelConfig,
): ChannelConfig {
  const known = heldConfig(base, [...held, ...lost], orderers, arrived);
  if (lost.length === 0) return known;
  const counted = live.consenters.filter((consenter) => lost.some((orderer) => isNamed(consenter, orderer)));
  return { ...known, consenters: [...withoutConsenters(known, lost).consenters, ...counted] };
}

/** Starts the channel. Orderers of others join it later: until then it would have no quorum with them. */
async function beginChannel(
  session: Session,
  orderers: ChannelOrderers,
  inputs: Inputs,
  before: Before,
): Promise<State> {
  const mspIds = inputs.orderers.map(({ mspId }) => mspId);
  const config = foundingConfig(inputs.config, mspIds);
  const state = await startChannel(orderers, { ...inputs, config }, session.context);
  if (consentersOfOthers(inputs).length === 0) return state;
  const change = await changeConfig(session, wayOf(session, orderers, inputs), inputs, { ...before, base: config });
  return { ...state, ...change.state };
}

function configOf(genesisBlock: string): ChannelConfig {
  const { channelId, config } = decodeConfigBlock(Buffer.from(genesisBlock, "base64"));
  return describeChannelConfig(channelId, config);
}

/** Time of previews and refreshes, which are over before a peer that they wait for for long. */
const look = { patienceMs: oneOfSeveralMs };

/** What peers know of a channel that this stack founded, and in which none of its orderers votes. */
function elsewhereOf(
  session: Session,
  orderers: ChannelOrderers,
  { config: { channelId }, orderers: own, peers, administrators }: Inputs,
  { former = [], patienceMs }: { former?: readonly OrdererAddress[]; patienceMs?: number },
): Promise<Elsewhere> {
  return lookElsewhere(session, orderers, [...own, ...former], { channelId, peers, administrators, patienceMs });
}

/**
 * MSP ids of others that have orderers in the channel.
 *
 * @param known the channel as far as this stack knows it. Undefined: not at all
 */
function othersIn(known: ChannelConfig | undefined, { orderers }: Inputs): string[] {
  const own = orderers.map(({ mspId }) => mspId);
  const owners = known?.consenters.flatMap((consenter) => ownersOf(consenter, known)) ?? [];
  return [...new Set(owners)].filter((mspId) => !own.includes(mspId));
}

/** The way by those peers that are in the channel and answer in time. Where there is none, by all: an error of theirs says why. */
async function answeringPeerWay(session: Session, inputs: Inputs): Promise<PeerWay> {
  const { config, peers, administrators } = inputs;
  const names = await peersInChannel(session, config.channelId, peers, administrators, oneOfSeveralMs);
  const answering = peers.filter(({ name }) => names.includes(name));
  return peerWay(session, answering.length === 0 ? inputs : { ...inputs, peers: answering });
}

function peerWay(session: Session, { config: { channelId }, peers, administrators }: Inputs): PeerWay {
  return wayByPeers(session, channelId, peers, administrators);
}

/** What this stack wishes for the channel, from its base on. */
function wishOf(session: Session, inputs: Inputs, { base, state }: Pick<Before, "base" | "state">): ConfigWish {
  const former = state?.proposal;
  return {
    session,
    goal: (current) => goalOf(inputs, base, current),
    administrators: inputs.administrators.map(identityOf),
    known: [
      ...(former?.signatures ?? []).map((signature) => ({ ...signature, digest: former?.digest ?? "" })),
      ...(inputs.signatures ?? []),
    ],
  };
}

/** Takes the steps for which there are signatures, and proposes the first for which there are not. */
async function changeConfig(
  session: Session,
  way: ChannelWay,
  inputs: Inputs,
  before: Before,
): Promise<{ live: LiveConfig; state: Omit<State, "channelId" | "genesisBlock"> }> {
  const { context } = session;
  let { base } = before;
  const outcome = await applyConfigUpdates({
    ...wishOf(session, inputs, before),
    goal: (current) => goalOf(inputs, base, current),
    way,
    onApplied: (from, to, now) => {
      if (base === undefined) return;
      base = mergeChannelConfig({ base: from, live: base, wished: to }, "config").config;
      before.onApplied?.(base, now);
    },
  });
  const { live, left } = outcome;
  if (before.state !== undefined) warnOfOldConfig(before.state, live, context);
  if (left !== undefined) {
    const state = { ...seen(undefined, live, inputs, context), left };
    tellLeft(inputs, { ...state, channelId: live.channelId }, context);
    return { live, state };
  }
  const inForce = outcome.proposal && inForceAt(inputs, base, live);
  return { live, state: stateAfter(outcome, inputs, before, inForce, context) };
}

/**
 * State of a channel in which nothing is left to do without others. Tells what waits for them.
 *
 * @param inForce part of the wish that is in force, where something waits
 */
function stateAfter(
  { live, proposal }: UpdateOutcome,
  inputs: Inputs,
  before: Pick<Before, "state">,
  inForce: ChannelConfig | undefined,
  context: NodeContext,
): Omit<State, "channelId" | "genesisBlock"> {
  const former = before.state?.proposal;
  if (former !== undefined && former.digest !== proposal?.digest) tellOfFormer(former, live, context);
  if (proposal === undefined) return seen(inputs.config, live, inputs, context);
  context.log.warn(proposalInWords(live.channelId, proposal));
  return { ...seen(inForce, live, inputs, context), proposal, inForce };
}

/** What became of a proposal that is not open any more. */
function tellOfFormer({ digest, envelope }: OpenProposal, live: LiveConfig, { log }: NodeContext): void {
  const standing = updateStanding(live.config, readProposalEnvelope(Buffer.from(envelope, "base64")).decoded);
  const name = `channel ${live.channelId}: proposal ${digest}`;
  switch (standing.kind) {
    case "inForce":
      return log.info(`${name} is in force, by config ${live.sequence} at the latest`);
    case "stale":
      return log.warn(`${name} is stale: ${standing.because.join("; ")}. Signatures of it are worth nothing any more`);
    case "applicable":
      return log.warn(
        `${name} is withdrawn. Who has it and enough signatures can still submit it while it fits the channel`,
      );
  }
}

/** @throws InputError with the changes made both here and elsewhere, and for a farewell while orderers of this stack vote */
function goalOf(inputs: Inputs, base: ChannelConfig | undefined, live: ChannelConfig): ChannelConfig {
  const { config, conflicts } = mergeChannelConfig(sidesOf(inputs, base, live), "config");
  throwProblems(`channel ${inputs.config.channelId} was changed elsewhere, too`, conflicts);
  if (inputs.orderers.length === 0) {
    const mspIds = ownMspIds(inputs.administrators, live, inputs.config);
    throwProblems(`channel ${inputs.config.channelId} cannot be left yet`, validateFarewell(live, config, mspIds));
  }
  return config;
}

/** The three sides of a change, in which the parts of others are as they have them. */
function sidesOf(inputs: Inputs, base: ChannelConfig | undefined, live: ChannelConfig): ChannelSides {
  const mspIds = ownMspIds(inputs.administrators, live, inputs.config);
  const ours = (side: ChannelConfig): ChannelConfig => withPartsOfOthers(side, live, mspIds);
  return { base: base && ours(base), live, wished: ours(inputs.config) };
}

/**
 * Parts of the channel that the previous inputs held. An orderer without the channel at the last read, or joining now,
 * counts as no consenter of those inputs, and becomes one anew.
 */
function heldConfig(
  config: ChannelConfig,
  former: readonly OrdererAddress[],
  orderers: readonly OrdererAddress[],
  joining: readonly OrdererAddress[],
): ChannelConfig {
  const isNew = (orderer: OrdererAddress): boolean =>
    joining.includes(orderer) || !former.some(({ name }) => name === orderer.name);
  return withoutOrderers(config, orderers.filter(isNew));
}

interface Retirement extends UpdateOutcome {
  /** Those that cannot join before others agreed to their removal. */
  waiting: OrdererAddress[];
}

/**
 * Removes consenters that lost their volume, and with it the channel. Each later becomes a new one like any orderer that joins. Where
 * others have to sign, too, the removal becomes a proposal, and everything else waits for it.
 *
 * @param missing orderers without the channel
 */
async function retireLost(
  missing: readonly OrdererAddress[],
  inputs: Inputs,
  before: Before,
  orderers: ChannelOrderers,
  session: Session,
): Promise<Retirement> {
  const live = await orderers.liveConfig();
  // After an interrupted creation, an orderer that has not joined yet has lost nothing.
  const lost = before.state === undefined ? [] : lostConsenters(missing, describe(live));
  if (lost.length === 0) return { live, proposal: undefined, waiting: [] };
  session.context.log.info(
    `${lost.map(({ name }) => name).join(", ")} lost what it had of channel ${live.channelId}: it becomes a new consenter`,
  );
  const outcome = await applyConfigUpdates({
    ...wishOf(session, inputs, before),
    goal: (current) => withoutConsenters(current, lost),
    way: wayOf(session, orderers, inputs),
  });
  if (outcome.proposal === undefined) return { ...outcome, waiting: [] };
  const what = "its removal from the consenters is proposed, and an update after that joins it anew";
  tellLost(lost, live, what, session.context);
  return { ...outcome, waiting: lost };
}

/** Starts a channel that no orderer has. */
async function startChannel(orderers: ChannelOrderers, inputs: Inputs, context: NodeContext): Promise<State> {
  const { channelId } = inputs.config;
  const genesisBlock = buildGenesisBlock(inputs.config);
  context.log.status(`joining ${inputs.orderers.length} orderers to channel ${channelId}`);
  await orderers.join(inputs.orderers, genesisBlock);
  await orderers.waitUntilServing(inputs.orderers, inputs.config);
  const members = peerMembers(inputs.config);
  return { channelId, genesisBlock: toBase64(genesisBlock), configSequence: 0, changedElsewhere: [], members };
}

/**
 * @param knowing names of peers in the channel
 * @throws ProviderError with a remedy when the state, a partner or a peer remembers the channel
 */
function refuseSecondBeginning(inputs: Inputs, { state, base }: Before, knowing: readonly string[]): void {
  const evidence = evidenceOf(inputs, state, knowing);
  if (evidence === undefined) return;
  // Without a state the wish is all that is known.
  const others = othersIn(state === undefined ? inputs.config : base, inputs);
  throw noOrdererCarries(inputs.config.channelId, inputs.orderers, evidence, others);
}

/** What says that the channel exists; undefined without a sign of it. */
function evidenceOf(
  { carriedBy = [], orderers }: Inputs,
  state: State | undefined,
  knowing: readonly string[],
): string | undefined {
  if (state !== undefined) return `it exists, at config ${state.configSequence} when last seen`;
  if (carriedBy.length > 0) {
    const mspIds = [...new Set(orderers.map(({ mspId }) => mspId))].join(", ");
    return (
      `${carriedBy.join(", ")} ${carriedBy.length === 1 ? "has" : "have"} it by the public part, begun by orderers of ${mspIds} ` +
      "(where that is another company's channel, this one needs another name)"
    );
  }
  return knowing.length > 0 ? `${knowing.join(", ")} ${knowing.length === 1 ? "is" : "are"} in it` : undefined;
}

/**
 * First block of the orderers' chain, in our bytes if the content is ours.
 *
 * @throws ProviderError when the state remembers another one
 */
async function genesisOf(orderers: ChannelOrderers, inputs: Inputs, before: Before): Promise<string> {
  const [source] = await orderers.consenters();
  const remembered = before.state && Buffer.from(before.state.genesisBlock, "base64");
  const own = remembered ?? buildGenesisBlock(inputs.config);
  const stored = source === undefined ? own : await orderers.reader.block(source, "oldest");
  if (isSameBlock(stored, own)) return toBase64(own);
  if (remembered === undefined || isRestart(inputs, before.inputs)) return toBase64(stored);
  throw new ProviderError(
    `channel ${inputs.config.channelId}: ${source?.name} carries another chain of that name, with another first block ` +
      "than the state remembers. Restore the orderers' volumes, or give the channel `restart: true` to take over the new " +
      "chain; its peers then need empty volumes",
  );
}

function wayOf(
  session: Session,
  orderers: ChannelOrderers,
  { administrators, operationsPort = 0 }: Inputs,
): ChannelWay {
  return wayByOrderers(session, orderers, { administrators, operationsPort });
}

function open(session: Session, { config, administrators }: Inputs, all: readonly OrdererAddress[]): ChannelOrderers {
  return new ChannelOrderers(session, config.channelId, administrators, all);
}

function describe({ channelId, config }: LiveConfig): ChannelConfig {
  return describeChannelConfig(channelId, config);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

async function presentOrderers(orderers: readonly OrdererAddress[], context: NodeContext): Promise<OrdererAddress[]> {
  const presence = await Promise.all(orderers.map((orderer) => context.dialer.presence(orderer, context.signal)));
  return orderers.filter((_, index) => presence[index] === "present");
}
