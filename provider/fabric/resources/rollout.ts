import { isBefore, validateRelease } from "../../../ledger/fabric/release";
import { problem, throwProblems } from "../../../lib/problem";
import { askPatiently } from "../../kubernetes/ask-patiently";
import { Session } from "../clients/session";
import { liveChannel, untilServed } from "../work/channel-gate";
import { validateNamesKept } from "../work/orderers";
import { PeerChannels } from "../work/peer-channels";
import { refuseStrangeChains } from "../work/strange-chains";
import { ProviderError } from "../../framework/errors";
import type { CheckedInputs, OutputsOf } from "../../framework/declaration";
import { rolloutResource } from "../../kubernetes/rollout-resource";
import { askMetrics } from "../clients/orderer-metrics";
import { servedCertificateEnd } from "../../kubernetes/served-certificate";
import { withinTime } from "../../framework/time-limit";
import { dialOptions, type NodeContext } from "../../kubernetes/node-access";
import { rolloutPod } from "../../kubernetes/rollout-pod";
import type { RolloutNode } from "../../kubernetes/sdk";
import type { fabricRollout as declared } from "../declarations";
import type { OrdererAddress } from "../sdk";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/**
 * Seconds until all orderers of a channel serve it again: enough for many elections, and for fetching blocks of some
 * minutes.
 */
const gateSeconds = 600;

/**
 * Keeps orderers or peers at the state of their StatefulSets. Orderers restart with care for their channels: with two
 * of three away a channel orders nothing, so a restarted orderer counts when it follows a leader again. A restarted
 * peer counts when it has its channels again.
 */
export const fabricRollout = rolloutResource<Inputs, State>({
  validate: ({ channels, orderers, administrators, peers }) => [
    ...(channels.length > 0 && (orderers.length === 0 || administrators.length === 0)
      ? [problem({ path: "channels", must: "come with `orderers` to ask and `administrators` who may ask them" })]
      : []),
    ...peers
      .filter((peer) => administrators.every(({ mspId }) => mspId !== peer.mspId))
      .map(({ mspId }) => problem({ path: "peers", given: mspId, must: "be the MSP id of one of `administrators`" })),
  ],

  id: ({ nodes }) => nodes[0]?.name ?? "",

  group(inputs, state) {
    const peerChannels = new PeerChannels(inputs.peers, inputs.administrators, state?.joined);
    const follows = inputs.follows ?? [];
    return {
      // Nodes that all stopped and started at once have the newest template, and other chains than before.
      gatesUnchanged: follows.length > 0,
      async gate(context) {
        await withinTime(gateSeconds * 1000, context.signal, (signal) =>
          Session.run({ ...context, signal }, async (session) => {
            const restart = (orderer: OrdererAddress): Promise<void> =>
              context.restarter.replace(nodeOf(orderer, inputs), dialOptions(session.context));
            await Promise.all(
              inputs.channels.map((channelId) => untilServed(session, channelId, { ...inputs, restart })),
            );
          }),
        );
        if (follows.length > 0) await refuseStrangeChains({ ...inputs, orderers: follows }, context);
        await peerChannels.untilBack(context);
      },
      cost: (node, context) => leadership(inputs, node, context),
      isUseless: (node, context) => isExpired(inputs, node, context),
      state: () => ({ joined: peerChannels.memory }),
    };
  },

  admit,

  async read({ inputs, state }, context) {
    const peerChannels = new PeerChannels(inputs.peers, inputs.administrators, state.joined);
    await peerChannels.refresh(context);
    return { joined: peerChannels.memory };
  },
});

/**
 * Whether no client can connect to the node any more, since its certificate has expired. The kubelet does not check
 * that, and calls the node Ready. Orderers with such certificates form no quorum, so restarting all of them loses
 * nothing.
 */
async function isExpired({ operationsPort }: Inputs, node: RolloutNode, context: NodeContext): Promise<boolean> {
  if (operationsPort === 0) return false;
  const pod = { name: node.name, namespace: node.namespace, pod: rolloutPod(node.statefulSet) };
  const end = await servedCertificateEnd(pod, operationsPort, context);
  return end !== undefined && end <= context.now();
}

/** Number of channels that would have to elect another leader. */
async function leadership({ orderers, operationsPort }: Inputs, node: RolloutNode, context: NodeContext) {
  const orderer = orderers.find((each) => isNodeOf(node, each));
  if (orderer === undefined || operationsPort === 0) return 0;
  return (await askMetrics(orderer, operationsPort, context))?.channelsLed.length ?? 0;
}

/**
 * Refuses other names of orderers in living channels, and an earlier release that does not know the capabilities of a
 * living channel: its nodes would end at the first config block, one after the other. The preview does not know the
 * channels.
 */
async function admit(
  { inputs, newInputs }: { inputs: Inputs; newInputs: Inputs },
  context: NodeContext,
): Promise<Inputs> {
  const isLiving = inputs.channels.length > 0;
  throwProblems("change of orderers", isLiving ? validateNamesKept(inputs.orderers, newInputs.orderers) : []);
  const { release } = newInputs;
  if (release === undefined || inputs.release === undefined || !isBefore(release, inputs.release)) return inputs;
  const problems = await askPatiently(context, "the level of each channel's capabilities", (patient) =>
    Session.run(patient, (session) =>
      Promise.all(
        inputs.channels.map(async (channelId) => {
          const live = await liveChannel(session, channelId, inputs);
          return live === undefined ? [] : validateRelease(release, channelId, live.described.capabilities);
        }),
      ),
    ),
  );
  throwProblems("change of the release", problems?.flat() ?? []);
  return inputs;
}

/** Node of an orderer. @throws ProviderError for an orderer of another rollout */
function nodeOf(orderer: OrdererAddress, { nodes }: Inputs): RolloutNode {
  const node = nodes.find((each) => isNodeOf(each, orderer));
  if (node === undefined) {
    throw new ProviderError(`${orderer.name} has hung, and is no node of this rollout: restart it`);
  }
  return node;
}

function isNodeOf({ namespace, statefulSet }: RolloutNode, orderer: OrdererAddress): boolean {
  return orderer.namespace === namespace && orderer.pod === rolloutPod(statefulSet);
}
