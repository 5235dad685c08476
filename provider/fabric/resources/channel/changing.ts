/** Changes of a channel's config towards the wish of this stack, and the proposal that is left of it. */
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { mergeChannelConfig } from "../../../../ledger/fabric/config-update";
import { readProposalEnvelope } from "../../../../ledger/fabric/consortium/proposal";
import { updateStanding } from "../../../../ledger/fabric/consortium/update-standing";
import { identityOf } from "../../clients/identity";
import type { Session } from "../../clients/session";
import {
  applyConfigUpdates,
  proposalInWords,
  type ConfigWish,
  type OpenProposal,
  type UpdateOutcome,
} from "../../work/config-updates";
import type { ChannelWay } from "../../work/channel-way";
import type { LiveConfig } from "../../work/channel-reader";
import type { NodeContext } from "../../../kubernetes/node-access";
import { tellLeft } from "./left";
import { goalOf, inForceAt } from "./sides";
import type { Before, Inputs, State } from "./types";
import { seen, warnOfOldConfig } from "./view";

/** Takes the steps for which there are signatures, and proposes the first for which there are not. */
export async function changeConfig(
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

/** What this stack wishes for the channel, from its base on. */
export function wishOf(session: Session, inputs: Inputs, { base, state }: Pick<Before, "base" | "state">): ConfigWish {
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

/**
 * State of a channel in which nothing is left to do without others. Tells what waits for them.
 *
 * @param inForce part of the wish that is in force, where something waits
 */
export function stateAfter(
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
