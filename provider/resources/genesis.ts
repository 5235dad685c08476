import { validateAddress } from "../../ledger/ethereum/address";
import { buildGenesis, type Genesis } from "../../ledger/ethereum/genesis";
import { validateGenesisChange } from "../../ledger/ethereum/genesis-change";
import { genesisHash } from "../../ledger/ethereum/genesis-hash";
import { genesisText, parseGenesis } from "../../ledger/ethereum/genesis-text";
import { validateGenesisSettings } from "../../ledger/ethereum/genesis-validation";
import { parseExtraData } from "../../ledger/ethereum/extra-data";
import { consensusOf } from "../../ledger/ethereum/existing-genesis";
import { InputError } from "../../ledger/ethereum/problem";
import { changesOf } from "../engine/property-changes";
import { UNKNOWN } from "../engine/property-value";
import type { Resource } from "../engine/resource";
import { anything, domainRule, list, object, text, type Problem } from "../engine/schema";
import type { GenesisInputs } from "../sdk/ethereum";
import { PKI_TIMEOUT_SECONDS } from "./pki";

interface State {
  text: string;
  hash: string;
  chainId: number;
  initialValidators: string[];
}

const path = "genesis";

/** The first block and the rules of a chain. It is data in the state, and stays when no node is left to ask. */
export const genesis: Resource<GenesisInputs, State> = {
  inputs: object<GenesisInputs>({
    settings: anything<GenesisInputs["settings"]>(),
    validators: list(text(domainRule<string>(validateAddress)), { min: 1 }),
  }),
  secretOutputs: [],
  defaultTimeoutSeconds: PKI_TIMEOUT_SECONDS,

  validate: (inputs, previous) => {
    const problems = validateGenesisSettings({ ...inputs.settings, validators: inputs.validators }, path);
    return problems.length > 0 || previous === undefined ? problems : changeProblems(inputs, previous);
  },

  /** The validators of a living chain are the chain's own matter: votes change them, no file. */
  diff: ({ oldInputs, newInputs }) => changesOf(oldInputs, newInputs, ["settings"]),

  preview: (_inputs, previous) =>
    previous?.state ?? { text: UNKNOWN, hash: UNKNOWN, chainId: UNKNOWN, initialValidators: UNKNOWN },

  async create({ settings, validators }) {
    const state = describe(buildGenesis({ ...settings, validators }));
    return { id: state.hash, state };
  },

  async update({ newInputs, state }) {
    const previous = parseGenesis(state.text);
    const next = buildGenesis({ ...newInputs.settings, validators: state.initialValidators });
    const problems = validateGenesisChange({ client: newInputs.settings.client, previous, next }, path);
    if (problems.length > 0) throw new InputError("change of a living chain", problems);
    return describe(next);
  },

  async read({ inputs, state }) {
    return { inputs, state };
  },

  async delete() {
    // The chain is gone with its volumes; there is nothing here but what the state remembers.
  },
};

/** Both with the same validators, since theirs is no change of the genesis: what remains is what the settings change. */
function changeProblems({ settings, validators }: GenesisInputs, previous: GenesisInputs): Problem[] {
  return validateGenesisChange(
    {
      client: settings.client,
      previous: buildGenesis({ ...previous.settings, validators }),
      next: buildGenesis({ ...settings, validators }),
    },
    path,
  );
}

function describe(made: Genesis): State {
  const consensus = consensusOf(made);
  return {
    text: genesisText(made),
    hash: genesisHash(made),
    chainId: made.config.chainId,
    initialValidators: consensus === undefined ? [] : [...parseExtraData(consensus, made.extraData).validators],
  };
}
