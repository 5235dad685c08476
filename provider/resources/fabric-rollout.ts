import { describeChannelConfig } from "../../ledger/fabric/config-decode";
import { identityOf } from "../clients/identity";
import { Session } from "../clients/session";
import { ChannelReader } from "../fabric/channel-reader";
import { ChannelOrderers } from "../fabric/orderers";
import type { OperationContext, Resource } from "../engine/resource";
import { list, object, text, withDefault, type Problem } from "../engine/schema";
import { nodeChanges, rollOut, rolloutNode, ROLLOUT_TIMEOUT_SECONDS } from "../nodes/roll-out";
import type { FabricRolloutInputs } from "../sdk/rollout";
import { duplicateProblems, ordererAddress, signingIdentity } from "./fabric-fields";

type Inputs = Required<FabricRolloutInputs>;

/**
 * Orderers or peers, kept at what their StatefulSets say. Channels make it careful with orderers: with two of three
 * away at once nothing can be ordered, and a restarted one counts only when it follows a leader again.
 */
export const fabricRollout: Resource<Inputs, object> = {
  inputs: object<Inputs>({
    nodes: list(rolloutNode, { min: 1 }),
    channels: withDefault(list(text()), []),
    orderers: withDefault(list(ordererAddress), []),
    administrators: withDefault(list(signingIdentity), []),
  }),
  secretOutputs: [],
  defaultTimeoutSeconds: ROLLOUT_TIMEOUT_SECONDS,

  validate: ({ nodes, channels, orderers, administrators }): Problem[] => [
    ...duplicateProblems(nodes, "nodes", ({ namespace, statefulSet }) => `${namespace}/${statefulSet}`),
    ...(channels.length > 0 && (orderers.length === 0 || administrators.length === 0)
      ? [{ path: "channels", message: "needs `orderers` to ask and `administrators` who may ask them" }]
      : []),
  ],

  diff: ({ oldInputs, newInputs }) => nodeChanges(oldInputs.nodes, newInputs.nodes),

  preview: () => ({}),

  async create(inputs, context) {
    await bring(inputs, context);
    return { id: inputs.nodes[0]?.name ?? "", state: {} };
  },

  async update({ newInputs }, context) {
    await bring(newInputs, context);
    return {};
  },

  async read({ inputs, state }) {
    return { inputs, state };
  },

  async delete() {
    // Nothing of a rollout outlives it.
  },
};

function bring(inputs: Inputs, context: OperationContext): Promise<void> {
  const gate = (step: OperationContext): Promise<void> =>
    Session.run(step, async (session) => {
      await Promise.all(inputs.channels.map((channelId) => untilServed(session, channelId, inputs)));
    });
  return rollOut(inputs.nodes, gate, context);
}

/** A channel that no orderer carries yet has nothing to lose. */
async function untilServed(session: Session, channelId: string, inputs: Inputs): Promise<void> {
  const reader = new ChannelReader(session, channelId, inputs.administrators.map(identityOf));
  const orderers = new ChannelOrderers(session, channelId, reader, inputs.orderers);
  const { carrying } = await orderers.split();
  if (carrying.length === 0) return;
  const { config } = await orderers.liveConfig();
  await orderers.waitUntilServing(carrying, describeChannelConfig(channelId, config));
}
