/** Updates a live channel config to the config of the inputs, one signed update at a time. */
import type { Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import {
  configUpdateEnvelope,
  describeSignerRule,
  isSatisfiedBy,
  planConfigUpdates,
  type ConfigUpdateStep,
} from "../../../ledger/fabric/config-update";
import { newNonce, type Identity } from "../clients/identity";
import { NodeError, UnreachableError } from "../clients/node-error";
import { success, type BroadcastAnswer } from "../clients/orderer-client";
import { NotYet, waitUntil } from "../../framework/wait";
import type { Session } from "../clients/session";
import { ProviderError } from "../../framework/errors";
import type { LiveConfig } from "./channel-reader";
import { isConsenter, type ChannelOrderers } from "./orderers";

/** Rounds for updates by others and for lost answers; when more are needed, somebody else undoes our updates. */
const spareRounds = 10;

export interface ConfigTarget {
  session: Session;
  /** Config to reach from the live one. Called again after every update, since others update too. */
  goal: (live: ChannelConfig) => ChannelConfig;
  /** Administrators of the organisations in this stack. */
  administrators: Identity[];
  /** Orderers with the channel, including those that will leave. */
  orderers: ChannelOrderers;
  /** Receives every update of ours in force. */
  onApplied?: (before: ChannelConfig, after: ChannelConfig) => void;
}

/**
 * Returns the live config when it equals the goal.
 *
 * @throws NodeError, ProviderError with the missing signers, and errors of `goal`
 */
export async function applyConfigUpdates(target: ConfigTarget): Promise<LiveConfig> {
  const { session, orderers } = target;
  let live = await orderers.liveConfig();
  let steps = planSteps(target, live);
  const rounds = steps.length + spareRounds;
  for (let round = 0; steps[0] !== undefined; round += 1) {
    if (round === rounds) throw new ProviderError(tooManyRounds(live.channelId, rounds, steps[0]));
    await waitUntilHealthy(target, live);
    session.context.log.info(
      `config update ${live.sequence + 1} of channel ${live.channelId}: ${steps[0].description}`,
    );
    live = await applyStep(target, live, steps[0]);
    steps = planSteps(target, live);
  }
  return live;
}

function planSteps({ goal }: ConfigTarget, live: LiveConfig): ConfigUpdateStep[] {
  const desired = goal(describeChannelConfig(live.channelId, live.config));
  return planConfigUpdates(live.channelId, live.config, desired);
}

/**
 * Waits for all consenters. Changes of consenters are safe only while all others work: one without blocks could cost
 * the quorum.
 */
async function waitUntilHealthy({ orderers }: ConfigTarget, live: LiveConfig): Promise<void> {
  const config = describeChannelConfig(live.channelId, live.config);
  const { carrying } = await orderers.split();
  const joined = carrying.filter((orderer) => isConsenter(orderer, config));
  await orderers.waitUntilServing(joined, config);
}

/** Sends an update and waits until it, or another one, is in force on every consenter. Returns the new live config. */
async function applyStep(target: ConfigTarget, live: LiveConfig, step: ConfigUpdateStep): Promise<LiveConfig> {
  const { orderers } = target;
  const doing = `config update "${step.description}" of channel ${live.channelId}`;
  const signers = membersOf(live, target.administrators);
  checkSigners(step, signers, live.channelId);
  const newer = await waitUntil<LiveConfig>(
    async () => {
      const before = await newerConfig(orderers, live);
      if (before !== undefined) return before;
      const answer = await broadcast(target, doing, envelopeOf(target, live, step, signers)).catch(
        async (error: unknown) => {
          // An update that was accepted with a lost answer is refused the second time.
          if (error instanceof NodeError && (await newerConfig(orderers, live)) !== undefined) return undefined;
          throw error;
        },
      );
      if (answer instanceof NotYet) return answer;
      return waitUntil<LiveConfig>(
        async () => (await newerConfig(orderers, live)) ?? new NotYet("not yet in a block"),
        orderers.waitOptions(`${doing} to be in force`),
      );
    },
    orderers.waitOptions(`the ordering service to take ${doing}`),
  );
  if (newer.sequence === live.sequence + 1) {
    const describe = ({ channelId, config }: LiveConfig): ChannelConfig => describeChannelConfig(channelId, config);
    target.onApplied?.(describe(live), describe(newer));
  }
  await orderers.waitForBlock(await orderers.consenters(), newer.blockNumber);
  return newer;
}

async function newerConfig(orderers: ChannelOrderers, live: LiveConfig): Promise<LiveConfig | undefined> {
  const current = await orderers.liveConfig();
  return current.sequence > live.sequence ? current : undefined;
}

function envelopeOf(target: ConfigTarget, live: LiveConfig, step: ConfigUpdateStep, signers: Identity[]): Envelope {
  return configUpdateEnvelope({
    channelId: live.channelId,
    update: step.update,
    signers: signers.map((signer) => ({ ...signer, nonce: newNonce() })),
    nonce: newNonce(),
    now: target.session.context.now(),
  });
}

/**
 * Undefined when an orderer accepted the envelope. Orderers out of reach are skipped; refusals that may pass are tried
 * again.
 */
async function broadcast(
  { session, orderers }: ConfigTarget,
  step: string,
  envelope: Envelope,
): Promise<NotYet | undefined> {
  let last = new NotYet("no orderer to ask");
  for (const orderer of await orderers.consenters()) {
    try {
      const client = await session.orderer(orderer);
      const answer = await client.broadcast(step, envelope);
      if (answer.status === success) return undefined;
      if (!mayPass(answer)) throw new NodeError(orderer, step, `${answer.status} ${answer.info}`);
      last = new NotYet(`${orderer.name}: ${answer.info}`);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      last = new NotYet(`${orderer.name}: ${error.answer}`);
    }
  }
  return last;
}

/**
 * Whether the same envelope may be accepted later: there is no leader yet, or a new leader has not heard from its
 * followers and counts them as dead (etcdraft's answer to a change of consenters). If they stay dead, the wait ends by
 * its deadline.
 */
function mayPass({ status, info }: BroadcastAnswer): boolean {
  return status === "SERVICE_UNAVAILABLE" || info.includes("configuration will result in quorum loss");
}

/**
 * Administrators of members. Signatures of other organisations prove nothing, and other organisations may not even
 * send.
 */
function membersOf(live: LiveConfig, administrators: Identity[]): Identity[] {
  const { ordererOrganizations, peerOrganizations } = describeChannelConfig(live.channelId, live.config);
  const members = [...ordererOrganizations, ...peerOrganizations].map(({ msp }) => msp.mspId);
  return administrators.filter(({ creator }) => members.includes(creator.mspId));
}

function checkSigners(step: ConfigUpdateStep, signers: Identity[], channelId: string): void {
  const held = signers.map(({ creator }) => creator.mspId);
  const missing = step.requiredSigners.filter(({ rule }) => !isSatisfiedBy(rule, held));
  if (missing.length === 0) return;
  const needs = missing.map(({ policy, rule }) => `${policy} needs ${describeSignerRule(rule)}`).join("; ");
  throw new ProviderError(
    `channel ${channelId}: config update "${step.description}" lacks signatures: ${needs}. This stack holds ` +
      `administrators of ${held.length === 0 ? "no member" : held.join(", ")}; add the missing ones to \`administrators\`.`,
  );
}

function tooManyRounds(channelId: string, rounds: number, next: ConfigUpdateStep): string {
  return (
    `channel ${channelId}: its config is still not as wished after ${rounds} updates; the next would be: ` +
    `${next.description}. Does somebody else keep changing it?`
  );
}
