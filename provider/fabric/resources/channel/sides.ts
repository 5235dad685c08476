/** The three sides of a change: what this stack last brought into force, what it wishes, and the live channel. */
import type { ChannelConfig, HostPort } from "../../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../../ledger/fabric/config-decode";
import {
  describeChangesElsewhere,
  mergeChannelConfig,
  wishInForce,
  type ChannelSides,
} from "../../../../ledger/fabric/config-update";
import {
  ownMspIds,
  validateFarewell,
  withLostMembersOfOthers,
  withPartsOfOthers,
} from "../../../../ledger/fabric/consortium/ownership";
import { throwProblems } from "../../../../lib/problem";
import type { LiveConfig } from "../../work/channel-reader";
import { joiningOf, withoutConsenters, withoutOrderers } from "../../work/joining-orderers";
import { isNamed } from "../../work/orderers";
import type { OrdererAddress } from "../../sdk";
import { describe } from "./described";
import type { Before, Inputs, Joining, State } from "./types";

/** @throws InputError with the changes made both here and elsewhere, and for a farewell while orderers of this stack vote */
export function goalOf(inputs: Inputs, base: ChannelConfig | undefined, live: ChannelConfig): ChannelConfig {
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
 * Config that this stack last brought into force: the former inputs, or less while a proposal is open. Undefined for a
 * channel that others began.
 */
export function baseOf({ config }: Inputs, { proposal, inForce }: State): ChannelConfig | undefined {
  return proposal === undefined ? config : inForce;
}

/**
 * The base with what others brought into force meanwhile of the wish whose proposal is open. Whoever submitted it, it is this
 * stack's: taking it out of the wish takes it out of the channel.
 */
export function baseAt(
  { inputs, state, base }: Pick<Before, "inputs" | "state" | "base">,
  live: LiveConfig,
): ChannelConfig | undefined {
  return inputs === undefined || state?.proposal === undefined ? base : inForceAt(inputs, base, live);
}

/** The part of these inputs' wish that is in force. */
export function inForceAt(
  inputs: Inputs,
  base: ChannelConfig | undefined,
  live: LiveConfig,
): ChannelConfig | undefined {
  const found = wishInForce(sidesOf(inputs, base, describe(live)), inputs.config);
  // The state changes where the meaning does.
  const isSame = base !== undefined && found !== undefined && describeChangesElsewhere(base, found).length === 0;
  return isSame ? base : found;
}

/**
 * Parts of the channel that the previous inputs held. An orderer without the channel at the last read, or joining now,
 * counts as no consenter of those inputs, and becomes one anew.
 */
export function heldConfig(
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
 * The base in which orderers that join only now are no consenters yet, and those that lost the channel are as the channel
 * counts them: taking them out is this stack's wish, also where its state forgot them.
 */
export function joinedConfig(
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

/** The live channel, which for a member that did not found it has everybody else whom the member knows. */
export function liveFor(inputs: Inputs, base: ChannelConfig, live: LiveConfig): ChannelConfig {
  const config = describeChannelConfig(live.channelId, live.config);
  if (inputs.founderView === undefined) return config;
  const own = [...inputs.orderers, ...joiningOf(inputs)];
  const isOwn = (consenter: HostPort): boolean => own.some((orderer) => isNamed(consenter, orderer));
  const mspIds = ownMspIds(inputs.administrators, base, inputs.config);
  return withLostMembersOfOthers(config, base, mspIds, isOwn);
}
