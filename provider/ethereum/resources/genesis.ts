import { clientFacts, type Client } from "../../../ledger/ethereum/clients";
import { consensusOf, validateGenesis } from "../../../ledger/ethereum/existing-genesis";
import { parseExtraData } from "../../../ledger/ethereum/extra-data";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import type { Genesis } from "../../../ledger/ethereum/genesis-file";
import { validateGenesisChange } from "../../../ledger/ethereum/genesis-change";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import { genesisText, parseGenesis } from "../../../ledger/ethereum/genesis-text";
import { validateGenesisSettings } from "../../../ledger/ethereum/genesis-validation";
import { InputError, problem, type Problem } from "../../../lib/problem";
import { changesOf } from "../../framework/property-changes";
import { containsUnknown, isKnown, Unknown, unknownValue, type LooseProperties } from "../../framework/property-value";
import { computationTimeoutSeconds, type Resource } from "../../framework/resource";
import type { CheckedInputs, OutputsOf } from "../../framework/declaration";
import type { genesis as declared } from "../declarations";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;

const path = "genesis";

/** First block and rules of a chain. It is data in the state, and survives the last node. */
export const genesis: Resource<Inputs, State> = {
  defaultTimeoutSeconds: computationTimeoutSeconds,

  validate(inputs, previous) {
    const problems = inputProblems(inputs);
    if (problems.length > 0) return problems;
    return previous === undefined ? turnProblems(inputs) : changeProblems(inputs, previous);
  },

  /** Validators are no change: votes change the validators of a living chain, a file does not. */
  diff: ({ oldInputs, newInputs }) => changesOf(oldInputs, newInputs, ["settings", "existing"]),

  preview(inputs, previous) {
    if (previous !== undefined) return previewUpdate(inputs, previous.state);
    const { existing } = inputs;
    const text = existing instanceof Unknown ? existing : existing?.text;
    if (text !== undefined && isKnown(text)) return describe(parseGenesis(text, path));
    return { text: unknownValue, hash: unknownValue, chainId: unknownValue, initialValidators: unknownValue };
  },

  async create(inputs) {
    const state = describe(genesisOf(inputs));
    return { id: state.hash, state };
  },

  async update({ newInputs, state }, context) {
    const previous = parseGenesis(state.text);
    const next = genesisOf({ ...newInputs, validators: state.initialValidators });
    const change = { client: clientOf(newInputs), previous, next, now: secondsOf(context.now()) };
    const problems = validateGenesisChange(change, path);
    if (problems.length > 0) throw new InputError("change of a living chain", problems);
    return describe(next);
  },

  async read({ inputs, state }) {
    return { inputs, state };
  },

  async delete() {
    // The chain is deleted with its volumes; only the state remembers it.
  },
};

/** Outputs for the restart of nodes: pods and rollouts of the same preview follow from them. */
function previewUpdate({ settings, existing }: LooseProperties<Inputs>, state: State): State {
  const rules = { settings, existing };
  if (containsUnknown(rules)) return state;
  return describe(
    genesisOf({ ...(rules as Pick<Inputs, "settings" | "existing">), validators: state.initialValidators }),
  );
}

function inputProblems({ settings, validators, existing }: Inputs): Problem[] {
  if (existing !== undefined && settings === undefined && validators === undefined) {
    try {
      return validateGenesis(parseGenesis(existing.text, path), existing.client, path);
    } catch (error) {
      if (error instanceof InputError) return error.problems;
      throw error;
    }
  }
  if (existing === undefined && settings !== undefined && validators !== undefined) {
    return validateGenesisSettings({ ...settings, validators }, path);
  }
  const must = "have settings and validators of a new chain, or the genesis.json of an existing one";
  return [problem({ path, must })];
}

/**
 * Problems of a new chain's validators. A living chain has its validators already, and such a problem would block all
 * its changes.
 */
function turnProblems({ settings, validators = [] }: Inputs): Problem[] {
  return settings === undefined
    ? []
    : (clientFacts[settings.client].validateValidators?.(validators, `${path}.validators`) ?? []);
}

/**
 * Problems of changed settings. Both compared genesis files get the same validators, since a change of validators is no
 * change of the genesis. This resource knows no cluster and so no block number; new times are compared with the clock.
 */
function changeProblems(inputs: Inputs, previous: Inputs): Problem[] {
  const validators = inputs.validators ?? previous.validators;
  return validateGenesisChange(
    {
      client: clientOf(inputs),
      previous: genesisOf({ ...previous, validators }),
      next: genesisOf({ ...inputs, validators }),
      now: secondsOf(new Date()),
    },
    path,
  );
}

function secondsOf(time: Date): bigint {
  return BigInt(Math.floor(time.getTime() / 1000));
}

function genesisOf({ settings, validators = [], existing }: Inputs): Genesis {
  if (existing !== undefined) return parseGenesis(existing.text, path);
  return buildGenesis({ ...settings!, validators });
}

function clientOf({ settings, existing }: Inputs): Client {
  return (existing ?? settings!).client;
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
