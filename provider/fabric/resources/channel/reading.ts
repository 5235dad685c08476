/** A refresh of the channel resource. */
import type { Session } from "../../clients/session";
import { describeFork, noOrdererCarries } from "../../work/chain-guard";
import { CancelledError, ProviderError } from "../../../framework/errors";
import { answeringPeerWay, elsewhereOf, look, open, presentOrderers } from "./access";
import { hasOthers, othersIn } from "./own-orderers";
import { baseOf } from "./sides";
import type { Inputs, State } from "./types";
import { heldBy } from "./view";

/**
 * Parts of the inputs that the channel still has. Removed members are missing from the result, so that the next update
 * adds them again. Changes of others are logged, and never part of the inputs.
 */
export async function readLive(
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
