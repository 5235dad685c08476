import { expandBlock } from "../../../ledger/fabric/consortium/compressed-block";
import { blockDataHash } from "../../../ledger/fabric/genesis";
import { problem, type Problem } from "../../../lib/problem";
import { messageOf } from "../../../lib/errors";
import { getChainInfoCall, joinChannelCall } from "../../../ledger/fabric/system-chaincode";
import { ProposalRefused } from "../../../ledger/fabric/transaction";
import { identityOf, type Identity } from "../clients/identity";
import { NodeError } from "../clients/node-error";
import type { PeerClient } from "../clients/peer-client";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import { Session } from "../clients/session";
import { chainHeight } from "../work/chain-height";
import { GenesisBlocks } from "../work/genesis-blocks";
import { joinedChannels } from "../work/joined-channels";
import { beginsWith } from "../work/peer-chain";
import { JoinTurns } from "../work/join-turns";
import { askPatiently } from "../../kubernetes/ask-patiently";
import type { PropertyChange } from "../../framework/property-changes";
import { isKnown, Unknown, type Loose, type PropertyMap } from "../../framework/property-value";
import type { Resource } from "../../framework/resource";
import { nodeTimeoutSeconds, type NodeAccess, type NodeContext } from "../../kubernetes/node-access";
import { identityChanges, type CheckedInputs, type OutputsOf } from "../../framework/declaration";
import { channelMembership as declared } from "../declarations";
import type { NodeAddress } from "../sdk";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/** Answer of a peer that has a ledger of that name (kvledger provider). */
const hasLedger = /ledger \[[^\]]*\] already exists with state \[ACTIVE\]/;

/** Answer of a peer to an administrator of an organisation that the peer's channel config lacks. */
const unknownOrganization = /creator org unknown/;

const turns = new JoinTurns();

const genesisBlocks = new GenesisBlocks();

/** A peer in a channel. A peer leaves only with its volume, so neither update nor deletion does anything. */
export const channelMembership: Resource<Inputs, State, NodeAccess> = {
  defaultTimeoutSeconds: nodeTimeoutSeconds,

  // A copy of the block in each membership made the state grow with the product of peers and organisations.
  migrations: [{ inputs: withGenesisHash }],

  validate: (inputs) => genesisProblems(inputs),

  /**
   * Channel (its first block included) and peer identify the membership. After the join, the way to the peer and the
   * asking identity do not matter.
   */
  diff: ({ oldInputs, newInputs }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...peerChanges(oldInputs.peer, newInputs.peer),
  ],

  preview: (inputs) => ({ channelId: inputs.channelId }),

  async create(inputs, context) {
    return Session.run(context, async (session) => {
      const { channelId } = inputs;
      const identity = identityOf(inputs.administrator);
      const peer = await session.peer(inputs.peer);
      const joins = !(await joinedChannels(peer, identity)).includes(channelId) && (await join(session, peer, inputs));
      await waitUntilKnown(peer, identity, inputs, context);
      if (!joins) await checkChain(session, peer, inputs);
      return { id: `${channelId}/${inputs.peer.name}`, state: { channelId } };
    });
  },

  async update({ state }) {
    return state;
  },

  async read({ inputs, state }, context) {
    const what = `the membership of ${inputs.peer.name} in channel ${inputs.channelId}`;
    const channels = await askPatiently(context, what, (patient) =>
      Session.run(patient, async (session) => {
        if ((await patient.dialer.presence(inputs.peer, patient.signal)) === "absent") return [];
        return joinedChannels(await session.peer(inputs.peer), identityOf(inputs.administrator));
      }),
    );
    return channels === undefined || channels.includes(inputs.channelId) ? { inputs, state } : undefined;
  },

  async delete({ inputs }, context) {
    context.log.info(`${inputs.peer.name} stays in channel ${inputs.channelId} for as long as its volume exists`);
  },
};

