import type { ChannelConfig, HostPort } from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock, describeChannelConfig } from "../../../ledger/fabric/config-decode";
import {
  describeChangesElsewhere,
  mergeChannelConfig,
  withoutRemovedMembers,
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
} from "../work/config-updates";
import { configChanges, ordererChanges } from "../work/channel-changes";
import { consentersOfOthers, validateChannelInputs } from "../work/channel-checks";
import { wayByOrderers, wayByPeers, type ChannelWay, type PeerWay } from "../work/channel-way";
import { describeFork, noOrdererCarries, peersInChannel } from "../work/chain-guard";
import { isSameBlock, type LiveConfig } from "../work/channel-reader";
import {
  joinByConfig,
  joinedNow,
  joiningOf,
  leaveUnlessVoting,
  withoutAbsent,
  withoutOrderers,
  type Arrival,
} from "../work/joining-orderers";
import { ChannelOrderers, isConsenter, isNamed, lostConsenters } from "../work/orderers";
import { askPatiently } from "../../kubernetes/ask-patiently";
import { CancelledError, PartialUpdate, ProviderError } from "../../framework/errors";
import { changesOf } from "../../framework/property-changes";
import { isKnown, unknownValue, type Loose, type LooseProperties } from "../../framework/property-value";
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
    ...(oldState.left !== undefined || joiningOf(oldInputs).every(({ name }) => oldState.joined?.includes(name))
      ? []
      : [{ path: "joined", kind: "update", isOutput: true } as const]),
    ...(isRestart(newInputs, oldInputs) ? changesOf(oldInputs, newInputs, ["restart"]) : []),
    // Others may have signed, submitted or overtaken it meanwhile.
    ...(oldState.proposal === undefined ? [] : [{ path: "proposal", kind: "update", isOutput: true } as const]),
    ...(leftBy(newInputs, oldState) === oldState.left
      ? []
      : [{ path: "left", kind: "update", isOutput: true } as const]),
    ...(oldState.maintenance === true ? [{ path: "maintenance", kind: "update", isOutput: true } as const] : []),
  ],

  preview: (inputs, previous) => ({
    channelId: isKnown(inputs.config) ? inputs.config.channelId : unknownValue,
    genesisBlock:
      previous === undefined || isRestart(inputs, previous.inputs) ? unknownValue : previous.state.genesisBlock,
    configSequence: unknownValue,
    changedElsewhere: unknownValue,
    proposal: unknownValue,
    inForce: unknownValue,
    maintenance: unknownValue,
    members: unknownValue,
    left: unknownValue,
    joined: unknownValue,
  }),

  /** Tells each step that is left, and whose signatures it needs. */
  async inspect(inputs, context, previous) {
    if (previous !== undefined && tellLeft(inputs, previous.state, context) !== undefined) return;
    const before = previous && { ...previous, base: baseOf(previous.inputs, previous.state) };
    const what = `channel ${inputs.config.channelId}, without which no preview can tell the steps of its change,`;
    try {
      await askPatiently(context, what, (patient) =>
        Session.run(patient, (session) => inspectSteps(session, inputs, before)),
      );
    } catch (error) {
      if (!(error instanceof ProviderError) || error instanceof CancelledError) throw error;
      context.log.warn(`${what} cannot be read: ${error.message}`);
    }
  },

  async create(inputs, context) {
    const state = await ensureChannel(inputs, { former: [] }, context);
    return { id: inputs.config.channelId, state };
  },

  async update({ inputs, state, newInputs }, context) {
    const names = new Set(newInputs.orderers.map(({ name }) => name));
    const former = inputs.orderers.filter(({ name }) => !names.has(name));
    const before = { former, inputs, state, base: baseOf(inputs, state) };
    const left = tellLeft(newInputs, state, context);
    // Nothing is left to propose to the others, or to continue.
    if (left !== undefined) return { ...state, proposal: undefined, inForce: undefined, maintenance: undefined, left };
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

/** Tells the steps that are left; none of a channel that no orderer has yet. */
async function inspectSteps(
  session: Session,
  inputs: Inputs,
  before: Pick<Before, "inputs" | "state" | "base"> | undefined,
): Promise<void> {
  if (inputs.orderers.length === 0) {
    // Peers join in the run that makes the resource: before it they have no channel to look at.
    if (before?.state === undefined) return;
    const base = joinedConfig(before.base ?? configOf(before.state.genesisBlock), before, joiningOf(inputs), {
      arrived: [],
      lost: [],
    });
    return tellSteps(wishOf(session, inputs, { ...before, base }), await peerWay(session, inputs).liveConfig());
  }
  const orderers = open(session, inputs, await presentOrderers(inputs.orderers, session.context));
  const { carrying } = await orderers.split();
  if (carrying.length === 0) return;
  const joining = inputs.orderers.filter(({ name }) => !carrying.some((orderer) => orderer.name === name));
  const base =
    before?.inputs && before.base && heldConfig(before.base, before.inputs.orderers, inputs.orderers, joining);
  tellSteps(wishOf(session, inputs, { ...before, base }), await orderers.liveConfig());
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
  if (carrying.length === 0) {
    // A channel that may be deleted may also be created again. The state is the last memory of any other channel.
    if (inputs.allowDelete) return "gone";
    session.context.log.warn(noOrdererCarries(channelId, inputs.orderers, "it exists").message);
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

async function readByPeers(session: Session, inputs: Inputs, state: State): Promise<{ inputs: Inputs; state: State }> {
  try {
    const held = heldBy(await peerWay(session, inputs).liveConfig(), inputs, state, session.context);
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
  const base = baseOf(inputs, state);
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

function peerMembers({ peerOrganizations }: ChannelConfig): string[] {
  return peerOrganizations.map(({ msp }) => msp.mspId);
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
    if (inputs.orderers.length === 0 && before.former.length === 0) return changeByPeers(session, inputs, before);
    const former = await presentOrderers(before.former, context);
    const orderers = open(session, inputs, [...inputs.orderers, ...former]);
    const { carrying, missing } = await orderers.split();
    if (carrying.length === 0) {
      if (!isRestart(inputs, before.inputs)) await refuseSecondBeginning(session, inputs, before);
      return beginChannel(session, orderers, inputs, before);
    }
    const fork = await describeFork(channelId, orderers, orderers.reader);
    if (fork !== undefined) throw new ProviderError(fork);
    const genesisBlock = await genesisOf(orderers, inputs, before);

    const joining = missing.filter((orderer) => !former.includes(orderer));
    // After an interrupted creation, an orderer that has not joined yet has lost nothing.
    const isNew = before.state === undefined;
    const started = isNew ? await orderers.liveConfig() : await retireLost(joining, inputs, orderers, session);
    await orderers.join(joining, started.block);
    await orderers.waitForBlock(joining, started.blockNumber);
    const base =
      before.inputs && before.base && heldConfig(before.base, before.inputs.orderers, inputs.orderers, joining);
    const outcome = await changeConfig(session, wayOf(session, orderers, inputs), inputs, { ...before, base });
    const config = describeChannelConfig(channelId, outcome.live.config);
    await orderers.waitUntilServing(inputs.orderers, config);
    await orderers.leave(former.filter((orderer) => carrying.includes(orderer) && !isConsenter(orderer, config)));
    return { channelId, genesisBlock, ...outcome.state };
  });
}

/** A channel that others founded. This stack's wishes begin with the channel as it was founded. */
async function changeByPeers(session: Session, inputs: Inputs, before: Before): Promise<State> {
  const { channelId } = inputs.config;
  const way = peerWay(session, inputs);
  const genesisBlock = before.state?.genesisBlock ?? toBase64(await way.firstBlock());
  const base = before.base ?? configOf(genesisBlock);
  const joining = joiningOf(inputs);
  if (joining.length === 0 && joiningOf(before.inputs).length === 0) {
    const { state } = await changeConfig(session, way, inputs, { ...before, base });
    return { channelId, genesisBlock, ...state };
  }
  const orderers = open(session, inputs, joining);
  const arrival = await joinByConfig(orderers, await way.liveConfig(), before.state?.joined ?? [], session.context);
  const wished = { ...inputs, config: withoutAbsent(inputs.config, joining, arrival) };
  const held = joinedConfig(base, before, joining, arrival);
  const { live, state } = await changeConfig(session, way, wished, { ...before, base: held });
  await orderers.waitUntilServing(
    joining.filter(({ name }) => arrival.joined.includes(name)),
    describeChannelConfig(channelId, live.config),
  );
  const left = joiningOf(before.inputs).filter(({ name }) => joining.every((orderer) => orderer.name !== name));
  await leaveUnlessVoting(open(session, inputs, await presentOrderers(left, session.context)), live, session.context);
  return { channelId, genesisBlock, ...state, joined: joinedNow(arrival, live, session.context) };
}

/** The base in which orderers that join only now are no consenters yet. */
function joinedConfig(
  base: ChannelConfig,
  { inputs, state }: Pick<Before, "inputs" | "state">,
  joining: readonly OrdererAddress[],
  { arrived, lost }: Pick<Arrival, "arrived" | "lost">,
): ChannelConfig {
  const former = joiningOf(inputs).filter(({ name }) => state?.joined?.includes(name));
  return heldConfig(base, [...former, ...lost], joining, arrived);
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
  const former = before.state?.proposal;
  let { base } = before;
  const { live, proposal, left } = await applyConfigUpdates({
    ...wishOf(session, inputs, before),
    goal: (current) => goalOf(inputs, base, current),
    way,
    onApplied: (from, to, now) => {
      if (base === undefined) return;
      base = mergeChannelConfig({ base: from, live: base, wished: to }, "config").config;
      before.onApplied?.(base, now);
    },
  });
  if (before.state !== undefined) warnOfOldConfig(before.state, live, context);
  if (left !== undefined) {
    const state = { ...seen(undefined, live, inputs, context), left };
    tellLeft(inputs, { ...state, channelId: live.channelId }, context);
    return { live, state };
  }
  if (former !== undefined && former.digest !== proposal?.digest) tellOfFormer(former, live, context);
  if (proposal === undefined) return { live, state: seen(inputs.config, live, inputs, context) };
  context.log.warn(proposalInWords(live.channelId, proposal));
  return { live, state: { ...seen(base, live, inputs, context), proposal, inForce: base } };
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
  const mspIds = ownMspIds(inputs.administrators, live, inputs.config);
  const ours = (side: ChannelConfig): ChannelConfig => withPartsOfOthers(side, live, mspIds);
  const sides = { base: base && ours(base), live, wished: ours(inputs.config) };
  const { config, conflicts } = mergeChannelConfig(sides, "config");
  throwProblems(`channel ${inputs.config.channelId} was changed elsewhere, too`, conflicts);
  if (inputs.orderers.length === 0) {
    throwProblems(`channel ${inputs.config.channelId} cannot be left yet`, validateFarewell(live, config, mspIds));
  }
  return config;
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

/**
 * Removes consenters that lost their volume, and with it the channel. Each later becomes a new one like any orderer that joins.
 */
async function retireLost(
  joining: readonly OrdererAddress[],
  inputs: Inputs,
  orderers: ChannelOrderers,
  session: Session,
): Promise<LiveConfig> {
  const { channelId } = inputs.config;
  const live = await orderers.liveConfig();
  const lost = lostConsenters(joining, describeChannelConfig(channelId, live.config));
  if (lost.length === 0) return live;
  const isLost = (consenter: HostPort): boolean => lost.some((node) => isNamed(consenter, node));
  session.context.log.info(
    `${lost.map(({ name }) => name).join(", ")} lost what it had of channel ${channelId}: it becomes a new consenter`,
  );
  const outcome = await applyConfigUpdates({
    session,
    goal: (current) => ({
      ...current,
      consenters: current.consenters.filter((consenter) => !isLost(consenter)),
    }),
    administrators: inputs.administrators.map(identityOf),
    way: wayOf(session, orderers, inputs),
  });
  if (outcome.proposal === undefined) return outcome.live;
  const { missing } = outcome.proposal;
  throw new ProviderError(
    `channel ${channelId}: ${lost.map(({ name }) => name).join(", ")} lost what it had, and this stack cannot take it out ` +
      `of the consenters: ${missing.join("; ")}. Restore its volume, or have it removed by those`,
  );
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

/** @throws ProviderError with a remedy when the state or a peer remembers the channel */
async function refuseSecondBeginning(session: Session, inputs: Inputs, { state }: Before): Promise<void> {
  const { channelId } = inputs.config;
  if (state !== undefined) {
    throw noOrdererCarries(channelId, inputs.orderers, `it exists, at config ${state.configSequence} when last seen`);
  }
  const peers = await peersInChannel(session, channelId, inputs.peers, inputs.administrators);
  if (peers.length > 0) throw noOrdererCarries(channelId, inputs.orderers, `${peers.join(", ")} is in it`);
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

/** Whether `restart` became true. A value left in the program must not start a third chain later. */
function isRestart(inputs: { restart: Loose<boolean> }, before: Inputs | undefined): boolean {
  return inputs.restart === true && before?.restart !== true;
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

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

async function presentOrderers(orderers: OrdererAddress[], context: NodeContext): Promise<OrdererAddress[]> {
  const presence = await Promise.all(orderers.map((orderer) => context.dialer.presence(orderer, context.signal)));
  return orderers.filter((_, index) => presence[index] === "present");
}
