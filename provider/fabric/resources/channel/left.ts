/** Whether this stack left a channel. */
import { isKnown, type LooseProperties } from "../../../framework/property-value";
import type { NodeContext } from "../../../kubernetes/node-access";
import type { SigningIdentity } from "../../sdk";
import type { Inputs, State } from "./types";

/**
 * Config by which the organisations of this stack were members no more, as the founder tells or this stack itself brought
 * about; undefined while they are. An older word of the founder than what this stack saw itself counts for nothing.
 */
export function leftBy(
  { founderView, administrators }: LooseProperties<Inputs>,
  { configSequence, left }: Pick<State, "configSequence" | "left">,
): number | undefined {
  if (!isKnown<Inputs["founderView"]>(founderView) || !isKnown<SigningIdentity[]>(administrators)) return left;
  if (founderView === undefined || founderView.sequence <= configSequence) return left;
  if (administrators.some(({ mspId }) => founderView.members.includes(mspId))) return undefined;
  return left ?? founderView.sequence;
}

/** Says that this stack has no part in the channel any more, and since when. */
export function tellLeft(
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
