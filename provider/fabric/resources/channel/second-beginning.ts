/** Signs that a channel exists which no orderer of this stack carries. */
import { noOrdererCarries } from "../../work/chain-guard";
import { othersIn } from "./own-orderers";
import type { Before, Inputs, State } from "./types";

/**
 * @param knowing names of peers in the channel
 * @throws ProviderError with a remedy when the state, a partner or a peer remembers the channel
 */
export function refuseSecondBeginning(inputs: Inputs, { state, base }: Before, knowing: readonly string[]): void {
  const evidence = evidenceOf(inputs, state, knowing);
  if (evidence === undefined) return;
  // Without a state the wish is all that is known.
  const others = othersIn(state === undefined ? inputs.config : base, inputs);
  throw noOrdererCarries(inputs.config.channelId, inputs.orderers, evidence, others);
}

/** What says that the channel exists; undefined without a sign of it. */
function evidenceOf(
  { carriedBy = [], orderers }: Inputs,
  state: State | undefined,
  knowing: readonly string[],
): string | undefined {
  if (state !== undefined) return `it exists, at config ${state.configSequence} when last seen`;
  if (carriedBy.length > 0) {
    const mspIds = [...new Set(orderers.map(({ mspId }) => mspId))].join(", ");
    return (
      `${carriedBy.join(", ")} ${carriedBy.length === 1 ? "has" : "have"} it by the public part, begun by orderers of ${mspIds} ` +
      "(where that is another company's channel, this one needs another name)"
    );
  }
  return knowing.length > 0 ? `${knowing.join(", ")} ${knowing.length === 1 ? "is" : "are"} in it` : undefined;
}
