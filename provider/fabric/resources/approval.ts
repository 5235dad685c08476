import { validateDigestOf, readProposalEnvelope, type ReadProposal } from "../../../ledger/fabric/consortium/proposal";
import { describeConfigUpdate } from "../../../ledger/fabric/consortium/update-description";
import { updateStanding } from "../../../ledger/fabric/consortium/update-standing";
import { describeChannelConfig } from "../../../ledger/fabric/config-decode";
import { wantedSigners } from "../../../ledger/fabric/config-update";
import { InputError, problem, throwProblems, type Problem } from "../../../lib/problem";
import { messageOf } from "../../../lib/errors";
import type { CheckedInputs, OutputsOf } from "../../framework/declaration";
import { ProviderError } from "../../framework/errors";
import { changesOf } from "../../framework/property-changes";
import { unknownValue } from "../../framework/property-value";
import type { Resource } from "../../framework/resource";
import { askIfPossible } from "../../kubernetes/ask-patiently";
import { nodeTimeoutSeconds, type NodeAccess, type NodeContext } from "../../kubernetes/node-access";
import { identityOf } from "../clients/identity";
import { Session } from "../clients/session";
import type { approval as declared } from "../declarations";
import type { LiveConfig } from "../work/channel-reader";
import { peerMembers } from "../work/channel-members";
import { noWay, wayByOrderers, type ChannelWay } from "../work/channel-way";
import { isRestart } from "../work/new-chain";
import { ChannelOrderers } from "../work/orderers";
import { wayByPeers } from "../work/peer-way";
import { gatherSignatures, membersOf, submitUpdate } from "../work/signed-update";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/**
 * One company's yes to one proposal. The proposal is named by its digest and decoded here, so that nothing counts but its bytes.
 *
 * Creating and updating are the same work: look at the channel, sign what is not signed yet, submit when that is enough.
 */
export const approval: Resource<Inputs, State, NodeAccess> = {
  defaultTimeoutSeconds: nodeTimeoutSeconds,

  validate: ({ envelope, digest, channelId, peers, orderers }, previous) => [
    ...(peers.length > 0 || orderers.length > 0 ? [] : [noWay]),
    ...(envelope === undefined
      ? unpublished({ digest, channelId }, previous)
      : validateDigestOf(Buffer.from(envelope, "base64"), { digest, channelId }, "digest")),
  ],

  /**
   * Others may have signed or submitted an open proposal meanwhile. Of one that is in force or stale nothing can change on its chain,
   * and what it saw of a former chain says nothing about a new one.
   */
  diff: ({ oldInputs, oldState, newInputs }) => [
    ...(oldState.standing === "open" ? [{ path: "standing", kind: "update", isOutput: true } as const] : []),
    // A state of a former release knows its chain by no hash.
    ...(oldInputs.genesisHash === undefined ? [] : changesOf(oldInputs, newInputs, ["genesisHash"])),
    ...(isRestart(newInputs, oldInputs) ? changesOf(oldInputs, newInputs, ["restart"]) : []),
  ],

  preview: (_inputs, previous) => ({
    standing: unknownValue,
    description: previous?.state.description ?? unknownValue,
    missing: unknownValue,
    signatures: unknownValue,
    configSequence: unknownValue,
    members: unknownValue,
  }),

  /** Says in the preview what an `up` would sign. Signs nothing. */
  async inspect(inputs, context) {
    if (!isPublished(inputs)) return;
    const proposal = readProposal(inputs);
    const live = await lookAt(inputs, context);
    if (live === undefined || standingOf(live, proposal, inputs).kind === "inForce") return;
    tell(inputs, describe(live, proposal), context);
  },

  async create(inputs, context) {
    if (!isPublished(inputs)) throw new InputError("the proposal cannot be approved", unpublished(inputs, undefined));
    return { id: inputs.digest, state: await approve(inputs, undefined, context) };
  },

  async update({ inputs, newInputs, state }, context) {
    if (isPublished(newInputs)) return approve(newInputs, state, context);
    const { channelId, digest } = newInputs;
    const found: Partial<Look> = (await lookIfPossible({ ...newInputs, envelope: inputs.envelope }, context)) ?? {};
    const { standing = "applicable", ...view } = found;
    const outcome = standing === "applicable" ? "withdrawn, or in force" : standing === "stale" ? "stale" : "in force";
    context.log.info(
      `channel ${channelId}: proposal ${digest} is published no more (${outcome}); its approval can be removed`,
    );
    return { ...state, ...view, standing: standing === "applicable" ? state.standing : standing };
  },

  /** A channel that was begun anew, or put back, has an older config than the one that was seen last. */
  async read({ inputs, state }, context) {
    const found = await lookIfPossible(inputs, context);
    if (found === undefined) return { inputs, state };
    const { standing, ...view } = found;
    const isSame = standing === undefined || standing === "applicable" || state.standing === "inForce";
    return { inputs, state: { ...state, ...view, standing: isSame ? state.standing : standing } };
  },

  delete({ inputs, state }, { log }) {
    if (state.standing === "open") {
      log.warn(
        `channel ${inputs.channelId}: the approval of ${inputs.digest} is published no more, but a signature cannot be taken ` +
          "back: a partner that has it can use it as long as the proposal fits the channel",
      );
    }
    return Promise.resolve();
  },
};

