/** What a look at the live channel makes of inputs and state. */
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../../ledger/fabric/config-decode";
import { describeChangesElsewhere, withoutRemovedMembers } from "../../../../ledger/fabric/config-update";
import { ownMspIds, withEndpointsOfOthers } from "../../../../ledger/fabric/consortium/ownership";
import { isInMaintenance } from "../../../../ledger/fabric/consensus-migration";
import { peerMembers } from "../../work/channel-members";
import type { LiveConfig } from "../../work/channel-reader";
import type { NodeContext } from "../../../kubernetes/node-access";
import { baseAt, baseOf, liveFor } from "./sides";
import type { Inputs, State } from "./types";

/** State of a live config. Logs the changes that others made to it. */
export function seen(
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

/** Inputs and state without the members that the live config no longer has. Wishes that a proposal is about stay. */
export function heldBy(
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

/**
 * Warns of orderers that were all restored from an older copy: they agree with one another, but not with peers that
 * have more blocks.
 */
export function warnOfOldConfig({ configSequence }: State, live: LiveConfig, { log }: NodeContext): void {
  if (live.sequence >= configSequence) return;
  log.warn(
    `channel ${live.channelId} is at config ${live.sequence}, and was at ${configSequence}: its orderers were put back to ` +
      "an older copy. A peer that has more blocks refuses theirs; give it an empty volume",
  );
}

/** Whether the channel is in maintenance mode; undefined when it is not. */
export function modeOf({ config }: LiveConfig): true | undefined {
  return isInMaintenance(config) ? true : undefined;
}
