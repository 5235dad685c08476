/** A config update with the signatures that are there for it, and its way into a block. */
import { ConfigSignature, ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { applyConfigUpdate } from "../../../ledger/fabric/config-diff";
import { signedUpdateEnvelope, signConfigUpdate, type RequiredSigners } from "../../../ledger/fabric/config-update";
import { isMember } from "../../../ledger/fabric/consortium/ownership";
import { checkConfigSignature, missingSigners } from "../../../ledger/fabric/consortium/signatures";
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
 * Sends an update and waits until it, or another one, is in force.
 *
 * @returns the new live config; undefined for an update by which this stack left the channel, as soon as the ordering service took
 *   it, since none of its nodes gets the block
 * @throws NodeError
 */
export async function submitUpdate(
  way: ChannelWay,
  live: LiveConfig,
  { doing, update, signatures, submitter }: SignedUpdate,
  { now }: OperationContext,
): Promise<LiveConfig | undefined> {
  const isFarewell = !way.remainsUnder(outcomeOf(live, update));
  const newer = await waitUntil<LiveConfig | "left">(
    async () => {
      const before = await newerConfig(way, live);
      if (before !== undefined) return before;
      const envelope = signedUpdateEnvelope({
        channelId: live.channelId,
        update,
        signatures: signatures.map(({ signature }) => readSignature(signature)),
        submitter: { ...submitter, nonce: newNonce() },
        now: now(),
      });
      const answer = await way.broadcast(doing, envelope).catch(async (error: unknown) => {
        // An update that was accepted with a lost answer is refused the second time.
        if (error instanceof NodeError && (await newerConfig(way, live)) !== undefined) return undefined;
        throw error;
      });
      if (answer instanceof NotYet) return answer;
      if (isFarewell) return "left";
      const lostAt = now().getTime() + longestOrderingMs;
      const outcome = await waitUntil<LiveConfig | "lost">(
        async () => {
          const taken = await newerConfig(way, live);
          if (taken !== undefined) return taken;
          return now().getTime() < lostAt ? new NotYet("not yet in a block") : "lost";
        },
        way.waitOptions(`${doing} to be in force`),
      );
      return outcome === "lost"
        ? new NotYet(`it was taken, and is in no block after ${longestOrderingMs} ms`)
        : outcome;
    },
    way.waitOptions(`the ordering service to take ${doing}`),
  );
  if (newer === "left") return undefined;
  await way.waitUntilSettled(newer);
  return newer;
}

/** Config that an update makes of the live one. */
export function outcomeOf({ channelId, config }: LiveConfig, update: Uint8Array): ChannelConfig {
  return describeChannelConfig(channelId, applyConfigUpdate(config, ConfigUpdate.deserializeBinary(update)));
}

async function newerConfig(way: ChannelWay, live: LiveConfig): Promise<LiveConfig | undefined> {
  const current = await way.liveConfig();
  return current.sequence > live.sequence ? current : undefined;
}
