import type { InputsOf } from "../framework/declaration";
import { resourceClass } from "../framework/sdk";
import { account, ethereumRollout, genesis, validatorSet, type validatorNode } from "./declarations";

export type AccountInputs = InputsOf<typeof account>;
export type GenesisInputs = InputsOf<typeof genesis>;
export type ValidatorSetInputs = InputsOf<typeof validatorSet>;
export type EthereumRolloutInputs = InputsOf<typeof ethereumRollout>;

/** A validator as the provider reaches it. */
export type ValidatorNode = (typeof validatorNode)["type"];

/** A key with its address and its name among peers. */
export class Account extends resourceClass(account) {}

/** The first block of a chain and its rules. */
export class Genesis extends resourceClass(genesis) {}

/** Who seals blocks. */
export class ValidatorSet extends resourceClass(validatorSet) {}

/** Validators that run what their StatefulSets say. */
export class EthereumRollout extends resourceClass(ethereumRollout) {}
