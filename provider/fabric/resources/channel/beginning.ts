/** The first block of a channel: begun, or found on its orderers. */
import { foundingConfig } from "../../../../ledger/fabric/consortium/ownership";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import type { Session } from "../../clients/session";
import { consentersOfOthers } from "../../work/channel-checks";
import { peerMembers } from "../../work/channel-members";
import { isSameBlock } from "../../work/channel-reader";
import type { ChannelOrderers } from "../../work/orderers";
import { isRestart } from "../../work/new-chain";
import { ProviderError } from "../../../framework/errors";
import type { NodeContext } from "../../../kubernetes/node-access";
import { wayOf } from "./access";
import { changeConfig } from "./changing";
import { toBase64 } from "./described";
import type { Before, Inputs, State } from "./types";

/** Starts the channel. Orderers of others join it later: until then it would have no quorum with them. */
export async function beginChannel(
  session: Session,
  orderers: ChannelOrderers,
  inputs: Inputs,
  before: Before,
): Promise<State> {
  const mspIds = inputs.orderers.map(({ mspId }) => mspId);
  const config = foundingConfig(inputs.config, mspIds);
  const state = await startChannel(orderers, { ...inputs, config }, session.context);
  if (consentersOfOthers(inputs).length === 0) return state;
  const change = await changeConfig(session, wayOf(session, orderers, inputs), inputs, { ...before, base: config });
  return { ...state, ...change.state };
}

/** Starts a channel that no orderer has. */
async function startChannel(orderers: ChannelOrderers, inputs: Inputs, context: NodeContext): Promise<State> {
  const { channelId } = inputs.config;
  const genesisBlock = buildGenesisBlock(inputs.config);
  context.log.status(`joining ${inputs.orderers.length} orderers to channel ${channelId}`);
  await orderers.join(inputs.orderers, genesisBlock);
  await orderers.waitUntilServing(inputs.orderers, inputs.config);
  const members = peerMembers(inputs.config);
  return { channelId, genesisBlock: toBase64(genesisBlock), configSequence: 0, changedElsewhere: [], members };
}

/**
 * First block of the orderers' chain, in our bytes if the content is ours.
 *
 * @throws ProviderError when the state remembers another one
 */
export async function genesisOf(orderers: ChannelOrderers, inputs: Inputs, before: Before): Promise<string> {
  const [source] = await orderers.consenters();
  const remembered = before.state && Buffer.from(before.state.genesisBlock, "base64");
  const own = remembered ?? buildGenesisBlock(inputs.config);
  const stored = source === undefined ? own : await orderers.reader.block(source, "oldest");
  if (isSameBlock(stored, own)) return toBase64(own);
  if (remembered === undefined || isRestart(inputs, before.inputs)) return toBase64(stored);
  throw new ProviderError(
    `channel ${inputs.config.channelId}: ${source?.name} carries another chain of that name, with another first block ` +
      "than the state remembers. Restore the orderers' volumes, or give the channel `restart: true` to take over the new " +
      "chain; its peers then need empty volumes",
  );
}