function genesisProblems({ orderers, genesisBlock, genesisHash }: Inputs): Problem[] {
  const path = "genesisBlock";
  if (genesisBlock === undefined) {
    if (orderers.length > 0) return [];
    return [problem({ path, given: undefined, must: "be there", because: "there is no orderer that gives the block" })];
  }
  try {
    const given = blockDataHash(expandBlock(genesisBlock));
    return given === genesisHash ? [] : [problem({ path, given, must: `be the block with the hash ${genesisHash}` })];
  } catch (error) {
    return [problem({ path, must: "be a compressed block", because: messageOf(error) })];
  }
}

function withGenesisHash({ genesisBlock, ...inputs }: PropertyMap): PropertyMap {
  return { ...inputs, genesisHash: blockDataHash(genesisBlock as string), orderers: [] };
}

/** Whether the peer takes the genesis block: one that has a ledger of that name already does not. */
async function join(session: Session, peer: PeerClient, inputs: Inputs): Promise<boolean> {
  const { channelId } = inputs;
  const identity = identityOf(inputs.administrator);
  const block = await firstBlock(session, inputs);
  const step = `joining channel ${channelId}`;
  session.context.log.status(`${inputs.peer.name}: ${step}`);
  const answer = await turns.take(channelId, identity.creator.mspId, () =>
    peer.tryQuery(step, identity, "", joinChannelCall(block)),
  );
  if (!(answer instanceof ProposalRefused)) return true;
  if (hasLedger.test(answer.answer)) return false;
  throw peer.refused(step, answer);
}

/**
 * Waits until the peer knows its own administrator. A peer replays the channel from the first block; if its
 * organisation came later, it refuses that organisation until it reaches the config update that added it.
 */
async function waitUntilKnown(
  peer: PeerClient,
  identity: Identity,
  { channelId, observer }: Inputs,
  context: NodeContext,
): Promise<void> {
  await waitUntil<true>(
    async () => {
      try {
        await peer.query(
          `reading its height of channel ${channelId}`,
          identity,
          channelId,
          getChainInfoCall(channelId),
        );
        return true;
      } catch (error) {
        if (!(error instanceof NodeError) || !unknownOrganization.test(error.answer)) throw error;
        const height = observer && (await chainHeight(peer, identityOf(observer), channelId));
        return new NotYet(height === undefined ? error.answer : `it has ${height} blocks`, height);
      }
    },
    waitOptions(
      context,
      `${peer.node.name} to learn from channel ${channelId} of its organisation ${identity.creator.mspId}`,
    ),
  );
}

/** Fails when the peer's chain of this name is another one. An operator may have let the peer join by a snapshot. */
async function checkChain(session: Session, peer: PeerClient, inputs: Inputs): Promise<void> {
  const { channelId, genesisHash } = inputs;
  const first = { channelId, genesisHash, block: () => firstBlock(session, inputs) };
  if (await beginsWith(peer, identityOf(inputs.administrator), first)) return;
  throw new NodeError(
    peer.node,
    `joining channel ${channelId}`,
    `it already holds another chain of the name ${channelId}; give it an empty volume, or the channel another name`,
  );
}

/** The channel's first block, from the inputs or from an orderer. */
async function firstBlock(session: Session, inputs: Inputs): Promise<Uint8Array> {
  if (inputs.genesisBlock !== undefined) return expandBlock(inputs.genesisBlock);
  const { administrator, observer } = inputs;
  const identities = [identityOf(administrator), ...(observer === undefined ? [] : [identityOf(observer)])];
  return genesisBlocks.get(session, { ...inputs, identities });
}

/**
 * Changes of the peer. Parts that a preview does not know count as unchanged, since replacing a membership would cause
 * a false alarm.
 */
function peerChanges(before: NodeAddress, after: Loose<NodeAddress>): PropertyChange[] {
  if (after instanceof Unknown) return [];
  return (["name", "mspId"] as const)
    .filter((field) => isKnown(after[field]) && after[field] !== before[field])
    .map((field) => ({ path: `peer.${field}`, kind: "update", replaces: true }));
}
