import { identityChanges, type CheckedInputs, type OutputsOf } from "../../framework/declaration";
import { isKnown, unknownValue } from "../../framework/property-value";
import { computationTimeoutSeconds, type Resource } from "../../framework/resource";
import { chainPlace as declared } from "../declarations";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/**
 * Place of a chain's volumes. In another place they are empty, though the chain has begun: the last run that knew this chain
 * was in the former place. Whether that run came as far as the first block is not known here; where it did not, a higher
 * generation begins the chain.
 */
export const chainPlace: Resource<Inputs, State> = {
  defaultTimeoutSeconds: computationTimeoutSeconds,

  diff: ({ oldInputs, newInputs }) => [
    ...identityChanges(declared, oldInputs, newInputs),
    ...(isAnother(oldInputs.place, newInputs.place) ? [{ path: "place", kind: "update" } as const] : []),
  ],

  preview: ({ place }, previous) => {
    if (previous === undefined) return { begunElsewhere: 0 };
    const { inputs, state } = previous;
    if (place !== undefined && !isKnown(place)) return { begunElsewhere: unknownValue };
    return after(inputs, state, place);
  },

  create: async ({ genesisHash }) => ({ id: genesisHash, state: { begunElsewhere: 0 } }),

  update: async ({ inputs, state, newInputs }) => after(inputs, state, newInputs.place),

  read: async ({ inputs, state }) => ({ inputs, state }),

  delete: async () => undefined,
};

function after({ place, generation }: Inputs, state: State, next: string | undefined): State {
  return isAnother(place, next) ? { begunElsewhere: generation } : state;
}

/** A place that is named for the first time is the same. One that is not known yet is another. */
function isAnother(before: string | undefined, after: unknown): boolean {
  return before !== undefined && after !== undefined && before !== after;
}
