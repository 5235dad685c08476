import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { Session } from "../clients/session";
import { configChanges, forgottenApprovals, ordererChanges } from "../work/channel-changes";
import { validateChannelInputs } from "../work/channel-checks";
import type { LiveConfig } from "../work/channel-reader";
import { joiningOf } from "../work/joining-orderers";
import { isBegunAnew, isRestart } from "../work/new-chain";
import { askIfPossible, askPatiently } from "../../kubernetes/ask-patiently";
import { PartialUpdate } from "../../framework/errors";
import { changesOf } from "../../framework/property-changes";
import { isKnown, unknownValue } from "../../framework/property-value";
import type { Resource } from "../../framework/resource";
import { nodeTimeoutSeconds, type NodeAccess } from "../../kubernetes/node-access";
import { open } from "./channel/access";
import { ensureChannel } from "./channel/ensuring";
import { leaveByOwnWord } from "./channel/leaving";
import { leftBy, tellLeft } from "./channel/left";
import { awaited, formerOf } from "./channel/own-orderers";
import { inspectSteps } from "./channel/preview";
import { readLive } from "./channel/reading";
import { baseOf } from "./channel/sides";
import type { Inputs, State } from "./channel/types";
import { modeOf } from "./channel/view";

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
