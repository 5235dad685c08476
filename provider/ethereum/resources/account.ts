import { randomBytes } from "node:crypto";
import { deriveAccount, validatePrivateKey } from "../../../ledger/ethereum/key";
import { keepsItsTurn } from "../../../ledger/ethereum/proposer-order";
import { identityChanges, type CheckedInputs, type OutputsOf } from "../../framework/declaration";
import { isKnown, unknownValue } from "../../framework/property-value";
import { computationTimeoutSeconds, type Resource } from "../../framework/resource";
import { account as declared } from "../declarations";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

/** Draws at most. One draw in five is suitable, so this many failures mean a broken source of randomness. */
const maxDraws = 1000;

/**
 * A key and its account. Another key in the stack file is another account. Removing the key from the stack file keeps
 * the account, since tidying up should not lose a validator.
 */
export const account: Resource<Inputs, State> = {
  defaultTimeoutSeconds: computationTimeoutSeconds,

  diff: ({ oldState, newInputs }) => {
    const key = newInputs.privateKey;
    if (key === undefined) return [];
    if (isKnown(key) && deriveAccount(key).privateKey === oldState.privateKey) return [];
    return identityChanges(declared, {}, { privateKey: key });
  },

  preview: ({ privateKey }, previous) => {
    if (previous !== undefined) return previous.state;
    if (privateKey !== undefined && isKnown(privateKey)) return { ...deriveAccount(privateKey) };
    return { privateKey: unknownValue, address: unknownValue, enodeId: unknownValue };
  },

  async create({ privateKey }) {
    const state: State = { ...deriveAccount(privateKey ?? drawKey()) };
    return { id: state.address, state };
  },

  async update({ state }) {
    return state;
  },

  async read({ inputs, state }) {
    return { inputs, state };
  },

  async delete() {
    // The key exists only in the state, so forgetting the resource is enough.
  },
};

/** 32 random bytes that are a valid key, with an address that every client sorts to the same place among validators. */
export function drawKey(random: () => Buffer = () => randomBytes(32)): string {
  for (let draw = 0; draw < maxDraws; draw++) {
    const key = random().toString("hex");
    if (validatePrivateKey(key, "").length === 0 && keepsItsTurn(deriveAccount(key).address)) return key;
  }
  throw new Error(`${maxDraws} draws gave no private key: the source of randomness is broken`);
}
