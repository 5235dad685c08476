/** Updates a live channel config to the config of the inputs, one signed update at a time. */
import { isDeepStrictEqual } from "node:util";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { describeChannelConfig, normalizeChannelConfig } from "../../../ledger/fabric/config-decode";
import { planConfigUpdates, type ConfigUpdateStep } from "../../../ledger/fabric/config-update";
import { proposalDigest, proposalEnvelope } from "../../../ledger/fabric/consortium/proposal";
import { canBeSatisfied } from "../../../ledger/fabric/consortium/signatures";
import { stepInWords } from "../../../ledger/fabric/consortium/steps-in-words";
import { describeConfigUpdate } from "../../../ledger/fabric/consortium/update-description";
import type { Identity } from "../clients/identity";
import type { Session } from "../clients/session";
import { ProviderError } from "../../framework/errors";
import type { LiveConfig } from "./channel-reader";
import type { ChannelWay } from "./channel-way";
import {
  gatherSignatures,
  membersOf,
  outcomeOf,
  submitUpdate,
  type KeptSignature,
  type Signatures,
} from "./signed-update";

/** Rounds for updates by others and for lost answers; when more are needed, somebody else undoes our updates. */
const spareRounds = 10;

/** A wish for a channel, and the signatures that it may count on. */
export interface ConfigWish {
  session: Session;
  /** Config to reach from the live one. Called again after every update, since others update too. */
  goal: (live: ChannelConfig) => ChannelConfig;
  /** Administrators of the organisations in this stack. */
  administrators: Identity[];
  /** Signatures over proposals, made here before or by partners. Default: none. */
  known?: readonly (KeptSignature & { digest: string })[];
}

export interface ConfigTarget extends ConfigWish {
  way: ChannelWay;
  /** Receives every update of ours in force, and the config as it is then. */
  onApplied?: (before: ChannelConfig, after: ChannelConfig, live: LiveConfig) => void;
}

/** An update that other organisations must sign, too. */
export interface OpenProposal {
  digest: string;
  /** Base64 of `common.Envelope` without signatures. */
  envelope: string;
  /** Sequence of the config that it builds on. */
  sequence: number;
  /** Each change and each consequence in words. */
  description: string[];
  missing: string[];
  signatures: KeptSignature[];
}

export interface UpdateOutcome {
  live: LiveConfig;
  /** The first step that lacks signatures. Steps after it wait. Undefined when the live config equals the goal. */
  proposal: OpenProposal | undefined;
  /** Sequence of the config by which this stack has no part in the channel any more; `live` is the one before it. Default: it has. */
  left?: number;
}

/**
 * Takes every step towards the goal for which there are signatures.
 *
 * @throws NodeError, ProviderError when no set of administrators can sign a step, and errors of `goal`
 */
export async function applyConfigUpdates(target: ConfigTarget): Promise<UpdateOutcome> {
  const { session, way } = target;
  let live = await way.liveConfig();
  let steps = planSteps(target, live);
  const rounds = steps.length + spareRounds;
  for (let round = 0; steps[0] !== undefined; round += 1) {
    const [step] = steps;
    if (round === rounds) throw new ProviderError(tooManyRounds(live.channelId, rounds, step));
    if (step.isAfterRestart) await way.untilAllRunBft(live);
    const signatures = signaturesFor(target, live, step);
    if (signatures.missing.length > 0) return { live, proposal: proposalOf(live, step, signatures) };
    await way.waitUntilHealthy(live);
    session.context.log.info(`config update ${live.sequence + 1} of channel ${live.channelId}: ${step.description}`);
    const newer = await applyStep(target, live, step, signatures);
    if (newer === undefined) return { live, proposal: undefined, left: live.sequence + 1 };
    live = newer;
    steps = planSteps(target, live);
  }
  return { live, proposal: undefined };
}

/**
 * What the steps that are left would do, and whose signatures each needs beyond those that are there. Changes nothing.
 *
 * @throws errors of `goal`, InputError when no update can reach it
 */
export function tellSteps(wish: ConfigWish, live: LiveConfig): void {
  const { log } = wish.session.context;
  const steps = planSteps(wish, live);
  const leaving = leavingOnes(wish, describeChannelConfig(live.channelId, live.config));
  if (leaving.length > 0) {
    log.warn(
      `channel ${live.channelId}: with the last step ${leaving.join(", ")} has left it. Peers keep what they have of it by then, ` +
        "and get no more; they endorse and decide nothing there",
    );
  }
  steps.forEach((step, index) => {
    const { kept } = signaturesFor({ ...wish, administrators: [] }, live, step);
    const own = membersOf(describeChannelConfig(live.channelId, live.config), wish.administrators);
    const { text, waits } = stepInWords(step, {
      own: own.map(({ creator }) => creator.mspId),
      partners: kept.map(({ mspId }) => mspId),
    });
    const line = `channel ${live.channelId}, step ${index + 1} of ${steps.length}: ${text}`;
    if (waits) log.warn(line);
    else log.info(line);
  });
}

