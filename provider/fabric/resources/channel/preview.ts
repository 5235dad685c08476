/** The steps of a change, told before they are taken. */
import type { Session } from "../../clients/session";
import { tellSteps } from "../../work/config-updates";
import type { ChannelWay } from "../../work/channel-way";
import { arrivalOf, tellLost, withoutConsenters, withoutOrderers } from "../../work/joining-orderers";
import { lostConsenters } from "../../work/orderers";
import { isRestart } from "../../work/new-chain";
import { answeringPeerWay, elsewhereOf, look, open, presentOrderers } from "./access";
import { wishOf } from "./changing";
import { configOf, describe } from "./described";
import { joiningHere, returning } from "./own-orderers";
import { baseAt, heldConfig, joinedConfig } from "./sides";
import type { Before, Inputs, Joining } from "./types";

/** Tells the steps that are left; none of a channel that no orderer has yet. */
export async function inspectSteps(
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
