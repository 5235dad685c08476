/** A config update with the signatures that are there for it, and its way into a block. */
import { ConfigSignature, ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { describeCertificate } from "../../../ledger/fabric/certificate-description";
import { applyConfigUpdate } from "../../../ledger/fabric/config-diff";
import { signedUpdateEnvelope, signConfigUpdate, type RequiredSigners } from "../../../ledger/fabric/config-update";
import { isMember } from "../../../ledger/fabric/consortium/ownership";
import { checkConfigSignature, missingSigners } from "../../../ledger/fabric/consortium/signatures";
import { isRevoked } from "../../../ledger/fabric/revoked";
import { messageOf } from "../../../lib/errors";
import { ProviderError } from "../../framework/errors";
import type { OperationContext } from "../../framework/resource";
import { NotYet, waitUntil } from "../../framework/wait";
import { newNonce, type Identity } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import type { LiveConfig } from "./channel-reader";
import type { ChannelWay } from "./channel-way";

/** An administrator's signature as resources keep it. */
export interface KeptSignature {
  mspId: string;
  /** Base64 of `common.ConfigSignature`. */
  signature: string;
}

export interface UpdateToSign {
  live: LiveConfig;
  /** Protobuf bytes of `common.ConfigUpdate`. */
  update: Uint8Array;
  required: readonly RequiredSigners[];
  /** Administrators of this stack. Each that is a member signs, unless its signature is among those known. */
  administrators: readonly Identity[];
  /** Signatures made before, here and by partners. Those that do not count are told of and left out. */
  known: readonly KeptSignature[];
}

export interface Signatures {
  kept: KeptSignature[];
  /** What the policies still need, empty when nothing. */
  missing: string[];
}

/** Adds this stack's signatures to those known, one for each organisation. */
export function gatherSignatures(request: UpdateToSign, { log, now }: OperationContext): Signatures {
  const { live, update, required, administrators } = request;
  const channel = describeChannelConfig(live.channelId, live.config);
  const kept = new Map<string, KeptSignature>();
  for (const { mspId, signature } of request.known) {
    const verdict = checkConfigSignature(channel, update, readSignature(signature), now());
    if ("mspId" in verdict) {
      if (!kept.has(verdict.mspId)) kept.set(verdict.mspId, { mspId: verdict.mspId, signature });
    } else {
      log.warn(`channel ${live.channelId}: a signature given for ${mspId} does not count: ${verdict.problem}`);
    }
  }
  for (const administrator of membersOf(channel, administrators)) {
    const { mspId } = administrator.creator;
    if (kept.has(mspId)) continue;
    const signature = signConfigUpdate({ ...administrator, nonce: newNonce() }, update);
    kept.set(mspId, { mspId, signature: Buffer.from(signature.serializeBinary()).toString("base64") });
  }
  const all = [...kept.values()].sort((a, b) => (a.mspId < b.mspId ? -1 : 1));
  return {
    kept: all,
    missing: missingSigners(
      required,
      all.map(({ mspId }) => mspId),
    ),
  };
}

function readSignature(base64: string): ConfigSignature {
  try {
    return ConfigSignature.deserializeBinary(Buffer.from(base64, "base64"));
  } catch (error) {
    throw new ProviderError(`a signature of a config update cannot be read: ${messageOf(error)}`);
  }
}

/**
 * Administrators of members. Signatures of other organisations prove nothing, and other organisations may not even
 * send.
 */
export function membersOf(channel: ChannelConfig, administrators: readonly Identity[]): Identity[] {
  return administrators.filter(({ creator }) => isMember(creator, channel));
}

export interface SignedUpdate {
  /** For messages, for example `config update "batch timeout 2s -> 1s" of channel trade`. */
  doing: string;
  update: Uint8Array;
  signatures: readonly KeptSignature[];
  submitter: Identity;
}

/**
 * Time in milliseconds until a block has what an orderer took. An orderer may lose it where the leader changes, and then it is sent
 * again: of two equal updates one is refused.
 */
const longestOrderingMs = 15_000;

/**
 * Time in milliseconds until the ordering service is asked whether it took this stack out. Its answer is to the same update once more,
 * which it takes again as long as the former one is in no block.
 */
const farewellPauseMs = 1000;

/**
 * Sends an update and waits until it, or another one, is in force.
 *
 * @returns the new live config; undefined for an update by which this stack left the channel, as soon as the ordering service refuses
 *   it as one that has no part in the channel, since none of its nodes gets the block
 * @throws NodeError
 */
export async function submitUpdate(
  way: ChannelWay,
  live: LiveConfig,
  signed: SignedUpdate,
  context: OperationContext,
): Promise<LiveConfig | undefined> {
  const send = async (): Promise<NotYet | undefined> => {
    const { doing, update, signatures, submitter } = signed;
    const envelope = signedUpdateEnvelope({
      channelId: live.channelId,
      update,
      signatures: signatures.map(({ signature }) => readSignature(signature)),
      submitter: { ...submitter, nonce: newNonce() },
      now: context.now(),
    });
    return way.broadcast(doing, envelope);
  };
  const isFarewell = !way.remainsUnder(outcomeOf(live, signed.update));
  const newer = await waitUntil<LiveConfig | "left">(
    () => (isFarewell ? sendFarewell(way, live, signed, send, context) : sendOnce(way, live, signed, send, context)),
    way.waitOptions(`the ordering service to take ${signed.doing}`),
  );
  if (newer === "left") return undefined;
  await way.waitUntilSettled(newer);
  return newer;
}

type Send = () => Promise<NotYet | undefined>;

/** Sends an update and waits for a newer config, as long as an update that was taken needs for its block. */
async function sendOnce(
  way: ChannelWay,
  live: LiveConfig,
  { doing }: SignedUpdate,
  send: Send,
  { now }: OperationContext,
): Promise<LiveConfig | NotYet> {
  const before = await newerConfig(way, live);
  if (before !== undefined) return before;
  const answer = await send().catch(async (error: unknown) => {
    // An update that was accepted with a lost answer is refused the second time.
    if (error instanceof NodeError && (await newerConfig(way, live)) !== undefined) return undefined;
    throw error;
  });
  if (answer instanceof NotYet) return answer;
  const taken = await newerWithin(longestOrderingMs, way, live, doing, now);
  return taken ?? new NotYet(`it was taken, and is in no block after ${longestOrderingMs} ms`);
}

/** A config that comes within this time; undefined without one. */
async function newerWithin(
  milliseconds: number,
  way: ChannelWay,
  live: LiveConfig,
  doing: string,
  now: () => Date,
): Promise<LiveConfig | undefined> {
  const end = now().getTime() + milliseconds;
  const outcome = await waitUntil<LiveConfig | "none">(
    async () => {
      const newer = await newerConfig(way, live);
      if (newer !== undefined) return newer;
      return now().getTime() < end ? new NotYet("not yet in a block") : "none";
    },
    way.waitOptions(`${doing} to be in force`),
  );
  return outcome === "none" ? undefined : outcome;
}

/**
 * Sends an update by which this stack leaves, and asks by sending it again whether it has left: orderers hand those that left no block,
 * and refuse what they send. An administrator who may not send for another reason is told from one that left by the last config that
 * this stack has.
 *
 * @throws NodeError for a refusal that is no answer to the question
 */
async function sendFarewell(
  way: ChannelWay,
  live: LiveConfig,
  { doing, submitter }: SignedUpdate,
  send: Send,
  { now }: OperationContext,
): Promise<LiveConfig | "left" | NotYet> {
  // Another update may have come first, and this stack is still a member by it.
  const before = await newerConfig(way, live);
  if (before !== undefined) return before;
  try {
    const answer = await send();
    if (answer instanceof NotYet) return answer;
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    const overtaking = await newerConfig(way, live);
    if (overtaking !== undefined) return overtaking;
    if (isForbidden(error) && mayWrite(submitter, live, now())) return "left";
    throw error;
  }
  const overtaking = await newerWithin(farewellPauseMs, way, live, doing, now);
  return overtaking ?? new NotYet("it was taken, and nothing says yet that this stack is no member any more");
}

/** Whether orderers refuse the sender itself, whatever it sends. */
function isForbidden({ answer }: NodeError): boolean {
  return /\bFORBIDDEN\b/.test(answer);
}

/** Whether orderers took what an administrator sends, by this config. */
function mayWrite({ creator }: Identity, { channelId, config }: LiveConfig, now: Date): boolean {
  const channel = describeChannelConfig(channelId, config);
  const lists = [...channel.ordererOrganizations, ...channel.peerOrganizations].flatMap(({ msp }) =>
    msp.mspId === creator.mspId ? (msp.revocationLists ?? []) : [],
  );
  const { notBefore, notAfter } = describeCertificate(creator.certificate);
  return isMember(creator, channel) && notBefore <= now && now <= notAfter && !isRevoked(creator.certificate, lists);
}

/** Config that an update makes of the live one. */
export function outcomeOf({ channelId, config }: LiveConfig, update: Uint8Array): ChannelConfig {
  return describeChannelConfig(channelId, applyConfigUpdate(config, ConfigUpdate.deserializeBinary(update)));
}

async function newerConfig(way: ChannelWay, live: LiveConfig): Promise<LiveConfig | undefined> {
  const current = await way.liveConfig();
  return current.sequence > live.sequence ? current : undefined;
}