/** Inputs with the proposal's bytes. */
type Published = Inputs & { envelope: string };

function isPublished(inputs: Inputs): inputs is Published {
  return inputs.envelope !== undefined;
}

/** Problems of a digest without a proposal: an approval that exists may outlive it. */
function unpublished(
  { digest, channelId }: Pick<Inputs, "digest" | "channelId">,
  previous: Inputs | undefined,
): Problem[] {
  if (previous?.digest === digest && previous.channelId === channelId) return [];
  const must = `be the digest of a proposal that a partner publishes for channel ${channelId}`;
  return [problem({ path: "digest", given: digest, must, because: "no other can be looked at" })];
}

function readProposal({ envelope }: Published): ReadProposal {
  return readProposalEnvelope(Buffer.from(envelope, "base64"));
}

/** The channel as partners learn of it. */
type View = Pick<State, "configSequence" | "members">;

interface Look extends View {
  /** What has become of the proposal. Undefined of one that is published no more. */
  standing: ReturnType<typeof updateStanding>["kind"] | undefined;
}

/** Undefined, with a line in the log, where no node tells the channel's config. */
function lookIfPossible(inputs: Inputs, context: NodeContext): Promise<Look | undefined> {
  return askIfPossible(context, `channel ${inputs.channelId}`, (patient) =>
    Session.run(patient, async (session) => {
      const live = await wayTo(session, inputs).liveConfig();
      const standing = isPublished(inputs) ? updateStanding(live.config, readProposal(inputs).decoded).kind : undefined;
      return { ...seenIn(live), standing };
    }),
  );
}

/** The live config for a preview, or undefined with a warning: before the first run the channel has no peer here. */
function lookAt(inputs: Published, context: NodeContext): Promise<LiveConfig | undefined> {
  const what = `channel ${inputs.channelId}, without which no preview can tell what ${inputs.digest} changes,`;
  return askIfPossible(context, what, (patient) =>
    Session.run(patient, (session) => open(session, inputs).way.liveConfig()),
  );
}

interface Opened {
  way: ChannelWay;
  proposal: ReadProposal;
}

function open(session: Session, inputs: Published): Opened {
  return { way: wayTo(session, inputs), proposal: readProposal(inputs) };
}

function wayTo(session: Session, { channelId, peers, orderers, administrators }: Inputs): ChannelWay {
  if (peers.length > 0) return wayByPeers(session, channelId, peers, administrators);
  return wayByOrderers(session, new ChannelOrderers(session, channelId, administrators, orderers), {
    administrators,
    operationsPort: 0,
  });
}