/** MSP ids of this stack that are members now, and not in the end. */
function leavingOnes({ goal, administrators }: ConfigWish, now: ChannelConfig): string[] {
  const remaining = membersOf(goal(now), administrators);
  return membersOf(now, administrators)
    .filter((administrator) => !remaining.includes(administrator))
    .map(({ creator }) => creator.mspId);
}

function planSteps({ goal }: ConfigWish, live: LiveConfig): ConfigUpdateStep[] {
  const desired = goal(describeChannelConfig(live.channelId, live.config));
  return planConfigUpdates(live.channelId, live.config, desired);
}

function signaturesFor(
  { session, administrators, known = [] }: ConfigWish,
  live: LiveConfig,
  { update, requiredSigners }: ConfigUpdateStep,
): Signatures {
  const digest = proposalDigest(update);
  return gatherSignatures(
    {
      live,
      update,
      required: requiredSigners,
      administrators,
      known: known.filter((signature) => signature.digest === digest),
    },
    session.context,
  );
}

/** @throws ProviderError when nobody elsewhere could sign it either */
function proposalOf(live: LiveConfig, step: ConfigUpdateStep, { kept, missing }: Signatures): OpenProposal {
  const { channelId, sequence, config } = live;
  const { ordererOrganizations, peerOrganizations } = describeChannelConfig(channelId, config);
  const everybody = [...ordererOrganizations, ...peerOrganizations].map(({ msp }) => msp.mspId);
  if (!canBeSatisfied(step.requiredSigners, everybody)) {
    throw new ProviderError(
      `channel ${channelId}: config update "${step.description}" can be signed by nobody: ${missing.join("; ")}`,
    );
  }
  const { changes, consequences } = describeConfigUpdate(
    channelId,
    config,
    ConfigUpdate.deserializeBinary(step.update),
  );
  return {
    digest: proposalDigest(step.update),
    envelope: Buffer.from(proposalEnvelope(channelId, step.update)).toString("base64"),
    sequence,
    description: [...changes, ...consequences],
    missing,
    signatures: kept,
  };
}

/** Sends an update and waits until it, or another one, is in force on every consenter. Returns what `submitUpdate` does. */
async function applyStep(
  target: ConfigTarget,
  live: LiveConfig,
  step: ConfigUpdateStep,
  { kept }: Signatures,
): Promise<LiveConfig | undefined> {
  const { channelId, config } = live;
  const before = describeChannelConfig(channelId, config);
  const submitter = submitterOf(before, target.administrators);
  if (submitter === undefined) {
    throw new ProviderError(`channel ${channelId}: none of \`administrators\` is a member, so none may send an update`);
  }
  const doing = `config update "${step.description}" of channel ${channelId}`;
  const signed = { doing, update: step.update, signatures: kept, submitter };
  const newer = await submitUpdate(target.way, live, signed, target.session.context);
  if (newer === undefined) return undefined;
  // What another company brought into force in the same moment is not this stack's, and the next round looks at it anew.
  const after = describeChannelConfig(channelId, newer.config);
  if (isSameConfig(after, outcomeOf(live, step.update))) target.onApplied?.(before, after, newer);
  return newer;
}

function isSameConfig(one: ChannelConfig, other: ChannelConfig): boolean {
  return isDeepStrictEqual(normalizeChannelConfig(one), normalizeChannelConfig(other));
}

/** An administrator of the ordering service if there is one: in maintenance mode no other may send. */
function submitterOf(channel: ChannelConfig, administrators: Identity[]): Identity | undefined {
  const members = membersOf(channel, administrators);
  const ordering = channel.ordererOrganizations.map(({ msp }) => msp.mspId);
  return members.find(({ creator }) => ordering.includes(creator.mspId)) ?? members[0];
}

/** What a proposal waits for, in one sentence. */
export function proposalInWords(channelId: string, { digest, description, missing, signatures }: OpenProposal): string {
  const signed = signatures.length === 0 ? "nobody" : signatures.map(({ mspId }) => mspId).join(", ");
  return (
    `channel ${channelId}: proposal ${digest} waits for signatures: ${missing.join("; ")}; signed by ${signed}. ` +
    `What it changes: ${description.join("; ")}`
  );
}

function tooManyRounds(channelId: string, rounds: number, next: ConfigUpdateStep): string {
  return (
    `channel ${channelId}: its config is still not as wished after ${rounds} updates; the next would be: ` +
    `${next.description}. Does somebody else keep changing it?`
  );
}
