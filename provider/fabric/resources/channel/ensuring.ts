/** The work of a creation and of an update, which is the same, so that either can continue an interrupted run. */
import { Session } from "../../clients/session";
import { applyConfigUpdates, type UpdateOutcome } from "../../work/config-updates";
import { describeFork } from "../../work/chain-guard";
import {
  joinByConfig,
  joinedNow,
  leaveUnlessVoting,
  tellLost,
  withoutAbsent,
  withoutConsenters,
} from "../../work/joining-orderers";
import { lostConsenters, type ChannelOrderers } from "../../work/orderers";
import { isRestart } from "../../work/new-chain";
import type { PeerWay } from "../../work/peer-way";
import { replayedConfig } from "../../work/replayed-config";
import { ProviderError } from "../../../framework/errors";
import type { NodeContext } from "../../../kubernetes/node-access";
import type { OrdererAddress } from "../../sdk";
import { elsewhereOf, open, peerWay, presentOrderers, wayOf } from "./access";
import { beginChannel, genesisOf } from "./beginning";
import { changeConfig, stateAfter, wishOf } from "./changing";
import { configOf, describe, toBase64 } from "./described";
import { joiningHere, noneAsUndefined, returning } from "./own-orderers";
import { refuseSecondBeginning } from "./second-beginning";
import { baseAt, heldConfig, joinedConfig } from "./sides";
import type { Before, Inputs, Joining, State } from "./types";

/** Makes the channel what the inputs wish, as far as the signatures at hand go. */
export async function ensureChannel(inputs: Inputs, before: Before, context: NodeContext): Promise<State> {
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