async function approve(inputs: Published, former: State | undefined, context: NodeContext): Promise<State> {
  return Session.run(context, async (session) => {
    const { channelId, digest } = inputs;
    const { way, proposal } = open(session, inputs);
    const live = await way.liveConfig();
    const standing = standingOf(live, proposal, inputs, former);
    const kept = { description: former?.description ?? [], signatures: former?.signatures ?? [], missing: [] };
    if (standing.kind === "inForce") {
      context.log.info(`channel ${channelId}: proposal ${digest} is in force; its approval can be removed`);
      return { ...kept, ...seenIn(live), standing: "inForce" };
    }
    if (standing.kind === "stale") {
      context.log.warn(staleInWords(inputs, standing.because));
      return { ...kept, ...seenIn(live), standing: "stale" };
    }
    const description = describe(live, proposal);
    tell(inputs, description, context);
    const administrators = inputs.administrators.map(identityOf);
    const signed = gatherSignatures(
      {
        live,
        update: proposal.update,
        required: wantedSigners(channelId, live.config, proposal.decoded),
        administrators,
        known: [
          ...kept.signatures,
          ...(inputs.signatures ?? []).filter((signature) => signature.digest === digest),
          ...proposal.signatures.map((signature) => ({
            mspId: "the proposer",
            signature: Buffer.from(signature.serializeBinary()).toString("base64"),
          })),
        ],
      },
      context,
    );
    const [submitter] = membersOf(describeChannelConfig(channelId, live.config), administrators);
    if (submitter === undefined) {
      throw new ProviderError(`channel ${channelId}: none of \`administrators\` is of a member, so none may approve`);
    }
    const state = { description, missing: signed.missing, signatures: signed.kept };
    if (signed.missing.length > 0) {
      context.log.info(`channel ${channelId}: proposal ${digest} still needs signatures: ${signed.missing.join("; ")}`);
      return { ...state, ...seenIn(live), standing: "open" };
    }
    const doing = `proposal ${digest} of channel ${channelId}`;
    const update = { doing, update: proposal.update, signatures: signed.kept, submitter };
    const newer = await submitUpdate(way, live, update, context);
    const isInForce = newer === undefined || updateStanding(newer.config, proposal.decoded).kind === "inForce";
    return { ...state, ...seenIn(newer ?? live), standing: isInForce ? "inForce" : "stale" };
  });
}

/** The channel as it is now, which partners are to learn without another look at it. */
function seenIn({ channelId, config, sequence }: LiveConfig): View {
  return { configSequence: sequence, members: peerMembers(describeChannelConfig(channelId, config)) };
}

/** @throws ProviderError for a stale proposal that was not approved before: a signature would be for nothing */
function standingOf(
  live: LiveConfig,
  { decoded }: ReadProposal,
  inputs: Inputs,
  former?: State,
): ReturnType<typeof updateStanding> {
  const standing = updateStanding(live.config, decoded);
  if (standing.kind === "stale" && former === undefined) {
    throw new ProviderError(`${staleInWords(inputs, standing.because)}; approve the proposer's renewed proposal`);
  }
  return standing;
}

function staleInWords({ channelId, digest }: Inputs, because: string[]): string {
  return `channel ${channelId}: proposal ${digest} is stale: ${because.join("; ")}`;
}

/** @throws InputError, ProviderError when the outcome would be no channel that nodes can work with */
function describe({ channelId, config }: LiveConfig, { decoded }: ReadProposal): string[] {
  try {
    const { changes, consequences, problems } = describeConfigUpdate(channelId, config, decoded);
    throwProblems(`channel ${channelId}: the proposal is not signed, for what it would make`, problems);
    return [...changes, ...consequences];
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new ProviderError(`the proposal is not signed: ${messageOf(error)}`);
  }
}

function tell({ channelId, digest }: Inputs, description: readonly string[], { log }: NodeContext): void {
  log.info(`channel ${channelId}: proposal ${digest} changes: ${description.join("; ")}`);
}
